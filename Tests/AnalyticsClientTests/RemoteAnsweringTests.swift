import AnalyticsAPI
import AnalyticsClient
import Hummingbird
import NIOCore
import PlaybackFacts
import QueryCore
import Synchronization
import TestSupport
import Testing

@Suite("Remote answering", .timeLimit(.minutes(10)))
struct RemoteAnsweringTests {
  private static let timeframe = Timeframe(
    from: testTime - 3 * Milliseconds.day,
    to: testTime
  )

  /// Every measure in every shape that it has, with filters, zones and orders now and then.
  private static let queries: [Query] = MetricCatalog.measures.flatMap { measure -> [Query] in
    let frame: Timeframe? =
      switch measure.reach {
      case .allTime: nil
      case .now: Query.liveTimeframe(at: testTime)
      case .everywhere, .numberOnly: timeframe
      }
    let filter = Filter([.init(.mediaType, ["video"])])
    var queries = [Query(measure, in: frame), Query(measure, in: frame, filter: filter)]
    for dimension in measure.breakdowns {
      queries.append(Query(measure, .buckets(dimension), in: frame))
    }
    if measure.canBeUnique { queries.append(Query(measure, isUnique: true, in: frame)) }
    guard measure.reach == .everywhere else { return queries }
    if measure.computation == .views {
      queries.append(
        Query(measure, .timeseries(.day), isUnique: true, viewDuration: .tenSeconds, in: frame)
      )
    }
    let zone = "Australia/Adelaide"
    queries.append(Query(measure, .timeseries(.day), in: frame, zone: zone))
    queries.append(
      Query(
        measure,
        .timeseries(.hour),
        in: frame,
        filter: Filter([.init(.country, ["DE", "FR"], isNegated: true)]),
        order: .init(.metricValue, isAscending: false),
        page: .init(number: 2, size: 10)
      )
    )
    return queries
  }

  @Test func `answers are the same as in process`() async throws {
    var builder = FactBuilder(seed: 11)
    let model = FactModel(builder.facts(4000, in: Self.timeframe))
    let engine = QueryEngine(backend: model)
    let expected = try await engine.answer(Self.queries)

    try await LiveServer.run(data: engine) { url in
      let answer = try await remote(url).answer(Self.queries)

      #expect(answer.state == expected.state)
      #expect(answer.results == expected.results)
    }
  }

  @Test(arguments: [(1, 250), (2, 130), (3, 130), (1, 1000), (5, 1000)])
  func `a page over 100 rows is put together from several`(number: Int, size: Int) async throws {
    var builder = FactBuilder(seed: 12, mediaItems: 340)
    let model = FactModel(builder.facts(12_000, in: Self.timeframe))
    let engine = QueryEngine(backend: model)
    let measure = try #require(MetricCatalog.measure("play", .count))
    let query = Query(
      measure,
      .buckets(.mediaID),
      in: Self.timeframe,
      page: .init(number: number, size: size)
    )
    let expected = try await engine.answer([query])

    try await LiveServer.run(data: engine) { url in
      let answer = try await remote(url).answer([query])

      #expect(answer.results == expected.results)
    }
  }

  @Test(arguments: [
    (ComparedPeriod.previous, 1, 1000), (.weekBefore, 2, 130), (.yearBefore, 1, 250),
  ])
  func `compared values come with a page over 100 rows`(
    period: ComparedPeriod,
    number: Int,
    size: Int
  ) async throws {
    var builder = FactBuilder(seed: 13, mediaItems: 340)
    let before = period.timeframe(before: Self.timeframe, in: .utc)
    let model = FactModel(
      builder.facts(12_000, in: Self.timeframe) + builder.facts(12_000, in: before)
    )
    let engine = QueryEngine(backend: model)
    let measure = try #require(MetricCatalog.measure("play", .count))
    let isKept = period != .yearBefore
    let query = Query(
      measure,
      .buckets(.mediaID),
      in: Self.timeframe,
      compared: ComparedTimeframe(period, isKept ? before : nil),
      order: isKept ? .init(.change, isAscending: false) : nil,
      page: .init(number: number, size: size)
    )
    let expected = try await engine.answer([query])
    let rows = try #require(expected.results.first?.compared)
    try #require(rows.count > 100)
    #expect(rows.contains { $0 != nil } == isKept)

    try await LiveServer.run(data: engine) { url in
      let answer = try await remote(url).answer([query])

      #expect(answer.results == expected.results)
    }
  }

  @Test func `as many questions as allowed are asked at a time`() async throws {
    let gauge = Gauge()
    let measure = try #require(MetricCatalog.measure("play", .count))
    let queries = (1...20).map { page in
      Query(
        measure,
        .buckets(.country),
        in: Self.timeframe,
        page: .init(number: page, size: 25)
      )
    }

    // A server that takes no batches.
    try await ForeignServer.run { request in
      if request.uri.path == DataState.path {
        let state = DataState(version: 1, newestReceipt: nil).json()
        return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(bytes: state)))
      }
      let result = try await gauge.answer([queries[0]]).results[0]
      return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(bytes: result.json())))
    } _: { url in
      let remote = RemoteAnswering(
        url: url,
        deadline: .seconds(300),
        concurrentRequests: 3,
        now: { testTime }
      )
      let answer = try await remote.answer(queries)

      #expect(answer.results.map(\.query) == queries)
    }

    #expect(gauge.highest == 3)
  }

  @Test func `the state of the data is that of the server`() async throws {
    let model = FactModel()
    await model.commit(FactBatch(id: 1, receivedAt: testTime, facts: []))
    let expected = await model.dataState()

    try await LiveServer.run(data: QueryEngine(backend: model)) { url in
      let state = try await remote(url + "/").dataState()

      #expect(state == expected)
    }
  }

  @Test func `refusals come back as they were`() async throws {
    let model = FactModel()
    let measure = try #require(MetricCatalog.measure("play", .count))
    let tooEarly = Query(
      measure,
      in: Timeframe(from: testTime - 400 * Milliseconds.day, to: testTime)
    )
    let edge = Retention().edge(at: testTime).atom

    try await LiveServer.run(data: QueryEngine(backend: model)) { url in
      await #expect(
        throws: QueryError.invalidParameter(
          name: "from",
          detail: "This value must not be before \(edge), where the retention begins."
        )
      ) {
        try await remote(url).answer([tooEarly])
      }
    }
  }

  @Test func `data that the server can't reach is unavailable here too`() async throws {
    let lost = LostData(error: .unavailable(reason: "The disk is gone."))

    try await LiveServer.run(data: lost) { url in
      await #expect(
        throws: QueryError.unavailable(
          reason: "\(url) answered with status 503: The disk is gone."
        )
      ) {
        try await remote(url).dataState()
      }
    }
  }
}

private func remote(_ url: String) -> RemoteAnswering {
  // Under a sanitizer everything takes long; no answer depends on the deadline.
  RemoteAnswering(url: url, deadline: .seconds(300), now: { testTime })
}
