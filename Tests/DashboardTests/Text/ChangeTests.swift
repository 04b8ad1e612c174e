import CellCanvas
import QueryCore
import Testing

@testable import Dashboard

@Suite("Change")
struct ChangeTests {
  @Test(
    "a change is a sign, a size and a verdict",
    arguments: [
      ("play", .count, 100, 112.3, "▲ 12.3 %", .good, false),
      ("play", .count, 100, 97, "▼ 3.0 %", .bad, false),
      ("play", .count, 100, 50, "▼ 50.0 %", .bad, true),
      ("play", .count, 100, 100, "= 0.0 %", .neutral, false),
      ("play", .count, 10_000, 10_001, "= 0.0 %", .neutral, false),
      ("play", .count, 10, 1210, "▲ 121 ×", .good, false),
      ("play", .count, 100, 350, "▲ 250 %", .good, false),
      ("play", .rate, 0.629, 0.621, "▼ 0.8 pt", .bad, false),
      ("error", .rate, 0.004, 0.009, "▲ 0.5 pt", .bad, true),
      ("error", .rate, 0, 0.016, "▲ 1.6 pt", .bad, true),
      ("error", .rate, 0, 0.002, "▲ 0.2 pt", .bad, false),
      ("impression-time", .average, 381, 412, "▲ 31 ms", .bad, true),
      ("impression-time", .average, 463, 349, "▼ 114 ms", .good, false),
      ("watch-time", .average, 188, 192, "▲ 2.1 %", .good, false),
    ] as [(String, Aggregation, Double, Double, String, Comparison.Verdict, Bool)]
  )
  func change(
    metric: String,
    aggregation: Aggregation,
    before: Double,
    after: Double,
    text: String,
    verdict: Comparison.Verdict,
    isAlarming: Bool
  ) throws {
    let measure = try #require(MetricCatalog.measure(metric, aggregation))

    let change = try #require(Change(from: before, to: after, of: measure))

    #expect(change.text(.blocks) == text)
    #expect(change.verdict == verdict)
    #expect(change.isAlarming == isAlarming)
  }

  @Test(
    "where nothing was before, there is no change",
    arguments: [(nil, 5), (0, 5), (5, nil), (0, 0)] as [(Double?, Double?)]
  )
  func missing(before: Double?, after: Double?) throws {
    let plays = try #require(MetricCatalog.measure("play", .count))

    #expect(Change(from: before, to: after, of: plays) == nil)
  }
}
