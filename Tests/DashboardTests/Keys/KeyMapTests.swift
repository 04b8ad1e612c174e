import CellCanvas
import Testing

@testable import Dashboard

@Suite("Key map")
struct KeyMapTests {
  @Test(arguments: ScreenID.allCases)
  func `no key has two meanings on a screen`(view: ScreenID) {
    let keys = KeyMap.standard.bindings.filter { $0.applies(on: view) }.flatMap(\.keys)

    #expect(Set(keys).count == keys.count)
  }

  @Test func `every binding has a name of its own and a line of the help`() {
    let bindings = KeyMap.standard.bindings

    #expect(Set(bindings.map(\.name)).count == bindings.count)
    for binding in bindings { #expect(!binding.help.isEmpty && !binding.keys.isEmpty) }
  }

  @Test(arguments: ScreenID.allCases)
  func `the help of a screen has a line for every key that means something there`(
    view: ScreenID
  ) throws {
    var screen = try Screen()
    screen.send(.command(.show(view)))
    screen.press(.character("?"))

    let text = screen.text(300, 100)

    for binding in KeyMap.standard.bindings {
      #expect(text.contains(binding.help) == binding.applies(on: view), "\(binding.name)")
    }
  }

  @Test(
    "the terminal's own events mean something",
    arguments: [
      (.interrupted, [.command(.interrupt)]), (.hangUp, [.command(.interrupt)]),
      (.resumed, [.command(.repaint)]), (.key(.control("c")), [.command(.interrupt)]),
      (.key(.character("q")), [.command(.quit)]), (.resized(Size(width: 1, height: 1)), []),
      (.key(.character("X")), []), (.key(.alt("q")), [.command(.dismiss), .command(.quit)]),
      (.key(.alt("X")), [.command(.dismiss)]), (.paste("q"), []),
      (.mouse(.press, x: 3, y: 4), [.clicked(x: 3, y: 4)]),
      (.mouse(.release, x: 3, y: 4), [.released(x: 3, y: 4)]),
      (.mouse(.drag, x: 3, y: 4), [.dragged(x: 3, y: 4)]),
      (.mouse(.move, x: 3, y: 4), [.pointed(x: 3, y: 4)]),
      (.mouse(.wheelUp, x: 3, y: 4), [.wheeled(-3, x: 3, y: 4)]),
    ] as [(TerminalEvent, [DashboardMessage])]
  )
  func events(event: TerminalEvent, messages: [DashboardMessage]) throws {
    let state = try Screen().state

    #expect(state.keyMap.messages(for: event, in: state) == messages)
  }

  @Test func `while text is typed, letters are text and pastes are taken`() throws {
    var screen = try Screen()
    screen.press(.character("R"))
    let state = screen.state

    #expect(state.keyMap.messages(for: .key(.character("q")), in: state) == [.typed("q")])
    #expect(state.keyMap.messages(for: .paste("7d"), in: state) == [.pasted("7d")])
    #expect(
      state.keyMap.messages(for: .key(.control("c")), in: state) == [.command(.interrupt)]
    )
  }

  @Test func `keys can be bound to other commands, whose own keys go`() throws {
    let map = try KeyMap(rebinding: ["pause": ["f5", "x"], "quit": ["ctrl-q"]])

    #expect(map.command(for: .function(5), on: .overview) == .togglePause)
    #expect(map.command(for: .character("p"), on: .overview) == nil)
    // The key was that of `split`, which has none now.
    #expect(map.command(for: .character("x"), on: .time) == .togglePause)
    #expect(map.command(for: .control("q"), on: .overview) == .quit)
    #expect(map.command(for: .character("z"), on: .overview) == .zoomPanel)
  }

  @Test(
    "what can't be bound is told in a sentence",
    arguments: [
      (["pauze": ["p"]], "there is no command 'pauze'"),
      (["pause": ["hyper-p"]], "'hyper-p' is no key for 'pause'"),
      (["pause": ["x"], "zoom": ["x"]], "the key 'x' of 'zoom' is already given"),
      (["quit": []], "'quit' must have a key"),
      (["pause": ["q"]], "'quit' must have a key"),
    ] as [([String: [String]], String)]
  )
  func faults(keys: [String: [String]], sentence: String) throws {
    let error = #expect(throws: KeyMapError.self) { try KeyMap(rebinding: keys) }

    #expect(error?.description.hasPrefix(sentence) == true, "\(String(describing: error))")
  }

  @Test(arguments: [(156, 3), (116, 3), (96, 2), (76, 2), (56, 1)])
  func `the help stands below four headings, in as many columns as fit`(
    width: Int,
    columns: Int
  ) throws {
    var canvas = Canvas(size: Size(width: width, height: 140))
    canvas.draw(KeyList(screen: .overview), in: canvas.bounds)
    let rows = canvas.lines
    func column(_ heading: String) throws -> Int {
      let row = try #require(rows.first { "  \($0)  ".contains("  \(heading)  ") })
      let place = try #require(row.firstRange(of: heading))
      return row.distance(from: row.startIndex, to: place.lowerBound)
    }
    let places = try ["Go to", "Time", "Filter", "Look", "Signs"].map(column)

    #expect(ColumnFlow.columns(in: width) == columns)
    #expect(Set(places).count == columns && places == places.sorted(), "\(places)")
  }

  @Test func `every line of the help can be scrolled to`() throws {
    for width in [20, 40, 80, 120] {
      var screen = try Screen()
      screen.send(.resized(width: width, height: 24))
      screen.press(.character("?"))
      var seen = screen.text(width, 24)
      for _ in 0..<800 {
        screen.press(.down)
        seen += screen.text(width, 24)
      }
      #expect(seen.contains("quit") && seen.contains("Signs"), "\(width)")
    }
  }
}
