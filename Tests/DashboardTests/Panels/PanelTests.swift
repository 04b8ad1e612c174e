import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

/// Panels drawn from plain values, without a dashboard around them.
@Suite("Panels")
struct PanelTests {
  private func lines(_ view: some View, _ width: Int, _ height: Int) -> [String] {
    var canvas = Canvas(size: Size(width: width, height: height))
    canvas.draw(view, in: canvas.bounds)
    return canvas.lines.map { line in
      String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  private let rows = [
    Snapshot.Row(dimensionValue: "FR", value: 30, previous: 20),
    Snapshot.Row(dimensionValue: "DE", value: 10, previous: 10),
    Snapshot.Row(dimensionValue: "US", value: 1, previous: 0),
  ]

  private func ranking(_ rows: [Snapshot.Row]) -> Snapshot.Ranking {
    Snapshot.Ranking(
      panel: .countries,
      dimension: .country,
      measure: .plays,
      rows: rows,
      count: rows.count,
      total: 40
    )
  }

  @Test func `lists beside each other get what they hold, and share what is too little`() {
    let lists: [Arrangement.List] = [
      .init(panel: .countries, least: 30, weight: 5),
      .init(panel: .devices, least: 25, weight: 1, rank: 1),
    ]
    func widths(_ width: Int, _ needs: [ScreenPanel: Int]) -> [Int] {
      Arrangement.lists(lists, in: width) { needs[$0] }
        .places(in: Rect(x: 0, y: 0, width: width, height: 5)).map(\.area.width)
    }

    #expect(widths(100, [.countries: 40, .devices: 55]) == [41, 58])
    #expect(widths(120, [.countries: 40, .devices: 55]) == [51, 68])
    #expect(widths(70, [.countries: 60, .devices: 30]) == [41, 28])
    // Who takes less than that leaves the rest to the other.
    #expect(widths(70, [.countries: 60, .devices: 24]) == [44, 25])
    #expect(widths(40, [.countries: 60, .devices: 30]) == [40])
    // What is not known yet may take all.
    #expect(widths(100, [.countries: 20]) == [30, 69])
  }

  @Test func `a ranking has a row for each value, tinted as far as its value`() {
    let panel = RankingPanel(
      heading: "Country",
      ranking: ranking(rows),
      rows: rows,
      cursor: 1,
      isFocused: true
    )

    #expect(
      lines(panel, 60, 4) == [
        "▸ Country 3        plays   share   change",
        "  FR France           30  75.0 % ▲ 50.0 %",
        "▸ DE Germany          10  25.0 %  = 0.0 %",
        "  US United States     1   2.5 %      new",
      ]
    )
    var canvas = Canvas(size: Size(width: 60, height: 4), hasColor: true)
    canvas.draw(panel, in: canvas.bounds)
    let tinted = (0..<60).filter { x in
      canvas[x: x, y: 1].map { $0.style.ground == .share || $0.style.ground == .shareBetween }
        ?? false
    }
    // The highest value reaches over the whole row.
    #expect(tinted.count == 58)
  }

  @Test func `a ranking without rows says why`() {
    var panel = RankingPanel(heading: "Country")
    #expect(lines(panel, 40, 2)[1] == "  ?")

    panel.ranking = ranking([])
    #expect(lines(panel, 40, 2)[1] == "  – none in this time")
    panel.isCollected = false
    #expect(lines(panel, 40, 2)[1] == "  – not collected")
    panel.search = "xyz"
    #expect(lines(panel, 40, 2)[1] == "  – nothing with 'xyz' in its name")
  }

  @Test(arguments: [(0, 0), (4, 0), (5, 1), (50, 46), (99, 91)])
  func `the cursor of a list is in its middle where that can be`(cursor: Int, first: Int) {
    let area = Rect(x: 0, y: 0, width: 20, height: 10)

    #expect(RankingPanel.firstRow(of: 100, cursor: cursor, in: area) == first)
  }

  @Test func `a tile has its value, its change and its trend, or a sign that it is not known`()
    throws
  {
    let question = try #require(TileQuestion("play", .count, "Plays"))
    let result = Snapshot.Tile(measure: .plays, value: 1204, previous: 1000, trend: [1, 2, 3])
    let known = Tiles(tiles: [Tiles.Tile(question: question, result: result)])

    #expect(lines(known, 16, 4) == ["  Plays", "  1 204", "  ▲ 20.4 %", "  ⣤⣶⣿"])
    let unknown = Tiles(tiles: [Tiles.Tile(question: question, result: nil)])
    #expect(lines(unknown, 16, 4) == ["  Plays", "  ?", "", ""])
  }

  private func chart(_ values: [Double?]?, cursor: Int? = nil) throws -> ChartPanel {
    let window = TimeWindow(TimeRange(6, .hour), upTo: Screen.now, in: .utc)
    return ChartPanel(
      subject: ChartPanel.Subject(measure: .plays, window: window, zone: .utc, asOf: Screen.now),
      curves: values.map {
        let curve = Snapshot.Curve(measure: .plays, value: nil, values: $0, previous: [])
        return [ChartPanel.Curve(result: curve, name: "Plays")]
      },
      cursor: cursor.map { window.edges[$0] }
    )
  }

  @Test func `a chart reads the interval under the cursor, and finds it under a click`() throws {
    let panel = try chart([10, 20, 30, 40, 50, 60], cursor: 2)

    #expect(lines(panel, 70, 10)[0].hasSuffix("Mon 13 May 09:00  30"))
    let rect = Rect(x: 0, y: 0, width: 70, height: 10)
    let read = (0..<70).compactMap { panel.interval(atX: $0, in: rect) }
    #expect(Set(read) == Set(panel.subject.window.edges.dropLast()))
    #expect(read == read.sorted())
  }

  @Test func `a chart without values says so`() throws {
    #expect(lines(try chart(nil), 40, 8)[1] == "  ?")
    #expect(lines(try chart([nil, nil, nil, nil, nil, nil]), 60, 8).joined().contains("no data"))
    #expect(try chart(nil).interval(atX: 20, in: Rect(x: 0, y: 0, width: 40, height: 8)) == nil)
  }

  @Test func `an arrangement leaves out what there is no room for`() {
    let arrangement: Arrangement = .rows([
      (.fixed(4).optional(rank: 2), .panel(.tiles)), Arrangement.gap(rank: 3),
      (.flexible(min: 3), .panel(.chart)),
    ])

    let tall = arrangement.places(in: Rect(x: 0, y: 0, width: 20, height: 12))
    #expect(tall.map(\.panel) == [.tiles, .chart])
    #expect(tall.map(\.area.y) == [0, 5])
    let low = arrangement.places(in: Rect(x: 0, y: 0, width: 20, height: 6))
    #expect(low.map(\.panel) == [.chart])
  }

  @Test func `unknown ranks come last in either order, and equal ones keep theirs`() {
    let ranks: [Double?] = [1, nil, 3, 1]
    let rows = Array(ranks.indices)
    var sort = RowSort(.change)

    #expect(sort.sorted(rows) { ranks[$0] } == [2, 0, 3, 1])
    sort.isReversed = true
    #expect(sort.sorted(rows) { ranks[$0] } == [3, 0, 2, 1])
  }

  @Test func `columns to sort by go round, and begin at the first where theirs is gone`() {
    var sort = RowSort(.value)
    let columns: [RowSort.Column] = [.value, .name]

    sort.isReversed = true
    sort.next(of: columns)
    #expect(sort == RowSort(.name))
    sort.next(of: columns)
    #expect(sort.column == .value)
    sort = RowSort(.change)
    sort.next(of: columns)
    #expect(sort.column == .value)
  }

  @Test(arguments: [(1, ["a", "x", "b"]), (2, ["a", "b", "x"]), (9, ["a", "b", "x"])])
  func `a selected row keeps its place`(index: Int, expected: [String]) {
    let row = SelectedRow(id: "x", index: index, dimension: .browser)

    #expect(row.pinned(in: ["a", "b"], id: { $0 }, missing: { "x" }) == expected)
    #expect(row.pinned(in: ["x", "a", "b"], id: { $0 }, missing: { "?" }) == expected)
  }
}
