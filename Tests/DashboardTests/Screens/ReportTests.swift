import AnalyticsSource
import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

/// What single screens draw, from plain values.
@Suite("Panels of single screens")
struct ReportTests {
  private func text(_ view: some View, _ width: Int = 70, _ height: Int = 40) -> String {
    var canvas = Canvas(size: Size(width: width, height: height))
    canvas.draw(view, in: canvas.bounds)
    return canvas.lines.map { String($0) }.joined(separator: "\n")
  }

  @Test func `the table of media leaves blank what was not asked for yet`() {
    let rows = [
      Snapshot.TableRow(id: "vi1", values: [10, 0.5, nil, nil, nil], previous: 5),
      .unknownMedia("vi2"),
    ]
    let table = Snapshot.Table(
      question: TableQuestion(panel: .items, dimension: .mediaID, measures: MediaColumn.measures),
      rows: rows,
      unlistedRows: [:],
      listedIDs: ["vi1"],
      count: 900,
      isWhole: false,
      trends: [:]
    )
    let view = MediaTable(rows: rows, table: table, askedRows: ["vi1"], cursor: 0)

    let lines = text(view, 140, 4).split(separator: "\n")

    #expect(lines[0].contains("Title 900") && lines[0].contains("plays ▼"))
    #expect(lines[1].hasPrefix("▸ vi1") && lines[1].contains("▲ 100 %"))
    #expect(lines[1].contains("50.0 %") && lines[1].contains("–"))
    // What a change was is not known either.
    #expect(lines[2].contains("vi2") && lines[2].count { $0 == "–" } == 1)
  }
}
