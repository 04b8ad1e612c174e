import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Time that is shown")
struct TimeChoiceTests {
  @Test(
    "a digit chooses a range and asks for it",
    arguments: TimeRange.presets.enumerated().map { $0 }
  )
  func ranges(index: Int, range: TimeRange) throws {
    var screen = try Screen()

    screen.press(.character(Character("\(index + 1)")))

    #expect(screen.state.range == range)
    #expect(screen.state.snapshot?.request.selection.range == range)
  }

  @Test func `an arrow moves back by half a range into HISTORY`() throws {
    var screen = try Screen()
    let live = screen.state.request.window.end

    screen.press(.left)

    #expect(screen.state.mode == .history(end: live - 12 * Milliseconds.hour))
    #expect(screen.state.snapshot?.request.window.end == live - 12 * Milliseconds.hour)
  }

  @Test func `an arrow moves on no further than to now`() throws {
    var screen = try Screen()
    let live = screen.state.request.window.end

    screen.press(.left, .right, .right, .right)

    #expect(screen.state.mode == .history(end: live))
  }

  @Test func `an arrow does not leave LIVE for the future`() throws {
    var screen = try Screen()

    screen.press(.right)

    #expect(screen.state.mode == .live)
  }

  @Test func `an arrow stops where facts are no longer kept`() throws {
    var screen = try Screen(.sandbox)

    screen.press(.left, .left, .left, .left)

    #expect(screen.state.notice == "that time is older than the retention")
    #expect(screen.state.request.window.end > screen.state.source.retention.edge(at: Screen.now))
  }

  @Test(
    "l goes back to LIVE from anywhere",
    arguments: [
      [.left], [.character("p")], [.left, .character("?")], [.character(" "), .character("i")],
    ] as [[Key]]
  )
  func live(keys: [Key]) throws {
    var screen = try Screen()
    for key in keys { screen.press(key) }

    screen.press(.character("l"))

    #expect(screen.state.mode == .live)
    #expect(screen.state.overlay == nil)
    #expect(screen.state.snapshot?.request.selection.end == .now)
  }

  @Test func `a pause keeps the frame while data and time go on`() throws {
    var screen = try Screen()
    screen.press(.character("p"))
    let frozen = screen.state.snapshot

    screen.pass(seconds: 7200)
    screen.send(.dataStateRead(DataState(version: 9, newestReceipt: screen.state.now)))

    #expect(screen.state.mode == .paused(since: Screen.now))
    #expect(screen.state.snapshot == frozen)
    #expect(screen.effects.isEmpty)
  }

  @Test func `what is chosen in a pause is asked as of the pause`() throws {
    var screen = try Screen()
    screen.press(.character("p"))
    screen.pass(seconds: 7200)

    screen.press(.tab, .enter)

    let request = try #require(screen.state.snapshot).request
    #expect(request.selection.end == .paused(Screen.now))
    #expect(request.window.timeframe.to == Screen.now)
  }

  @Test func `the past can't be paused`() throws {
    var screen = try Screen()

    screen.press(.left, .character("p"))

    #expect(screen.state.notice == "a past range can't be paused; l goes back to LIVE")
    screen.press(.tab)
    #expect(screen.state.notice == nil)
  }

  @Test func `the mode never changes by itself`() throws {
    var screen = try Screen()
    screen.press(.left)
    let mode = screen.state.mode

    screen.pass(seconds: 100_000)
    screen.fail()

    #expect(screen.state.mode == mode)
  }

  @Test func `a past that is not over yet goes on`() throws {
    var screen = try Screen()
    screen.press(.left, .right)
    guard case .history = screen.state.mode else { return #expect(Bool(false), "HISTORY") }
    let first = try #require(screen.state.snapshot).asOf

    screen.pass(seconds: 60)
    screen.send(.dataStateRead(DataState(version: 2, newestReceipt: screen.state.now)))

    #expect(try #require(screen.state.snapshot).asOf > first)
  }

  @Test func `the comparison goes through periods, off and on`() throws {
    var screen = try Screen()

    screen.press(.character("c"))
    #expect(screen.state.comparison == .weekBefore)
    #expect(screen.state.snapshot?.chart?.previous.count == 24)
    #expect(screen.state.notice == "compared with the same weekdays of the week before")
    screen.press(.character("c"))
    #expect(screen.text(200, 30).contains("vs a year earlier: older than retention"))
    #expect(screen.state.notice == "compared with the same dates, last year")
    screen.press(.character("c"))
    #expect(screen.state.snapshot?.chart?.previous.isEmpty == true)
    #expect(screen.state.notice == "compared with nothing")
    #expect(screen.text(200, 30).contains("no comparison"))
    screen.press(.character("c"))

    #expect(screen.state.snapshot?.chart?.previous.count == 24)
    #expect(screen.state.notice == "compared with the period right before")
  }

  @Test(arguments: [ScreenID.overview, .breakdown, .time, .media, .map])
  func `the status bar says what is compared also where there is little room`(
    view: ScreenID
  ) throws {
    var screen = try Screen()
    screen.send(.command(.show(view)))
    for words in ["vs previous 24 h", "vs a week earlier", "vs –"] {
      let row = screen.text(80, 24).prefix { $0 != "\n" }
      #expect(row.contains(words), "\(row)")
      screen.press(.character("c"))
      #expect(screen.state.notice?.hasPrefix("compared with ") == true)
    }
  }
}
