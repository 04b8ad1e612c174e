import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@Suite("Watch times")
struct WatchTimesTests {
  @Test func `buckets follow each other, and every whole minute is an edge`() {
    var next: Int64 = 0
    while next < 40_000 {
      let bounds = WatchTimes.bounds(of: next)
      #expect(bounds.lowerBound == next && WatchTimes.bounds(of: bounds.upperBound - 1) == bounds)
      next = bounds.upperBound
    }
    for minute in 0..<600 as Range<Int64> {
      #expect(WatchTimes.bounds(of: minute * 60).lowerBound == minute * 60)
    }
  }

  @Test func `what was taken back does not count`() {
    var times = WatchTimes()
    for milliseconds in [-20, 0, 1, 999, 1000, 7_259_999] as [Int64] {
      times.add(milliseconds: milliseconds)
    }

    #expect(times.counts == [0: 2, 1: 1, 7200: 1])
  }

  @Test func `only first frames and watched time are counted by size`() {
    let metrics = MetricCatalog.histogramMeasures.map { "\($0.metric)/\($0.aggregation)" }

    #expect(metrics == ["impression-time/p50", "watch-time/average"])
  }

  @Test func `the histogram is compared in whole numbers`() async throws {
    var builder = FactBuilder(seed: 3)
    let noon = Timestamp(seconds: 1_716_984_000)
    let now = Timeframe(from: noon - Milliseconds.hour, to: noon)
    let before = Timeframe(from: now.from - Milliseconds.hour, to: now.from)
    let engine = QueryEngine(
      backend: FactModel(builder.facts(2_000, in: Timeframe(from: before.from, to: now.to)))
    )
    let query = Query(
      try #require(MetricCatalog.measure("watch-time", .average)),
      .histogram,
      in: now,
      compared: ComparedTimeframe(.previous, before)
    )

    let result = try #require(try await engine.answer([query]).results.first)

    guard case .histogram(let bins) = result.rows, let compared = result.compared else {
      Issue.record("\(result)")
      return
    }
    #expect(
      bins.count > 5 && bins.map(\.bounds.lowerBound) == bins.map(\.bounds.lowerBound).sorted()
    )
    let values = bins.map(\.value) + compared.compactMap { $0 }
    #expect(values.allSatisfy { if case .integer = $0 { true } else { false } })
  }
}
