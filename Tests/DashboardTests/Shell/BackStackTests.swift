import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("One step back")
struct BackStackTests {
  @Test func `Backspace goes back over screens, ranges, filters, metrics and comparisons`() throws {
    var screen = try Screen()
    var places = [screen.state.place]
    let steps: [[Key]] = [
      [.character("4")], [.tab, .down, .enter], [.character("b")], [.character("c")],
      [.character("m"), .down, .enter], [.left], [.character("l")],
    ]
    for keys in steps {
      for key in keys { screen.press(key) }
      #expect(screen.state.place != places.last)
      places.append(screen.state.place)
    }

    for place in places.dropLast().reversed() {
      screen.press(.backspace)
      #expect(screen.state.place == place)
      #expect(screen.state.snapshot?.request.subject == screen.state.subject)
    }
    #expect(screen.state.backStack.count == 0)
    screen.press(.backspace)
    #expect(screen.state.place == places[0])
    #expect(screen.state.notice == "nothing to go back to")
  }

  @Test func `what is done again and again to get somewhere is one step`() throws {
    let repeated: [[Key]] = [
      [.left, .left, .left, .right], [.character("+"), .character("+"), .character("-")],
      [.down, .down, .down], [.character("c"), .character("c")],
      [.character("]"), .character("]"), .character("[")],
      [.character("B"), .character("B")],
    ]
    for keys in repeated {
      var screen = try Screen()
      let place = screen.state.place
      for key in keys { screen.press(key) }
      #expect(screen.state.backStack.count == 1, "\(keys)")

      screen.press(.backspace)

      #expect(screen.state.place == place, "\(keys)")
    }
  }

  @Test func `once around all comparisons is no step`() throws {
    var screen = try Screen()

    screen.press(.character("c"), .character("c"), .character("c"), .character("c"))

    #expect(screen.state.backStack.count == 0)
  }

  @Test func `time that passes, the cursor and what lies over the screen are no steps`() throws {
    var screen = try Screen()
    #expect(screen.state.take(range: "since 9:00") == nil)
    let keys: [Key] = [
      .character(","), .tab, .down, .character("?"), .escape, .character("T"), .down, .escape,
      .character("z"), .character("p"), .character("p"),
    ]
    for key in keys {
      screen.press(key)
      screen.pass(seconds: 61)
    }

    #expect(screen.state.backStack.count == 0)
  }

  @Test func `the cursor is on the row again that was opened`() throws {
    var screen = try Screen()
    screen.press(.character("e"), .down, .down)
    let row = try #require(screen.state.rowUnderCursor)
    screen.press(.enter, .character("t"), .backspace, .backspace)

    #expect(screen.state.view == .media && screen.state.filters.isEmpty)
    #expect(screen.state.rowUnderCursor == row)
  }

  @Test func `who reads a paused screen goes on reading it`() throws {
    var screen = try Screen()
    screen.press(.tab, .enter, .character("p"), .backspace)

    #expect(screen.state.mode == .paused(since: Screen.now) && screen.state.filters.isEmpty)
  }

  @Test func `a past that is no longer kept is passed over`() throws {
    var screen = try Screen()
    let place = screen.state.place
    screen.press(.left, .character("b"), .character("l"))
    screen.pass(seconds: 400 * 86_400)

    screen.press(.backspace)

    #expect(screen.state.place == place)
  }

  @Test func `only the newest steps are kept`() throws {
    var screen = try Screen()
    for _ in 0..<BackStack.limit { screen.press(.character("b"), .character("t")) }

    #expect(screen.state.backStack.count == BackStack.limit)
  }

  @Test func `another source begins without steps`() throws {
    var state = DashboardState(
      sources: [.init(name: "a"), .init(name: "b")],
      zone: .utc,
      now: Screen.now,
      themes: []
    )
    _ = state.update(.command(.show(.media)))
    _ = state.update(.command(.useSource(1)))

    #expect(state.backStack.count == 0)
  }

  @Test(arguments: ["6h", "since 9:00"])
  func `l goes back to the range of before`(text: String) throws {
    var screen = try Screen()
    #expect(screen.state.take(range: text) == nil)
    let place = screen.state.place
    screen.press(.left, .left, .character("+"), .character("l"))

    #expect(screen.state.mode == .live && screen.state.place == place)
  }

  @Test func `the path says what each step changed`() throws {
    var screen = try Screen()
    #expect(screen.state.path == ["Overview"])
    screen.press(.tab, .enter, .character("e"), .character("4"), .character("c"))
    #expect(
      screen.state.path == ["Overview", "country FR", "Media", "7 d", "vs week"]
    )
    #expect(
      screen.text(200, 60).contains("Overview › country FR › Media › 7 d › vs week")
    )
    // Without a row of its own, the place that one comes back to.
    #expect(screen.text(200, 24).contains("‹ 7 d"))

    screen.press(.backspace, .backspace)
    #expect(screen.state.path == ["Overview", "country FR", "Media"])
    screen.press(.left, .character("c"))
    #expect(screen.state.path.suffix(2) == ["to Mon 03:00", "vs week"])
    screen.press(.character("l"))
    #expect(screen.state.path.last == "LIVE")
  }
}
