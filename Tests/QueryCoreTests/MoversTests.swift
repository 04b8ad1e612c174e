import PlaybackFacts
import QueryCore
import Synchronization
import TestSupport
import Testing

@Suite("Movers")
struct MoversTests {
  private let before = timeframe("2024-05-06T00:00:00Z", "2024-05-07T00:00:00Z")
  private let now = timeframe("2024-05-07T00:00:00Z", "2024-05-08T00:00:00Z")

  private func movers(
    _ name: String,
    _ facts: [Fact],
    filter: Filter = Filter(),
    dimensions: [Dimension] = Dimension.allCases,
    pairs: Bool = true,
    limit: Int = 1000
  ) async throws -> Movers {
    try await QueryEngine(backend: FactModel(facts)).movers(
      Movers.Request(
        try .named(name),
        in: now,
        comparedWith: before,
        filter: filter,
        dimensions: dimensions,
        findsPairs: pairs,
        limit: limit
      )
    )
  }

  /// So many playbacks that played, of which some ended, in one of the timeframes.
  private func playbacks(
    _ count: Int,
    in timeframe: Timeframe,
    _ country: String,
    _ device: String,
    plays: Int? = nil,
    media: String = "vi1"
  ) -> [Fact] {
    (0..<count).flatMap { number in
      let playback = Playback(
        id: PlaybackID("\(timeframe.from) \(country) \(device) \(media) \(number)"),
        viewer: ViewerID("v\(number)"),
        mediaID: media,
        country: country,
        deviceType: device,
        operatingSystem: "linux",
        browser: "chrome"
      )
      let time = timeframe.from + Int64(number)
      let impression = Fact(.impression, at: time, value: 400, of: playback)
      return number < plays ?? count
        ? [impression, Fact(.play, at: time, of: playback)] : [impression]
    }
  }

  // MARK: - Arithmetic

  private static let splittable = Movers.measures.compactMap(\.seriesName)

  @Test(arguments: splittable, [1, 2] as [UInt64])
  func `contributions of a dimension add up to the change`(name: String, seed: UInt64) async throws
  {
    var builder = FactBuilder(seed: seed)
    let facts = builder.facts(1_500, in: Timeframe(from: before.from, to: now.to)).map { fact in
      // An average is weighted by impressions, so that each has a time here.
      fact.kind == .impression && fact.value == nil
        ? Fact(.impression, at: fact.time, value: 900, of: fact.playback) : fact
    }

    let movers = try await movers(name, facts, pairs: false)

    #expect(!movers.rows.isEmpty || movers.change == 0)
    for dimension in Dimension.allCases where dimension != .tag {
      let rows = movers.rows.filter { $0.values[0].dimension == dimension }
      let sum = rows.reduce(0) { $0 + $1.contribution }
      let scale = max(1, abs(movers.now.value), abs(movers.before.value))
      #expect(abs(sum - movers.change) < 1e-9 * scale, "\(dimension): \(sum), \(movers.change)")
      if name == "play" {
        #expect(rows.allSatisfy { $0.contribution == $0.now.value - $0.before.value })
      }
    }
  }

  @Test func `a ratio falls by worse values and by more of the bad ones`() async throws {
    // DE plays as before, at half the rate of FR, and is three times as many.
    let facts =
      playbacks(100, in: before, "FR", "phone", plays: 80)
      + playbacks(100, in: before, "DE", "phone", plays: 40)
      + playbacks(100, in: now, "FR", "phone", plays: 80)
      + playbacks(300, in: now, "DE", "phone", plays: 120)

    let movers = try await movers("play-rate", facts, dimensions: [.country], pairs: false)

    #expect(movers.before.value == 0.6 && movers.now.value == 0.5)
    let byCountry = Dictionary(
      uniqueKeysWithValues: movers.rows.map { ($0.values[0].value, $0) }
    )
    // 1/4 · (0.8 − 0.6) − 1/2 · (0.8 − 0.6), and 3/4 · (0.4 − 0.6) − 1/2 · (0.4 − 0.6).
    #expect(abs((byCountry["FR"]?.contribution ?? 0) + 0.05) < 1e-12)
    #expect(abs((byCountry["DE"]?.contribution ?? 0) + 0.05) < 1e-12)
    #expect(byCountry["DE"]?.now == .init(value: 0.4, sampleSize: 300))
    #expect(movers.rows.allSatisfy { movers.share(of: $0).map { abs($0 - 0.5) < 1e-9 } ?? false })
  }

  // MARK: - Pairs

  @Test func `a pair is told where it explains more than either of its values`() async throws {
    var facts: [Fact] = []
    for country in ["FR", "DE", "US"] {
      for device in ["phone", "computer", "tv"] {
        facts += playbacks(200, in: before, country, device)
        let isHit = country == "FR" && device == "phone"
        facts += playbacks(isHit ? 40 : 200, in: now, country, device)
      }
    }

    let movers = try await movers("play", facts)

    #expect(movers.change == -160)
    let pairs = movers.rows.filter { $0.values.count == 2 }
    #expect(pairs.map { Set($0.values) } == [[.init(.country, "FR"), .init(.deviceType, "phone")]])
    #expect(pairs.first?.contribution == -160)
    #expect(pairs.first?.now == .init(value: 40, sampleSize: 40))
    // It comes before all that lost as much and are more.
    #expect(movers.rows.first == pairs.first)
    #expect(
      try await self.movers("play", facts, pairs: false).rows.allSatisfy { $0.values.count == 1 }
    )
  }

  @Test func `no pair is told where one value explains it`() async throws {
    var facts: [Fact] = []
    for country in ["FR", "DE", "US"] {
      for device in ["phone", "computer", "tv"] {
        facts += playbacks(200, in: before, country, device)
        facts += playbacks(country == "FR" ? 100 : 200, in: now, country, device)
      }
    }

    let movers = try await movers("play", facts)

    #expect(movers.rows.allSatisfy { $0.values.count == 1 })
    #expect(movers.rows.first?.values == [.init(.country, "FR")])
    #expect(movers.rows.first.flatMap(movers.share) == 1)
  }

  @Test func `a pair of two opposite changes is found`() async throws {
    // FR as a whole stays; its phones lose what its computers win.
    var facts: [Fact] = []
    for country in ["FR", "DE"] {
      for device in ["phone", "computer"] {
        facts += playbacks(300, in: before, country, device)
        let change = country == "DE" ? 0 : device == "phone" ? -200 : 200
        facts += playbacks(300 + change, in: now, country, device)
      }
    }

    let pairs = try await movers("play", facts).rows.filter { $0.values.count == 2 }

    #expect(
      Set(pairs.map { Set($0.values) }) == [
        [.init(.country, "FR"), .init(.deviceType, "phone")],
        [.init(.country, "FR"), .init(.deviceType, "computer")],
      ]
    )
    #expect(pairs.map { abs($0.contribution) } == [200, 200])
  }

  // MARK: - Noise

  @Test func `what chance does as well is told and comes last`() async throws {
    let facts =
      playbacks(400, in: before, "FR", "phone") + playbacks(300, in: now, "FR", "phone")
      + playbacks(400, in: before, "DE", "phone") + playbacks(365, in: now, "DE", "phone")
      + playbacks(9, in: before, "US", "phone") + playbacks(0, in: now, "US", "phone")

    let rows = try await movers("play", facts, dimensions: [.country]).rows

    // 2 · √400 is 40.
    #expect(rows.map(\.values[0].value) == ["FR", "DE", "US"])
    #expect(rows.map(\.isNoise) == [false, true, true])
  }

  @Test func `a rate of few is noise, the same rate of many is not`() async throws {
    func rows(_ scale: Int) async throws -> [Movers.Row] {
      let facts =
        playbacks(20 * scale, in: before, "FR", "phone", plays: 12 * scale)
        + playbacks(20 * scale, in: now, "FR", "phone", plays: 10 * scale)
        + playbacks(100 * scale, in: before, "DE", "tv", plays: 60 * scale)
        + playbacks(100 * scale, in: now, "DE", "tv", plays: 60 * scale)
      return try await movers("play-rate", facts, dimensions: [.country]).rows
    }
    #expect(try await rows(1).first { $0.values[0].value == "FR" }?.isNoise == true)
    #expect(try await rows(30).first { $0.values[0].value == "FR" }?.isNoise == false)
  }

  // MARK: - Bounds

  @Test func `many values are looked at only as far as they are large`() async throws {
    var facts: [Fact] = []
    for number in 0..<700 {
      // Large ones before and large ones now are others.
      facts += playbacks(number < 60 ? 30 : 1, in: before, "FR", "phone", media: "vi\(number)")
      facts += playbacks(number >= 640 ? 30 : 1, in: now, "FR", "phone", media: "vi\(number)")
    }
    let counter = CountingEngine(QueryEngine(backend: FactModel(facts)))
    let request = Movers.Request(
      try .named("play"),
      in: now,
      comparedWith: before,
      dimensions: [.mediaID],
      limit: 1000
    )

    let movers = try await counter.movers(request)

    #expect(movers.rows.count <= 200)
    for number in (0..<60).map({ $0 }) + Array(640..<700) {
      let row = movers.rows.first { $0.values == [.init(.mediaID, "vi\(number)")] }
      #expect(row?.before.value == (number < 60 ? 30 : 1))
      #expect(row?.now.value == (number < 60 ? 1 : 30))
    }
    #expect(counter.questions <= 6)
  }

  @Test func `a dimension of which one value counts is left out`() async throws {
    let facts =
      playbacks(100, in: before, "FR", "phone") + playbacks(300, in: now, "FR", "tv")
      + playbacks(900, in: now, "DE", "tv")
    let filter = Filter([Filter.Clause(.country, ["FR"])])

    let movers = try await movers("play", facts, filter: filter)

    #expect(movers.now.value == 300)
    #expect(movers.rows.allSatisfy { $0.values.allSatisfy { $0.dimension != .country } })
    #expect(movers.rows.contains { $0.values == [.init(.deviceType, "phone")] })
  }

  @Test(arguments: ["impression-time-p95", "ccv-peak", "ccv-average", "play-total"])
  func `what is not made of parts is refused`(name: String) async throws {
    let error = await #expect(throws: QueryError.self) { _ = try await movers(name, []) }
    guard case .invalidAttribute("metric", let detail) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(detail.contains("watch-time-average"))
  }

  @Test func `nothing moves where nothing is`() async throws {
    for name in Self.splittable {
      let movers = try await movers(name, [])
      #expect(movers.rows.isEmpty && movers.change == 0)
    }
  }
}

/// Counts the questions that are asked.
private final class CountingEngine: QueryAnswering {
  private let engine: QueryEngine
  private let count = Mutex(0)

  init(_ engine: QueryEngine) { self.engine = engine }

  var questions: Int { count.withLock { $0 } }

  func dataState() async throws(QueryError) -> DataState { try await engine.dataState() }

  func answer(_ queries: [Query]) async throws(QueryError) -> QueryAnswer {
    count.withLock { $0 += queries.count }
    return try await engine.answer(queries)
  }
}
