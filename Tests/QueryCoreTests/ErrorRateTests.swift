import PlaybackFacts
import QueryCore
import TestSupport
import Testing

/// Players that fail before they load send errors without impressions.
@Suite("Error rate")
struct ErrorRateTests {
  private let before = timeframe("2024-05-06T00:00:00Z", "2024-05-07T00:00:00Z")
  private let now = timeframe("2024-05-07T00:00:00Z", "2024-05-08T00:00:00Z")

  private func fact(_ kind: FactKind, _ number: Int, _ country: String = "FR") -> Fact {
    let playback = Playback(
      id: PlaybackID("\(country) \(number)"),
      viewer: ViewerID("v\(number)"),
      mediaID: "vi1",
      country: country,
      deviceType: "phone",
      operatingSystem: "ios",
      browser: "safari"
    )
    return Fact(kind, at: now.from + Int64(number), value: 2, of: playback)
  }

  /// Random facts with an outage: of many playbacks nothing came but an error.
  private func facts(seed: UInt64) -> [Fact] {
    var builder = FactBuilder(seed: seed)
    var facts = builder.facts(1500, in: Timeframe(from: before.from, to: now.to))
    let outage = Timeframe(from: now.from + 3 * Milliseconds.hour, to: now.to)
    for _ in 0..<Int.random(in: 50...900, using: &builder.generator) {
      let time = builder.instant(in: outage)
      facts.append(Fact(.error, at: time, value: 2, of: builder.playback()))
    }
    return facts
  }

  private func value(_ facts: [Fact]) async throws -> MetricValue? {
    let query = Query(try .named("error-rate"), .number, in: now)
    let result = try await QueryEngine(backend: FactModel(facts)).answer([query]).results.first
    guard case .number(let value)? = result?.rows else { return nil }
    return value
  }

  @Test func `it is the share of playbacks that failed, of those that loaded or failed`()
    async throws
  {
    let loaded = (0..<4).map { fact(.impression, $0) }
    let failed = (0..<3).map { fact(.error, $0) }

    #expect(try await value(loaded) == .decimal(0))
    #expect(try await value(loaded + failed) == .decimal(0.75))
    #expect(try await value([loaded[0]] + failed) == .decimal(1))
    #expect(try await value(failed) == .decimal(1))
    #expect(try await value([]) == .decimal(0))
  }

  @Test(arguments: UInt64(1)...8)
  func `it is 0 to 100 % of all, of each value and of each interval`(seed: UInt64) async throws {
    let facts = facts(seed: seed)
    let measure = try Measure.named("error-rate")
    let shapes: [Query.Shape] =
      [.number, .timeseries(.minute), .timeseries(.hour), .timeseries(.day)]
      + MetricCatalog.breakdowns.map { .buckets($0) }
    let queries = shapes.map { shape in
      Query(measure, shape, in: now, page: Query.Page(size: 1000))
    }

    let results = try await QueryEngine(backend: FactModel(facts)).answer(queries).results

    var highest = 0.0
    for (query, result) in zip(queries, results) {
      let values: [Double] =
        switch result.rows {
        case .number(let value): [value.double]
        case .buckets(let rows): rows.map(\.value.double)
        case .timeseries(let points): points.map(\.value.double)
        case .histogram: []
        }
      #expect(values.allSatisfy { (0...1).contains($0) })
      highest = max(highest, values.max() ?? 0)
      #expect(result.rows == NaiveAnswer(query, facts).rows)
    }
    #expect(highest == 1)
  }

  @Test(arguments: UInt64(1)...8)
  func `what moved it adds up, in an outage too`(seed: UInt64) async throws {
    let movers = try await QueryEngine(backend: FactModel(facts(seed: seed))).movers(
      Movers.Request(
        try .named("error-rate"),
        in: now,
        comparedWith: before,
        findsPairs: false,
        limit: 1000
      )
    )

    #expect(movers.rows.contains { $0.now.value == 1 })
    #expect(movers.rows.allSatisfy { (0...1).contains($0.now.value) })
    for dimension in Dimension.allCases where dimension != .tag {
      let rows = movers.rows.filter { $0.values[0].dimension == dimension }
      let sum = rows.reduce(0) { $0 + $1.contribution }
      #expect(abs(sum - movers.change) < 1e-9, "\(dimension): \(sum), \(movers.change)")
    }
  }
}
