import AnalyticsAPI
import AnalyticsClient
import AnalyticsSource
import PlaybackFacts
import QueryCore
import Synchronization
import TestSupport
import Testing

@Suite("Questions asked together", .timeLimit(.minutes(10)))
struct BatchTests {
  private static let timeframe = Timeframe(from: testTime - 3 * Milliseconds.day, to: testTime)

  /// Answers like another, and remembers how many questions came at a time.
  private final class Counting: QueryAnswering {
    private let data: any QueryAnswering
    private let counts = Mutex([Int]())

    init(_ data: any QueryAnswering) { self.data = data }

    var questions: [Int] { counts.withLock(\.self) }

    func dataState() async throws(QueryError) -> DataState { try await data.dataState() }

    func answer(_ queries: [Query]) async throws(QueryError) -> QueryAnswer {
      counts.withLock { $0.append(queries.count) }
      return try await data.answer(queries)
    }
  }

  private func remote(_ url: String) -> RemoteAnswering {
    RemoteAnswering(url: url, deadline: .seconds(300), now: { testTime })
  }

  private func plays(_ page: Query.Page, by dimension: Dimension = .mediaID) throws -> Query {
    Query(
      try #require(MetricCatalog.measure("play", .count)),
      .buckets(dimension),
      in: Self.timeframe,
      page: page
    )
  }

  @Test func `percentiles, histograms and movers are the same over a server`() async throws {
    var builder = FactBuilder(seed: 15)
    let engine = QueryEngine(backend: FactModel(builder.facts(2_000, in: Self.timeframe)))
    let half = Self.timeframe.from + Self.timeframe.duration / 2
    let (now, before) = (
      Timeframe(from: half, to: Self.timeframe.to), Timeframe(from: Self.timeframe.from, to: half)
    )
    let p95 = try #require(MetricCatalog.measure("impression-time", .p95))
    let compared = ComparedTimeframe(.previous, before)
    let shapes = [Query.Shape.number, .buckets(.country), .timeseries(.day), .histogram]
    let watchTime = try #require(MetricCatalog.measure("watch-time", .average))
    let queries =
      [Query(watchTime, .histogram, in: now, compared: compared)]
      + shapes.flatMap { shape in
        [Query(p95, shape, in: now), Query(p95, shape, in: now, compared: compared)]
      }
    let expected = try await engine.answer(queries).results
    guard case .histogram(let bins)? = expected.last?.rows else {
      Issue.record("\(expected)")
      return
    }
    #expect(bins.count > 25)

    try await LiveServer.run(data: engine) { url in
      let remote = remote(url)
      #expect(try await remote.answer(queries).results == expected)
      for place in [0, 7] {
        #expect(try await remote.answer([queries[place]]).results == [expected[place]])
      }
      for name in ["play", "play-rate", "watch-time-average"] {
        let measure = try #require(MetricCatalog.measure(seriesNamed: name))
        let request = Movers.Request(measure, in: now, comparedWith: before)
        let found = try await remote.movers(request)
        #expect(found.rows == (try await engine.movers(request)).rows)
        #expect(!found.rows.isEmpty)
      }
    }
  }

  @Test(arguments: ["", "/stats"])
  func `a screen is one request, and one more for further pages`(basePath: String) async throws {
    var builder = FactBuilder(seed: 14, mediaItems: 340)
    let engine = QueryEngine(backend: FactModel(builder.facts(12_000, in: Self.timeframe)))
    let data = Counting(engine)
    let queries = [
      try plays(.init(), by: .country), try plays(.init(number: 1, size: 250)),
      try plays(.init(number: 2, size: 130)), try plays(.init(), by: .browser),
    ]
    let expected = try await engine.answer(queries)

    try await LiveServer.run(data: data, basePath: basePath) { url in
      let answer = try await remote(url).answer(queries)

      #expect(answer.results == expected.results)
      #expect(answer.state == expected.state)
    }
    #expect(data.questions == [4, 2, 1])
  }

  @Test func `what is known is not asked again, and one question is asked alone`() async throws {
    let data = Counting(QueryEngine(backend: FactModel()))
    try await LiveServer.run(data: data) { url in
      let remote = remote(url)
      let queries = [try plays(.init()), try plays(.init(), by: .country)]
      _ = try await remote.answer(queries)
      _ = try await remote.answer(queries + [try plays(.init(), by: .browser)])
      _ = try await remote.answer(queries)
    }
    #expect(data.questions == [2, 1])
  }

  @Test func `more questions than fit are asked in turn`() async throws {
    let data = Counting(QueryEngine(backend: FactModel()))
    let queries = try (1...130).map { try plays(.init(number: $0, size: 25)) }
    let long = try (1...40).map { number in
      var query = try plays(.init(number: number, size: 25))
      query.filter = Filter([.init(.referrer, [String(repeating: "x", count: 1500)])])
      return query
    }
    try await LiveServer.run(data: data) { url in
      let many = try await remote(url).answer(queries)
      #expect(many.results.map(\.query) == queries)
      let few = try await remote(url).answer(long)
      #expect(few.results.count == 40)
    }
    #expect(data.questions.prefix(2) == [100, 30])
    #expect(data.questions.dropFirst(2).allSatisfy { $0 <= 21 })
  }

  @Test func `a refusal in a batch is that of its question`() async throws {
    try await LiveServer.run(data: QueryEngine(backend: FactModel())) { url in
      var tooEarly = try plays(.init())
      tooEarly.timeframe = Timeframe(from: testTime - 400 * Milliseconds.day, to: testTime)
      let queries = [try plays(.init(), by: .country), tooEarly]
      await #expect {
        try await remote(url).answer(queries)
      } throws: { error in
        if case .invalidParameter(name: "from", _)? = error as? QueryError { true } else { false }
      }
    }
  }

  /// Has one key.
  private struct OneKey: AccessGranting {
    func hasKeys(at now: Timestamp) async throws(QueryError) -> Bool { true }

    func key(of credential: Credential, at now: Timestamp) async throws(QueryError) -> Int64? {
      credential == .apiKey("key") ? 1 : nil
    }

    func issueTokens(
      for credential: Credential,
      at now: Timestamp
    ) async throws(QueryError) -> AccessTokens? { nil }
  }

  @Test func `a screen that asks every second stays within the limits of a key`() async throws {
    let clock = Clock()
    let data = Counting(QueryEngine(backend: FactModel()))
    try await LiveServer.run(data: data, access: OneKey(), now: { clock.now }) { url in
      let remote = RemoteAnswering(
        url: url,
        apiKey: "key",
        deadline: .seconds(300),
        now: { clock.now }
      )
      let queries = try (1...30).map { try plays(.init(number: $0, size: 25)) }
      // The data is other data each time, so nothing is known from before.
      for _ in 0..<200 {
        let answer = try await remote.answer(queries, skippingCaches: true)
        #expect(answer.results.count == 30)
        clock.pass(max(Milliseconds.second, answer.rest.milliseconds))
      }
      #expect(clock.now - testTime < 300 * Milliseconds.second)
    }
    #expect(data.questions == Array(repeating: 30, count: 200))
  }

  private final class Clock: Sendable {
    private let time = Mutex(testTime)

    var now: Timestamp { time.withLock(\.self) }

    func pass(_ milliseconds: Int64) { time.withLock { $0 = $0 + milliseconds } }
  }
}

extension Duration {
  fileprivate var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
