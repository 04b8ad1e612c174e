import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Every screen")
struct ViewScreenTests {
  private static let sizes = [
    Size(width: 80, height: 24), Size(width: 120, height: 40), Size(width: 200, height: 60),
  ]

  /// A screen with all that it can show.
  private func screen(_ view: ScreenID, _ symbols: Symbols.Family = .blocks) throws -> Screen {
    var screen = try Screen(symbols: symbols)
    screen.send(.command(.show(view)))
    if view == .time {
      screen.press(.character("a"))
      screen.type("impressions")
      screen.press(.enter, .character(","), .character(","), .character(","))
    }
    screen.send(.factsPassed(SampleObservation.facts))
    screen.send(
      .healthRead(
        SampleObservation.health,
        ProcessUse(cpuShare: 0.0031, memoryBytes: 24_300_000)
      )
    )
    return screen
  }

  @Test("looks as it should in colours", arguments: ScreenID.allCases, sizes)
  func colours(view: ScreenID, size: Size) throws {
    let screen = try screen(view)
    let canvas = screen.canvas(size.width, size.height)
    try Golden.expect(
      canvas.annotated(screen.state.palette(.twoHundredFiftySix)),
      is: "\(view)-\(size.width)x\(size.height)-256"
    )
  }

  @Test("looks as it should without colours", arguments: ScreenID.allCases, sizes)
  func mono(view: ScreenID, size: Size) throws {
    let screen = try screen(view)
    let canvas = screen.canvas(size.width, size.height, hasColor: false)
    try Golden.expect(
      canvas.annotated(screen.state.palette(.mono)),
      is: "\(view)-\(size.width)x\(size.height)-mono"
    )
  }

  @Test("looks as it should in ASCII", arguments: ScreenID.allCases, sizes)
  func ascii(view: ScreenID, size: Size) throws {
    let text = try screen(view, .ascii).text(size.width, size.height)

    try Golden.expect(text, is: "\(view)-\(size.width)x\(size.height)-ascii")
    #expect(text.unicodeScalars.allSatisfy { $0.isASCII })
  }

  @Test(arguments: ScreenID.allCases)
  func `a screen is turned to by its key and says so`(view: ScreenID) throws {
    var screen = try Screen()
    let key = try #require(KeyMap.standard.label(of: .show(view))?.first)

    screen.press(.character(key))

    #expect(screen.state.view == view)
    #expect(screen.text(80, 24).contains("[\(key) \(view.title)]"))
  }

  @Test func `brackets go round the screens`() throws {
    var screen = try Screen()

    for _ in ScreenID.allCases { screen.press(.character("]")) }
    #expect(screen.state.view == .overview)
    screen.press(.character("["))

    #expect(screen.state.view == .health)
  }

  @Test func `a kiosk has neither tabs nor keys`() throws {
    var screen = try Screen()
    screen.press(.character("K"))

    let text = screen.text(80, 24)
    #expect(!text.contains("Breakdown") && !text.contains("quit"))
    #expect(text.contains("● LIVE"))
  }

  @Test func `screens turn by themselves, but not under a hand`() throws {
    var screen = try Screen()
    screen.press(.character("C"))

    screen.pass(seconds: 19)
    #expect(screen.state.view == .overview)
    screen.press(.down)
    screen.pass(seconds: 19)
    #expect(screen.state.view == .overview)
    screen.pass(seconds: 1)
    #expect(screen.state.view == .time)
    for _ in 0..<4 { screen.pass(seconds: 20) }
    #expect(screen.state.view == .overview)
  }

  @Test func `only the screens that need it look at more than answers`() throws {
    var screen = try Screen()
    screen.press(.character("v"), .character("h"), .character("o"))

    let observed = screen.effects.compactMap { effect -> Observation?? in
      if case .observe(let observation) = effect { observation } else { nil }
    }
    #expect(observed == [.facts, .health, nil])
  }

  @Test func `curves of values come with what the first answer shows`() throws {
    var screen = try Screen()
    screen.press(.character("t"), .character("d"))
    screen.type("device")
    screen.press(.enter)

    let curves = try #require(screen.state.snapshot?.curves)
    #expect(curves.compactMap(\.value) == ["phone", "computer", "tablet", "tv", "console"])
    #expect(screen.text(120, 40).contains("Plays by device by hour"))
  }

  @Test func `curves without colours are told apart by their dashes`() throws {
    var screen = try Screen()
    screen.press(.character("t"), .character("x"))

    try Golden.expect(screen.text(100, 30), is: "curves100x30")
  }

  @Test func `the cursor reads an interval, its value before and the change`() throws {
    var screen = try Screen()
    screen.press(.character("t"), .character(","), .character(","))

    let text = screen.text(140, 30)
    #expect(text.contains("Mon 13 May 14:00") || text.contains("Mon 13 May 13:00"), "\(text)")
    #expect(text.contains("before"))
    screen.press(.escape)
    #expect(screen.state.cursor == nil)
  }

  @Test func `zooming in about the cursor and out again`() throws {
    var screen = try Screen()
    for _ in 0..<12 { screen.press(.character(",")) }
    screen.press(.character("+"))
    #expect(screen.state.range == TimeRange(12, .hour))
    guard case .history = screen.state.mode else {
      Issue.record("\(screen.state.mode)")
      return
    }
    screen.press(.character("-"))
    #expect(screen.state.range == .day)
    screen.press(.character("l"))

    #expect(screen.state.mode == .live)
  }

  @Test func `the table of media is sorted by any column`() throws {
    var screen = try Screen()
    screen.press(.character("e"))
    for sorted in screen.state.screen.sortColumns(screen.state.context).dropFirst() {
      screen.press(.character("s"))
      #expect(screen.mediaRows.count == 147)
      guard let column = MediaColumn(sorted) else { continue }
      let values = screen.mediaRows.map { $0[column] ?? -1 }
      #expect(values == values.sorted(by: >), "\(column)")
      screen.press(.character("S"))
      #expect(screen.mediaRows.map { $0[column] ?? -1 } == values.reversed())
      screen.press(.character("S"))
    }
  }

  @Test func `Enter on a title opens it: everything about that item`() throws {
    var screen = try Screen()

    screen.press(.character("e"), .down, .enter)

    #expect(screen.state.view == .overview)
    #expect(screen.state.filters == [.init(.mediaID, ["vi2kQBbLbVrlFVRd2gQVEx4k"])])
  }

  @Test func `shapes of media come for the rows around the cursor`() throws {
    var screen = try Screen()
    screen.press(.character("e"), .end)

    let table = try #require(screen.state.snapshot?.table)
    let selected = try #require(screen.state.rowUnderCursor)
    #expect(table.trends[selected.id] != nil)
    #expect(table.trends.count < 100)
    #expect(!screen.state.isOutdated)
  }

  @Test func `what a number means, and how to ask for it`() throws {
    var screen = try Screen()
    screen.press(.tab, .enter, .character("m"))
    screen.type("play rate")
    // The chart shows it; the list that had the keys still counts plays.
    screen.press(.enter, .escape, .character("i"))

    let text = screen.text(120, 40)
    #expect(text.contains("÷"), "\(text)")
    #expect(text.contains("country FR"))
    #expect(text.contains("GET /data/metrics/play/rate?from="))
    #expect(text.contains("playhead query metrics play rate --from"))
  }

  @Test func `curves of a ratio are of what is played most`() throws {
    var screen = try Screen()
    screen.press(.character("t"), .character("m"))
    screen.type("play rate")
    screen.press(.enter, .character("x"))

    let rows = try #require(screen.state.snapshot?.ranking(of: .curves)?.rows)
    let plays = rows.compactMap(\.value)
    #expect(plays == plays.sorted(by: >) && (plays.first ?? 0) > 1)
    let curves = try #require(screen.state.snapshot?.curves)
    #expect(curves.map(\.value) == rows.prefix(curves.count).map(\.dimensionValue))
    #expect(curves.allSatisfy { $0.measure.title == "Play rate" })
    let lines = screen.canvas(120, 40).lines
    #expect(lines.contains { $0.contains("without a curve") && $0.contains(" plays") })
  }

  @Test func `what was divided by nothing has no value`() throws {
    var screen = try Screen(audience: SampleAudience(now: Screen.now, scale: 0))
    screen.press(.character("m"))
    screen.type("play rate")
    screen.press(.enter, .character("i"))

    let lines = screen.canvas(120, 40).lines
    #expect(lines.contains { $0.contains("value") && $0.contains("–") && !$0.contains("0.0 %") })
  }

  @Test func `the live screen explains its own number, health none`() throws {
    var screen = try Screen()
    screen.press(.character("v"), .character("i"))
    #expect(screen.text(120, 40).contains("playhead query metrics ccv peak"))

    screen.press(.escape, .character("h"), .character("i"))
    #expect(screen.state.overlay == nil && screen.state.notice != nil)
  }

  @Test func `health that does not fit is scrolled`() throws {
    var screen = try self.screen(.health)
    screen.send(.resized(width: 60, height: 15))
    #expect(screen.text(60, 15).contains("▼") && !screen.text(60, 15).contains("memory"))

    screen.press(.end)
    screen.press(.pageDown, .pageDown, .pageDown, .down, .down, .down, .down)
    #expect(screen.text(60, 15).contains("memory") && !screen.text(60, 15).contains("more line"))
    for _ in 0..<40 { screen.press(.up) }
    #expect(screen.text(60, 15).contains("Collector"))
  }

  @Test func `a tab beside filters is where it is drawn`() throws {
    var screen = try Screen()
    #expect(
      screen.state.take(filter: "country=FR device=phone browser!=chrome", replacing: nil) == nil
    )
    screen.send(.resized(width: 100, height: 30))
    screen.send(.command(.refresh))
    let row = screen.text(100, 30).split(separator: "\n")[1]
    let column = try #require(row.firstRange(of: " e ")).lowerBound

    #expect(row.hasSuffix("browser not chrome ×"), "\(row)")
    screen.send(.clicked(x: row.distance(from: row.startIndex, to: column) + 1, y: 1))

    #expect(screen.state.view == .media)
  }

  @Test func `clicks choose tabs, rows and intervals`() throws {
    var screen = try Screen()
    screen.send(.resized(width: 120, height: 40))
    let lines = screen.canvas(120, 40).lines
    let row = try #require(lines.firstIndex { $0.contains("Spain") })

    screen.send(.clicked(x: 6, y: row))
    #expect(screen.state.focus.panel == .countries && screen.state.focus.selectedRow?.id == "ES")
    screen.send(.clicked(x: 6, y: row))
    #expect(screen.state.filters == [.init(.country, ["ES"])])
    let chart = try #require(lines.firstIndex { $0.contains("Plays by hour") })
    screen.send(.clicked(x: 60, y: chart + 4))
    #expect(screen.state.focus.panel == .chart && screen.state.cursor != nil)
    let tab = try #require(lines[1].firstRange(of: "Media"))
    let column = lines[1].distance(from: lines[1].startIndex, to: tab.lowerBound)
    screen.send(.clicked(x: column, y: 1))
    #expect(screen.state.view == .media)
    screen.send(.wheeled(3, x: 10, y: 12))
    #expect(screen.state.focus.selectedRow?.index == 3)
  }
}
