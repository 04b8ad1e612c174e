import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Mouse")
struct MouseTests {
  /// Where a text is drawn, from its first letter.
  private func place(of text: String, in screen: Screen, _ size: Size) throws -> (x: Int, y: Int) {
    let lines = screen.canvas(size.width, size.height).lines
    let row = try #require(lines.firstIndex { $0.contains(text) }, "\(lines)")
    let place = try #require(lines[row].firstRange(of: text))
    return (lines[row].distance(from: lines[row].startIndex, to: place.lowerBound), row)
  }

  private func click(_ text: String, in screen: inout Screen, moving x: Int = 0) throws {
    let place = try place(of: text, in: screen, screen.state.size)
    screen.send(.clicked(x: place.x + x, y: place.y))
  }

  @Test(arguments: [(80, 24), (120, 40)])
  func `chips, tabs, ranges and key hints do what they say`(width: Int, height: Int) throws {
    var screen = try Screen()
    screen.send(.resized(width: width, height: height))
    #expect(
      screen.state.take(filter: "country=FR device=phone browser!=chrome", replacing: nil) == nil
    )
    screen.send(.command(.refresh))

    try click("device phone ×", in: &screen, moving: 13)
    #expect(screen.state.filters.map(\.dimension) == [.country, .browser])
    try click("FR ×", in: &screen)
    #expect(screen.text(width, height).contains("filter: country=FR_"))
    screen.press(.escape)
    try click("4 7d", in: &screen)
    #expect(screen.state.range == .week)
    try click("e Media", in: &screen)
    #expect(screen.state.view == .media)
    try click("? keys", in: &screen)
    guard case .help? = screen.state.overlay else {
      Issue.record("no help")
      return
    }
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

  @Test func `a tile chooses its metric, and a heading sorts, then the other way round`() throws {
    var screen = try Screen()
    screen.send(.resized(width: 120, height: 40))
    try click("Play rate", in: &screen)
    #expect(screen.state.measure.title == "Play rate")
    try click("Watching now", in: &screen)
    #expect(screen.state.measure == .peakViewers)

    screen.press(.character("b"))
    try click("change", in: &screen)
    #expect(screen.state.screens[.breakdown].sort == RowSort(.change))
    try click("change", in: &screen)
    #expect(screen.state.screens[.breakdown].sort?.isReversed == true)
    try click("Country", in: &screen)
    #expect(screen.state.screens[.breakdown].sort == RowSort(.name))

    screen.press(.character("e"))
    try click("avg watch", in: &screen)
    #expect(screen.state.screens[.media].sort?.column.title.contains("watch") == true)
  }

  @Test func `hovering over a chart reads a value, and leaves the cursor where it is`() throws {
    var screen = try Screen()
    screen.send(.resized(width: 120, height: 40))
    let chart = try place(of: "Plays by hour", in: screen, screen.state.size)
    let row = { (screen: Screen) in screen.canvas(120, 40).lines[chart.y] }
    let before = row(screen)

    screen.send(.pointed(x: 60, y: chart.y + 4))
    #expect(row(screen) != before && row(screen).contains("before"))
    #expect(screen.state.cursor == nil && screen.state.notice == nil)
    screen.send(.pointed(x: 60, y: 39))
    #expect(row(screen) == before)
  }

  @Test func `a part of a chart that is dragged over becomes the range`() throws {
    var screen = try Screen()
    screen.send(.resized(width: 120, height: 40))
    let chart = try place(of: "Plays by hour", in: screen, screen.state.size)
    let area = try #require(
      ShellLayout(screen.state, in: screen.state.size.bounds).place(of: .chart)
    ).area
    let view = try #require(screen.state.screen.chart(of: .chart, screen.state.context))
    let spans = [80, 40].map { view.span(atX: $0, in: ShellLayout.content(of: area)) }
    let (last, first) = (try #require(spans[0]), try #require(spans[1]))

    screen.send(.clicked(x: 80, y: chart.y + 4))
    screen.send(.dragged(x: 60, y: chart.y + 4))
    screen.send(.dragged(x: 40, y: chart.y + 9))
    #expect(screen.state.notice?.hasSuffix("let go to show it") == true)
    let cell = screen.canvas(120, 40)[x: 60, y: chart.y + 3]
    #expect(cell?.style.attributes.contains(.selected) == true)
    screen.send(.released(x: 40, y: chart.y + 9))

    #expect(screen.state.isInPast)
    let window = try #require(screen.state.snapshot).request.window
    #expect(window.timeframe == Timeframe(from: first.from, to: last.to))
    screen.press(.backspace)
    #expect(screen.state.mode == .live)
  }

  @Test func `a click that moves nowhere selects no range, one beside a chart neither`() throws {
    var screen = try Screen()
    screen.send(.resized(width: 120, height: 40))
    let place = screen.state.place
    screen.send(.clicked(x: 60, y: 14))
    screen.send(.released(x: 60, y: 14))
    screen.send(.clicked(x: 10, y: 39))
    screen.send(.dragged(x: 60, y: 14))
    screen.send(.released(x: 60, y: 14))

    #expect(!screen.state.isInPast && screen.state.place.view == place.view)
  }

  @Test(
    arguments: [ScreenID.overview, .breakdown, .media, .item, .map, .live],
    [(80, 24), (80, 17), (120, 40)]
  )
  func `clicks and marks are where rows are drawn`(view: ScreenID, size: (Int, Int)) throws {
    // Of few playbacks, the table of Breakdown is shorter by a line on that.
    var screen = try Screen(audience: SampleAudience(now: Screen.now, scale: 0.05))
    screen.send(.resized(width: size.0, height: size.1))
    screen.send(.command(.chooseMeasure(try #require(MetricCatalog.measure("play", .rate)))))
    screen.send(.command(.show(view)))
    for _ in view.panels where !screen.state.hasRows { screen.press(.tab) }
    let layout = ShellLayout(screen.state, in: screen.state.size.bounds)
    guard layout.place(of: screen.state.focus.panel) != nil else { return }

    var found = 0
    for index in 0..<max(0, screen.state.rowIDs.count - 1) {
      screen.send(.command(.moveRow(-1000)))
      screen.send(.command(.moveRow(index)))
      let row = try #require(screen.state.rowUnderCursor)
      screen.send(.command(.markRow))
      let name = screen.state.context.names[row.id, in: row.dimension].prefix(5)
      let lines = screen.canvas(size.0, size.1).lines
      // In a list of pages, the next row may stand on the next one.
      guard let y = lines.firstIndex(where: { $0.contains("●\(name)") }) else {
        screen.send(.command(.dismiss))
        continue
      }
      found += 1
      let start = try #require(lines[y].firstRange(of: "●\(name)")).lowerBound
      let x = lines[y].distance(from: lines[y].startIndex, to: start)
      screen.send(.clicked(x: x + 2, y: y))
      #expect(screen.state.rowUnderCursor?.id == row.id, "\(index)")
      screen.send(.command(.markRow))
      #expect(screen.state.markedRows.isEmpty)
    }
    #expect(found >= min(3, screen.state.rowIDs.count - 1))
  }

  @Test func `the cursor of keys is read where the pointer rests`() throws {
    var screen = try Screen()
    screen.send(.resized(width: 120, height: 40))
    screen.send(.pointed(x: 60, y: 14))
    #expect(screen.state.context.cursor != nil && screen.state.cursor == nil)
    screen.press(.character(","))
    #expect(screen.state.cursor != nil && screen.state.context.cursor == screen.state.cursor)

    screen.send(.pointed(x: 60, y: 14))
    screen.press(.character("t"), .escape)
    #expect(screen.state.pointer == Pointer())
  }

  @Test func `a hand that trembles clicks, and a screen of a fixed time is not dragged over`()
    throws
  {
    var screen = try Screen()
    screen.send(.resized(width: 120, height: 40))
    screen.send(.clicked(x: 60, y: 14))
    #expect(screen.state.pointer.drag != nil)
    screen.send(.dragged(x: 61, y: 14))
    screen.send(.released(x: 61, y: 14))
    #expect(screen.state.mode == .live && screen.state.cursor != nil)

    screen.press(.character("v"))
    let layout = ShellLayout(screen.state, in: screen.state.size.bounds)
    let chart = try #require(layout.place(of: .viewers)?.area)
    screen.send(.clicked(x: chart.x + 40, y: chart.y + 2))
    screen.send(.dragged(x: chart.x + 10, y: chart.y + 2))
    screen.send(.released(x: chart.x + 10, y: chart.y + 2))
    #expect(screen.state.mode == .live && screen.state.focus.panel == .viewers)
  }

  @Test func `clicks mark values, and Enter filters by them`() throws {
    var screen = try Screen()
    screen.send(.resized(width: 120, height: 40))
    screen.send(.command(.openValues(.country)))
    for index in [3, 1] {
      guard case .menu(let menu)? = screen.state.overlay else {
        Issue.record("no menu")
        return
      }
      let bounds = screen.state.size.bounds
      let popup = screen.state.popup(of: menu, in: bounds)
      let inner = popup.inner(in: bounds)
      let y = (inner.y..<inner.maxY).first {
        popup.content.index(atX: inner.x + 3, y: $0, in: inner) == index
      }
      screen.send(.clicked(x: inner.x + 3, y: try #require(y)))
    }
    #expect(screen.state.filters.isEmpty)
    screen.press(.enter)

    #expect(screen.state.filters.map { $0.values.sorted() } == [["DE", "ES"]])
  }

  @Test func `the wheel turns no metric, and shows the other numbers of a wall`() throws {
    var screen = try Screen()
    screen.send(.resized(width: 40, height: 10))
    let measure = screen.state.measure
    screen.send(.wheeled(3, x: 20, y: 5))
    #expect(screen.state.measure == measure)

    screen.press(.character("K"))
    let before = screen.text(40, 10)
    screen.send(.wheeled(3, x: 20, y: 5))
    #expect(screen.text(40, 10) != before)
  }

  @Test func `an entry of a menu is chosen, a click beside it closes it`() throws {
    var screen = try Screen()
    screen.send(.resized(width: 120, height: 40))
    screen.press(.character("m"))
    try click("Starts", in: &screen)
    #expect(screen.state.measure.title == "Starts" && screen.state.overlay == nil)

    screen.press(.character("m"))
    screen.send(.clicked(x: 0, y: 0))
    #expect(screen.state.overlay == nil && screen.state.measure.title == "Starts")
  }
}
