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

  @Test func `mode, range and comparison come first, source and clock last`() {
    let row = lines(StatusBar(context: context()), 140, 1)[0]

    #expect(row.hasPrefix("● LIVE  last 24 h  "))
    #expect(row.contains("vs previous 24 h") && row.contains("production · edge-1"))
    #expect(row.hasSuffix("12:05:32"))
  }

  @Test func `without a range there is nothing to say of one`() {
    let row = lines(StatusBar(context: context(.health)), 140, 1)[0]

    #expect(!row.contains("24 h") && row.contains("edge-1"))
  }

  @Test func `filters that don't fit the first row stand on the second, behind the tabs`() throws {
    let tabs = TabStrip(shown: .overview)
    let filters = [
      Filter.Clause(.country, ["FR"]), Filter.Clause(.browser, ["chrome"], isNegated: true),
    ]
    func bar(_ width: Int) -> [String] {
      lines(StatusBar(context: context(), tabs: tabs, filters: filters), width, 2)
    }

    #expect(bar(200)[0].contains("country FR ×  browser not chrome ×"))
    let width = try #require((60..<200).last { !bar($0)[0].contains("country") })
    #expect(bar(width)[1].hasSuffix("country FR ×  browser not chrome ×"))
    #expect(bar(width)[1].contains("[o Overview]"))
    #expect(bar(60)[1].hasSuffix("2 filters") || bar(60)[1].hasSuffix("+1 filter"))
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

  @Test func `the tab of the shown screen is marked, and the last ones lose their names`() {
    let strip = TabStrip(shown: .map)
    func text(_ width: Int) -> String {
      strip.tabs(in: width).flatMap(\.runs).map(\.text).joined()
    }

    #expect(text(200).contains("[w Map]") && text(200).contains("Health"))
    #expect(text(40).contains("[w Map]") && !text(40).contains("Health"))
    for (column, screen) in [(1, ScreenID.overview), (15, .breakdown)] {
      #expect(TabStrip.view(atColumn: column, of: strip.tabs(in: 200)) == screen)
    }
  }

  @Test func `a range that has no key of its own is shown behind those that have`() {
    #expect(lines(KeyBar(range: TimeRange(36, .hour), hints: []), 60, 1)[0].contains("1y [36h]"))
    #expect(lines(KeyBar(range: .week, hints: []), 60, 1)[0].contains("24h [7d]"))
    #expect(lines(KeyBar(range: nil, hints: []), 60, 1)[0].allSatisfy { $0 == " " })
  }
}
