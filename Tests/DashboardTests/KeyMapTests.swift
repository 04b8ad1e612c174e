import CellCanvas
import Testing

@testable import Dashboard

@Suite("Key map")
struct KeyMapTests {
  @Test func `no key has two meanings`() {
    let keys = KeyMap.bindings.flatMap(\.keys)

    #expect(Set(keys).count == keys.count)
  }

  @Test func `every hint on the key bar is in the help too`() {
    for binding in KeyMap.hints {
      #expect(!binding.label.isEmpty && !binding.help.isEmpty, "\(binding.hint)")
    }
  }

  @Test func `the help has a line for every binding that has one`() throws {
    var screen = try Screen()
    screen.press(.character("?"))

    let text = screen.text(100, 40)

    for binding in KeyMap.bindings where !binding.label.isEmpty {
      #expect(text.contains(binding.help))
    }
  }

  @Test(
    "the terminal's own events mean something",
    arguments: [
      (.interrupted, [.interrupted]), (.hangUp, [.interrupted]), (.resumed, [.repaintRequested]),
      (.key(.control("c")), [.interrupted]), (.key(.character("q")), [.quitRequested]),
      (.resized(Size(width: 1, height: 1)), []), (.key(.character("X")), []),
      (.key(.alt("q")), [.dismissed, .quitRequested]), (.key(.alt("X")), [.dismissed]),
    ] as [(TerminalEvent, [DashboardMessage])]
  )
  func events(event: TerminalEvent, messages: [DashboardMessage]) {
    #expect(KeyMap.messages(for: event) == messages)
  }
}
