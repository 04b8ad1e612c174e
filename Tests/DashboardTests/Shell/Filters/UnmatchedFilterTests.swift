import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Filters that nothing passes")
struct UnmatchedFilterTests {
  private func type(_ text: String, _ screen: inout Screen) {
    screen.send(.command(.typeFilter))
    screen.type(text)
    screen.press(.enter)
  }

  @Test(arguments: [
    ("country=Andorra", "no facts in this range have country AD Andorra"),
    ("device fridge", "no facts in this range have device fridge"),
    (
      "os=beos browser=netscape",
      "no facts in this range have operating system beos, browser netscape"
    ),
  ])
  func `a value that no fact has is said to be one`(text: String, sentence: String) throws {
    var screen = try Screen()
    type(text, &screen)

    #expect(screen.state.notice == sentence)
    #expect(screen.text(120, 30).contains(sentence))
    screen.press(.backspace)
    #expect(screen.state.filters.isEmpty && screen.state.notice == nil)
  }

  @Test func `a screen of one metric says which there are none of`() throws {
    var screen = try Screen()
    screen.press(.character("t"))
    type("device=fridge", &screen)

    #expect(screen.state.notice == "no plays in this range have device fridge")
  }

  @Test func `nothing is said where facts pass, nor before the answer`() throws {
    var screen = try Screen()
    type("country=France", &screen)
    #expect(screen.state.notice == nil)
    type("device=fridge", &screen)
    #expect(
      screen.state.notice == "no facts in this range have device fridge and the other filters"
    )

    var waiting = try Screen(answers: false)
    type("device=fridge", &waiting)
    #expect(waiting.state.notice == nil)
  }

  @Test func `it is said once`() throws {
    var screen = try Screen()
    type("device=fridge", &screen)
    screen.press(.tab)
    screen.send(.dataStateRead(DataState(version: 2, newestReceipt: screen.state.now)))
    screen.pass(seconds: 5)

    #expect(screen.state.notice == nil)
  }
}
