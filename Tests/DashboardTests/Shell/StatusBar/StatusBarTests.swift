import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

/// The rows around the panels, drawn from plain values.
@Suite("Status bar, tabs and key bar")
struct StatusBarTests {
  private func context(_ screen: ScreenID = .overview, zone: Zone = .utc) -> ScreenContext {
    let selection = Selection(
      range: .day,
      end: .now,
      filter: Filter([]),
      measure: .plays,
      dimension: .country,
      comparison: .previous,
      zone: zone
    )
    let subject = ScreenRequest.Subject(
      screen: screen,
      selection: selection,
      questions: screen.type.init().questions(selection)
    )
    return ScreenContext(
      asked: ScreenRequest(subject, at: Screen.now, retention: Retention()),
      now: Screen.now,
      focus: PanelFocus(screen.panels[0]),
      source: DashboardState.Source(name: "edge-1")
    )
  }

  private func lines(_ view: some View, _ width: Int, _ height: Int) -> [String] {
    var canvas = Canvas(size: Size(width: width, height: height))
    canvas.draw(view, in: canvas.bounds)
    return canvas.lines.map { String($0) }
  }

  @Test func `mode, range and comparison come first, clock and source last`() {
    let row = lines(StatusBar(context: context()), 140, 1)[0]

    #expect(row.hasPrefix("● LIVE  last 24 h  "))
    #expect(row.contains("vs previous 24 h") && row.hasSuffix("12:05:32  production · edge-1"))
  }

  @Test func `what matters least gives way first`() {
    func row(_ width: Int) -> String {
      var bar = StatusBar(context: context())
      bar.filters = [Filter.Clause(.country, ["FR"])]
      return lines(bar, width, 1)[0]
    }
    let parts = [
      "production", "edge-1", "since", "UTC", "vs prev", "last 24 h", "1 filter", "LIVE",
    ]
    // The narrowest width at which each is said.
    let widths = parts.map { part in (1...140).first { row($0).contains(part) } ?? 0 }

    #expect(widths == widths.sorted(by: >), "\(widths)")
  }

  @Test func `without a range there is nothing to say of one`() {
    let row = lines(StatusBar(context: context(.health)), 140, 1)[0]

    #expect(!row.contains("24 h") && row.contains("edge-1"))
  }

  @Test func `filters that don't fit the first row have one of their own, below the tabs`() throws {
    let filters = [
      Filter.Clause(.country, ["FR"]), Filter.Clause(.browser, ["chrome"], isNegated: true),
    ]
    let bar = StatusBar(context: context(), tabs: TabStrip(shown: .overview), filters: filters)

    #expect(!bar.needsDetails(in: 200) && bar.needsDetails(in: 80))
    #expect(lines(bar, 200, 3)[0].contains("country FR ×  browser not chrome ×"))
    let rows = lines(bar, 80, 3)
    #expect(!rows[0].contains("country") && rows[1].contains("[o Overview]"))
    #expect(rows[2].hasPrefix("  country FR ×  browser not chrome ×"))
    #expect(lines(bar, 30, 3)[2].contains("country FR ×  +1 filter"))
    #expect(lines(bar, 80, 2)[0].contains("2 filters"))
  }

  @Test func `the way back stands to the right, its newest steps longest`() {
    var bar = StatusBar(context: context(), tabs: TabStrip(shown: .media))
    bar.path = ["Overview", "country FR", "Media"]

    #expect(lines(bar, 120, 3)[2].hasSuffix("  Overview › country FR › Media"))
    #expect(lines(bar, 28, 3)[2].hasSuffix(" … › country FR › Media"))
    #expect(lines(bar, 16, 3)[2].hasSuffix("‹ country FR"))
    // Where there is no row for it, the place that one comes back to.
    #expect(lines(bar, 120, 2)[0].contains("‹ country FR"))
    bar.path = ["Overview"]
    #expect(lines(bar, 120, 3)[2].allSatisfy { $0 == " " })
  }

  @Test func `what a click on the status bar does stands where it is drawn`() throws {
    let filters = [
      Filter.Clause(.country, ["FR"]), Filter.Clause(.browser, ["chrome"], isNegated: true),
    ]
    var bar = StatusBar(context: context(), tabs: TabStrip(shown: .overview), filters: filters)
    bar.chosenFilters = filters
    bar.path = ["Media", "Overview"]
    let area = Rect(x: 0, y: 0, width: 100, height: 3)
    func command(on text: String, _ row: Int) throws -> Command? {
      let line = lines(bar, 100, 3)[row]
      let place = try #require(line.firstRange(of: text), "\(line)")
      let x = line.distance(from: line.startIndex, to: place.lowerBound)
      return bar.command(atX: x, y: row, in: area)
    }

    #expect(try command(on: "last 24 h", 0) == .typeRange)
    #expect(try command(on: "vs previous", 0) == .nextComparison)
    #expect(try command(on: "UTC", 0) == .openZones)
    #expect(try command(on: "t Time", 1) == .show(.time))
    #expect(try command(on: "FR", 2) == .editFilter(0))
    #expect(try command(on: "×", 2) == .removeFilter(0))
    #expect(try command(on: "chrome", 2) == .editFilter(1))
    #expect(try command(on: "‹ Media", 2) == .goBack)
    #expect(bar.command(atX: 0, y: 2, in: area) == nil)
    #expect(bar.command(atX: 0, y: 3, in: area) == nil)
  }

  @Test func `a segment is shortened where it has no room, the highest rank first`() {
    let line = FittingLine([
      FittingLine.Segment(1, [[TextRun("important")], [TextRun("imp")]], name: "first"),
      FittingLine.Segment(2, [[TextRun("unimportant")], []], name: "second"),
    ])

    #expect(!line.isShortened("second", in: 22) && line.isShortened("second", in: 21))
    #expect(!line.isShortened("first", in: 9) && line.isShortened("first", in: 8))
    #expect(!line.isShortened("third", in: 1))
  }

  @Test func `tabs keep names that can be read, and the shown one its whole name`() {
    func text(_ screen: ScreenID, _ width: Int) -> String {
      lines(FittingLine([TabStrip(shown: screen).segment]), width, 1)[0]
    }

    #expect(text(.map, 200).contains("  b Breakdown   t Time   e Media"))
    #expect(text(.map, 200).contains("  [w Map]  "))
    for screen in ScreenID.allCases {
      let row = text(screen, 79)
      #expect(row.contains("\(screen.title)]"), "\(row)")
      let others = ScreenID.allCases.filter { $0 != screen && $0.traits.hasTab }
      // A tab that is there only now may take the room of the last name.
      for other in screen.traits.hasTab ? others[...] : others.dropLast() {
        #expect(row.contains(" \(other.shortTitle) "), "\(row)")
      }
    }
    #expect(text(.map, 40).contains("[w Map]") && !text(.map, 40).contains("Health"))
  }

  @Test func `nothing moves when another tab is shown, where names are whole`() {
    let rows = [ScreenID.map, .live].map { shown in
      lines(FittingLine([TabStrip(shown: shown).segment]), 120, 1)[0]
        .filter { $0 != "[" && $0 != "]" }.count
    }

    #expect(rows[0] == rows[1])
  }

  private func keys(_ range: TimeRange?, _ width: Int) -> String {
    let hints = KeyMap.standard.hints(on: .overview).filter { $0.command != .goLive }.map {
      KeyBar.Hint(binding: $0, word: $0.hint)
    }
    return lines(KeyBar(range: range, hints: hints), width, 1)[0]
      .replacing(/\ +$/, with: "")
  }

  @Test func `every range stands beside its key, the chosen one marked`() {
    #expect(keys(.day, 140).hasPrefix(" 1 1h  2 6h [3 24h] 4 7d  5 30d  6 1y  7 today "))
    #expect(keys(.week, 140).hasPrefix(" 1 1h  2 6h  3 24h [4 7d] 5 30d  6 1y  7 today "))
    #expect(keys(TimeRange(36, .hour), 140).contains(" 7 today [36h]"))
    #expect(!keys(nil, 140).contains("24h"))
  }

  @Test func `a narrow key bar drops hints, then the ranges that are asked for least`() {
    #expect(keys(.day, 79).contains("7 today") && keys(.day, 79).contains("? keys  q quit"))
    #expect(keys(.day, 60).contains("6 1y") && !keys(.day, 60).contains("7 today"))
    #expect(keys(.year, 40).contains("[6 1y]") && !keys(.year, 40).contains("2 6h"))
    #expect(keys(.day, 24).contains("[3 24h]") && keys(.day, 24).contains("q quit"))
    for width in 0..<140 { #expect(!keys(.day, width).contains("…")) }
  }

  @Test func `a click on a range or a key does what it says`() throws {
    let hints = KeyMap.standard.hints(on: .overview).map {
      KeyBar.Hint(binding: $0, word: $0.hint)
    }
    let bar = KeyBar(range: .day, hints: hints)
    let row = lines(bar, 140, 1)[0]
    func command(on text: String) throws -> Command? {
      let place = try #require(row.firstRange(of: text), "\(row)")
      return bar.command(
        atColumn: row.distance(from: row.startIndex, to: place.lowerBound),
        in: 140
      )
    }

    #expect(try command(on: "4 7d") == .chooseRange(.week))
    #expect(try command(on: "today") == .chooseRange(.today))
    #expect(try command(on: "←") == .shift(halves: -1))
    #expect(try command(on: "→") == .shift(halves: 1))
    #expect(try command(on: "quit") == .quit)
  }

  @Test(arguments: ScreenID.allCases)
  func `the word for Enter is what Enter does on that screen`(view: ScreenID) throws {
    var screen = try Screen()
    screen.send(.command(.show(view)))
    let binding = try #require(KeyMap.standard.hints(on: view).first { $0.command == .chooseRow })
    let word: [ScreenID: String] = [
      .heatmap: "show hour", .media: "open", .item: "open", .sources: "switch",
    ]

    #expect(screen.state.hint(of: binding) == word[view] ?? "filter")
  }
}
