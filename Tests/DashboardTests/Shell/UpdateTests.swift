import AnalyticsSource
import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Update")
struct UpdateTests {
  // MARK: - Time

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

    #expect(screen.state.notice == "facts of that time are no longer kept")
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

    #expect(screen.state.notice == "the past stands still; l goes back to LIVE")
    screen.press(.character("c"))
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

  // MARK: - Rows

  @Test func `Tab goes round the panels, and back`() throws {
    var screen = try Screen()
    var seen: [ScreenPanel] = []

    for _ in 0..<4 {
      screen.press(.tab)
      seen.append(screen.state.focus.panel)
    }
    screen.press(.backTab)

    #expect(seen == [.countries, .devices, .topMedia, .chart])
    #expect(screen.state.focus.panel == .topMedia)
  }

  @Test func `the cursor stops at the first and the last row`() throws {
    var screen = try Screen()
    screen.press(.tab, .tab, .up)
    #expect(screen.state.focus.selectedRow == .init(id: "phone", index: 0, dimension: .deviceType))

    screen.press(.end, .down)

    #expect(
      screen.state.focus.selectedRow == .init(id: "unknown", index: 5, dimension: .deviceType)
    )
  }

  @Test func `a cursor that nobody moved is on the first row, whichever that is`() throws {
    var screen = try Screen()
    screen.press(.character("b"))
    let first = try #require(screen.state.rowUnderCursor)

    screen.press(.character("s"), .character("S"))

    let row = try #require(screen.state.rowUnderCursor)
    #expect(screen.state.focus.selectedRow == nil)
    #expect(row.index == 0 && row.id != first.id)
    #expect(row.id == screen.state.rowIDs.first)
  }

  @Test func `a held row goes where another question ranks it`() throws {
    var screen = try Screen()
    screen.press(.character("b"), .down, .down)
    let selected = try #require(screen.state.focus.selectedRow)

    screen.send(.command(.chooseMeasure(Measure.chartable[1])))

    let rows = try #require(screen.state.snapshot?.ranking(of: .breakdown)).rows.map(
      \.dimensionValue
    )
    #expect(screen.state.focus.selectedRow?.index == rows.firstIndex(of: selected.id))
    #expect(screen.state.rowIDs == rows)
  }

  @Test func `a row of the old dimension is never a value of the new one`() throws {
    var screen = try Screen()
    screen.press(.character("b"), .down)
    screen.answers = false
    screen.send(.command(.chooseDimension(.browser)))
    screen.press(.down, .down)
    let country = try #require(screen.state.focus.selectedRow)
    #expect(country.dimension == .country)

    var asked = screen
    asked.press(.enter)
    #expect(asked.state.filters == [.init(.country, [country.id])])

    screen.answers = true
    guard case .fetch(let id, let request, _)? = screen.takeEffect() else {
      return #expect(Bool(false), "the new dimension is asked for")
    }
    let answer = screen.audience.answer(to: request.queries)
    screen.send(.snapshotLoaded(id: id, Snapshot(request, answer, asOf: screen.state.now)))
    #expect(!screen.state.rowIDs.contains(country.id))
    #expect(screen.state.focus.selectedRow == nil)
  }

  @Test func `a pause holds the turning of screens`() throws {
    var screen = try Screen()
    screen.press(.character("C"), .character("p"))

    screen.pass(seconds: 600)

    #expect(screen.state.view == .overview)
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

  @Test func `facts that are looked at anew are those of the source`() {
    var observed = Observed()
    let facts = SampleObservation.facts.facts
    observed.pass(RecentFacts(cursor: 1, facts: facts))
    observed.pass(RecentFacts(cursor: 2, facts: Array(facts.prefix(1)), skipped: 2))
    #expect(observed.facts.count == facts.count + 1 && observed.passed == 3)

    observed.restart()
    observed.pass(RecentFacts(cursor: 2, facts: facts))

    #expect(observed.facts == facts && observed.passed == 0)
  }

  @Test func `the row under the cursor stays where it is while ranks change`() throws {
    var screen = try Screen()
    screen.press(.tab, .down, .down, .down)
    let selected = try #require(screen.state.focus.selectedRow)

    for _ in 0..<30 {
      screen.audience.now = screen.audience.now + 3 * Milliseconds.hour
      screen.pass(seconds: 10_800)
      let rows = screen.rows(of: .countries)
      #expect(rows[selected.index].dimensionValue == selected.id)
      #expect(Set(rows.map(\.dimensionValue)).count == rows.count)
    }
  }

  @Test func `a held row that is gone from a whole list is 0`() throws {
    var screen = try Screen()
    screen.press(.tab, .tab, .end)

    screen.audience.scale = 0
    screen.send(.command(.refresh))

    #expect(screen.rows(of: .devices).map(\.dimensionValue) == ["unknown"])
    #expect(screen.rows(of: .devices).first?.value == 0)
  }

  @Test func `Live in the past tells nothing of now`() throws {
    var screen = try Screen()
    screen.press(.character("v"), .left, .left)

    let text = screen.text(120, 40)
    #expect(screen.state.isInPast && !text.contains(" now ") && !text.contains("Watching"))
    #expect(text.contains("Peak viewers") && text.contains(" at 13:"), "\(text)")
  }

  @Test func `what is explained is of the panel with the focus`() throws {
    var screen = try Screen()
    screen.press(.character("v"), .tab, .character("i"))
    #expect(screen.state.explained?.reach == .now)
    #expect(screen.text(120, 40).contains("Watching now"))
    let moment = screen.state.explainedNumber.timeframe
    #expect(moment.map { $0.duration } == 2 * Milliseconds.slot)
    screen.press(.escape, .character("e"), .character("s"), .character("i"))
    #expect(screen.state.explained == MediaColumn.playRate.measure)
    screen.press(.escape, .character("o"))
    screen.state.measure = try #require(MetricCatalog.measure("play", .rate))
    screen.press(.tab, .character("i"))
    #expect(screen.state.explained == Measure.plays)
  }

  @Test func `rows are not sorted by a change that is not shown`() throws {
    var screen = try Screen()
    screen.press(.character("b"))
    screen.state.comparison = nil
    screen.press(.character("s"), .character("s"))

    #expect(screen.state.screen.sort?.column == .value)
  }

  @Test(
    arguments: [
      ("o", Key.character("s"), "s is for Breakdown, Media and Map: sort by the next column"),
      ("h", .character(","), ", is for Overview and Time: read the value of an interval"),
      ("h", .enter, "there are no rows here"),
      ("v", .enter, "there are no rows here; Tab goes to the next panel"),
      ("v", .character("1"), "the last 1 h, on the screens of a range"),
    ] as [(Character, Key, String)]
  )
  func `a key without a meaning here says where it has one`(
    view: Character,
    key: Key,
    sentence: String
  ) throws {
    var screen = try Screen()
    screen.press(.character(view), key)

    #expect(screen.state.notice == sentence)
    #expect(screen.state.overlay == nil)
  }

  @Test func `the key bar offers nothing that the panel has no use for`() throws {
    var screen = try Screen()
    #expect(screen.text(160, 24).contains("Enter filter") == false)

    screen.press(.tab)

    #expect(screen.text(160, 24).contains("Enter filter"))
  }

  @Test func `curves of one unit share the axis, of another have a scale of their own`() throws {
    var screen = try Screen()
    let named = Dictionary(
      Measure.chartable.map { ($0.title, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    screen.press(.character("t"))
    screen.send(.command(.screen(.toggleOverlay(try #require(named["Impressions"])))))
    #expect(!screen.text(120, 40).contains("scale of its own"))
    #expect(screen.text(120, 40).contains("20 k"))

    screen.send(.command(.screen(.toggleOverlay(try #require(named["Avg watch time"])))))

    #expect(screen.text(120, 40).contains("Avg watch time on a scale of its own"))
  }

  @Test func `what has no curve of its own is counted below the curves`() throws {
    var screen = try Screen()
    screen.press(.character("t"), .character("x"))

    #expect(screen.text(120, 40).contains("13 others, without a curve"))
    #expect(screen.text(120, 40).contains("of 129.8 k in all"))
  }

  // MARK: - Looks

  @Test func `the menu chooses the metric of the chart`() throws {
    var screen = try Screen()

    screen.press(.character("m"), .down, .down, .enter)

    #expect(screen.state.overlay == nil)
    #expect(screen.state.snapshot?.request.selection.measure == screen.state.measure)
    #expect(screen.state.measure.title == "Starts")
  }

  @Test func `on the chart, arrows go through the metrics and round`() throws {
    var screen = try Screen()
    let first = screen.state.measure

    for _ in Measure.chartable { screen.press(.down) }
    #expect(screen.state.measure == first)
    screen.press(.up, .down)

    #expect(screen.state.measure == first)
  }

  @Test func `Esc closes, zooms out, then lets go`() throws {
    var screen = try Screen()
    screen.press(.tab, .character("z"), .character("?"))

    screen.press(.escape)
    #expect(screen.state.overlay == nil)
    screen.press(.escape)
    #expect(!screen.state.focus.isZoomed)
    screen.press(.escape)
    #expect(screen.state.focus.panel == .chart && screen.state.focus.selectedRow == nil)
  }

  @Test func `q leaves the help first, then the program`() throws {
    var screen = try Screen()

    screen.press(.character("?"), .character("q"))
    #expect(screen.effects.isEmpty)
    screen.press(.character("q"))

    #expect(screen.effects == [.quit])
  }

  @Test func `Ctrl-C quits from anywhere`() throws {
    var screen = try Screen()

    screen.press(.character("?"), .control("c"))

    #expect(screen.effects == [.quit])
  }

  @Test func `Ctrl-L asks for the whole screen`() throws {
    var screen = try Screen()

    screen.press(.control("l"))

    #expect(screen.effects == [.repaint])
  }

  @Test func `themes are seen before they are chosen, symbols go round`() throws {
    var screen = try Screen()
    let dark = screen.state.palette(.twoHundredFiftySix)

    screen.press(.character("T"), .down)
    #expect(screen.state.palette(.twoHundredFiftySix) != dark, "seen at once")
    screen.press(.escape)
    #expect(screen.state.palette(.twoHundredFiftySix) == dark, "only looked at")
    screen.press(.character("T"), .down, .enter)
    #expect(screen.state.palette(.twoHundredFiftySix) != dark)
    #expect(screen.state.notice == "theme light")

    screen.press(.character("g"))
    #expect(screen.state.symbolFamily == .braille)
    screen.press(.character("g"), .character("g"))
    #expect(screen.state.symbolFamily == .blocks)
  }

  @Test func `the comparison goes through periods, off and on`() throws {
    var screen = try Screen()

    screen.press(.character("c"))
    #expect(screen.state.comparison == .weekBefore)
    #expect(screen.state.snapshot?.chart?.previous.count == 24)
    screen.press(.character("c"))
    #expect(screen.text(200, 30).contains("vs a year earlier: older than retention"))
    screen.press(.character("c"))
    #expect(screen.state.snapshot?.chart?.previous.isEmpty == true)
    screen.press(.character("c"))

    #expect(screen.state.snapshot?.chart?.previous.count == 24)
  }
}
