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

  @Test func `health names what it does not know, and what went wrong`() {
    var report = HealthReport(
      sourceName: "edge-1",
      retention: Retention(),
      zone: .utc,
      now: Screen.now
    )
    report.fault = "connection refused"
    #expect(text(report).contains("? connection refused"))

    report.health = SampleObservation.health
    report.queries = HealthReport.Queries(count: 3, p50: 12, p95: 340, failures: 2)
    let known = text(report)

    #expect(known.contains("the last 3") && known.contains("12 ms") && known.contains("340 ms"))
    #expect(known.contains("! 2") && known.contains("edge-1"))
  }

  @Test func `live facts say what they are searched for, and why there are none`() {
    let facts = SampleObservation.facts.facts
    var stream = FactStream(facts: facts, passed: 3, search: "tv")
    #expect(text(stream).contains("with 'tv'") && text(stream).contains("3 new"))

    stream = FactStream(facts: [], fault: "not told")
    #expect(text(stream).contains("? not told"))
    stream = FactStream(facts: facts, isInPast: true, liveKey: "l")
    #expect(text(stream).contains("l goes back to LIVE") && !text(stream).contains("new"))
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
