import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@Suite("Compared timeframes")
struct ComparedQueryTests {
  private let now = at("2024-05-29T12:00:00Z")

  private func parse(_ endpoint: QueryRequest.Endpoint, _ pairs: [(ParameterName, String)])
    throws(QueryError) -> Query
  {
    try QueryParser().parse(QueryRequest(endpoint, pairs.map { .init($0, $1) }), now: now)
  }

  private func plays(_ count: Int, in country: String, at time: String) -> [Fact] {
    (0..<count).map { number in
      let id = PlaybackID("\(country)\(time)\(number)")
      let playback = Playback(id: id, viewer: ViewerID("v"), mediaID: "vi1", country: country)
      return Fact(.play, at: at(time), of: playback)
    }
  }

  private func answer(_ query: Query, _ facts: [Fact]) async throws -> QueryResult {
    let answer = try await QueryEngine(backend: FactModel(facts)).answer([query])
    return try #require(answer.results.first)
  }

  @Test func `a number is compared with as much time right before`() async throws {
    let query = try parse(
      .metrics(metric: "play", aggregation: "count"),
      [(.from, "2024-05-29T10:00:00Z"), (.to, "2024-05-29T12:00:00Z"), (.compare, "previous")]
    )
    let facts =
      plays(3, in: "FR", at: "2024-05-29T11:59:59Z")
      + plays(2, in: "FR", at: "2024-05-29T08:00:00Z")
      + plays(9, in: "FR", at: "2024-05-29T07:59:59Z")

    let result = try await answer(query, facts)

    #expect(result.rows == .number(.integer(3)))
    #expect(result.compared == [.integer(2)])
    #expect(
      query.compared?.timeframe == timeframe("2024-05-29T08:00:00Z", "2024-05-29T10:00:00Z")
    )
  }

  @Test func `who lost most comes first, those who lost all included`() async throws {
    let query = try parse(
      .buckets(metric: "play", breakdown: "country"),
      [
        (.from, "2024-05-29T00:00:00Z"), (.to, "2024-05-29T12:00:00Z"), (.compare, "previous"),
        (.sortBy, "change"), (.sortOrder, "asc"), (.pageSize, "2"),
      ]
    )
    let facts =
      plays(5, in: "FR", at: "2024-05-29T01:00:00Z")
      + plays(7, in: "FR", at: "2024-05-28T13:00:00Z")
      + plays(4, in: "DE", at: "2024-05-28T13:00:00Z")
      + plays(2, in: "US", at: "2024-05-29T01:00:00Z")

    let result = try await answer(query, facts)

    #expect(
      result.rows
        == .buckets([
          .init(value: .integer(0), dimensionValue: "DE"),
          .init(value: .integer(5), dimensionValue: "FR"),
        ])
    )
    #expect(result.compared == [.integer(4), .integer(7)])
    #expect(result.itemsTotal == 3)
  }

  @Test func `a share that there was not is no 0`() async throws {
    let query = try parse(
      .buckets(metric: "play-rate", breakdown: "country"),
      [(.from, "2024-05-29T00:00:00Z"), (.to, "2024-05-29T12:00:00Z"), (.compare, "previous")]
    )
    let facts =
      plays(1, in: "FR", at: "2024-05-29T01:00:00Z")
      + plays(4, in: "DE", at: "2024-05-28T13:00:00Z")

    let result = try await answer(query, facts)

    #expect(result.rows == .buckets([.init(value: .decimal(0), dimensionValue: "FR")]))
    #expect(result.compared == [nil])
  }

  @Test func `intervals are compared first to first`() async throws {
    let query = try parse(
      .timeseries(metric: "play"),
      [
        (.from, "2024-05-29T10:30:00Z"), (.to, "2024-05-29T12:00:00Z"), (.interval, "hour"),
        (.compare, "week"),
      ]
    )
    let facts =
      plays(1, in: "FR", at: "2024-05-29T10:45:00Z")
      + plays(2, in: "FR", at: "2024-05-22T10:30:00Z")
      + plays(3, in: "FR", at: "2024-05-22T11:00:00Z")
      + plays(9, in: "FR", at: "2024-05-22T10:29:59Z")

    let result = try await answer(query, facts)

    #expect(
      result.rows
        == .timeseries([
          .init(emittedAt: at("2024-05-29T10:00:00Z"), offsetSeconds: 0, value: .integer(1)),
          .init(emittedAt: at("2024-05-29T11:00:00Z"), offsetSeconds: 0, value: .integer(0)),
        ])
    )
    #expect(result.compared == [.integer(2), .integer(3)])
  }

  @Test func `noon is compared with noon, though clocks have changed`() async throws {
    let query = try parse(
      .timeseries(metric: "play"),
      [
        (.from, "2024-03-30T00:00:00+01:00"), (.to, "2024-04-02T00:00:00+02:00"),
        (.interval, "hour"), (.compare, "week"), (.timezone, "Europe/Paris"),
      ]
    )
    let noons = ["2024-03-30T11:30:00Z", "2024-03-31T10:30:00Z", "2024-04-01T10:30:00Z"]
    let before = ["2024-03-23T11:30:00Z", "2024-03-24T11:30:00Z", "2024-03-25T11:30:00Z"]
    let facts =
      noons.flatMap { plays(1, in: "FR", at: $0) } + before.flatMap { plays(2, in: "FR", at: $0) }

    let result = try await answer(query, facts)

    guard case .timeseries(let points) = result.rows else { return #expect(Bool(false)) }
    #expect(points.map(\.emittedAt) == noons.map { at($0) - 30 * 60_000 })
    #expect(result.compared == [.integer(2), .integer(2), .integer(2)])
  }

  @Test func `what is moved by its length is compared first to first, though clocks have changed`()
    async throws
  {
    let query = try parse(
      .timeseries(metric: "play"),
      [
        (.from, "2024-03-30T16:00:00+01:00"), (.to, "2024-03-31T17:00:00+02:00"),
        (.interval, "hour"), (.compare, "previous"), (.timezone, "Europe/Paris"),
      ]
    )
    let facts =
      plays(1, in: "FR", at: "2024-03-31T14:30:00Z")
      + plays(2, in: "FR", at: "2024-03-30T14:30:00Z")

    let result = try await answer(query, facts)

    guard case .timeseries(let points) = result.rows else { return #expect(Bool(false)) }
    #expect(points.map(\.value) == [.integer(1)])
    #expect(result.compared == [.integer(2)])
  }

  @Test func `a week and a year are gone back by the clocks of the zone`() throws {
    let zone = try #require(Zone("Europe/Paris"))
    let day = timeframe("2024-03-31T22:00:00Z", "2024-04-01T22:00:00Z")

    #expect(
      ComparedPeriod.weekBefore.timeframe(before: day, in: zone)
        == timeframe("2024-03-24T23:00:00Z", "2024-03-25T23:00:00Z")
    )
    #expect(
      ComparedPeriod.yearBefore.timeframe(before: day, in: zone)
        == timeframe("2023-03-31T22:00:00Z", "2023-04-01T22:00:00Z")
    )
    let leap = timeframe("2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z")
    #expect(
      ComparedPeriod.yearBefore.timeframe(before: leap, in: .utc).from == at("2023-03-01T00:00:00Z")
    )
  }

  @Test func `of a time before the retention nothing is known, which is no error`() async throws {
    let query = try parse(
      .metrics(metric: "play", aggregation: "count"),
      [(.from, "2023-06-10T00:00:00Z"), (.compare, "year")]
    )

    let result = try await answer(query, plays(1, in: "FR", at: "2024-05-29T01:00:00Z"))

    #expect(query.compared == ComparedTimeframe(.yearBefore, nil))
    #expect(result.compared == [nil])
  }

  @Test(arguments: ComparedPeriod.allCases)
  func `a question written down and read gives the question`(period: ComparedPeriod) throws {
    let query = try parse(
      .buckets(metric: "play", breakdown: "country"),
      [(.compare, period.rawValue), (.sortBy, "change"), (.timezone, "Europe/Paris")]
    )

    let request = QueryRequest(query)

    #expect(request.parameters.contains(QueryRequest.Parameter(.compare, period.rawValue)))
    #expect(try QueryParser().parse(request, now: now) == query)
  }

  @Test func `what can't be compared is refused`() throws {
    let number = QueryRequest.Endpoint.metrics(metric: "play", aggregation: "count")
    #expect(
      throws: QueryError.invalidParameter(
        name: "compare",
        detail: "This value must be part of the following values: previous,week,year"
      )
    ) { try parse(number, [(.compare, "month")]) }
    for (metric, aggregation) in [("play", "total"), ("ccv", "live")] {
      #expect(
        throws: QueryError.invalidParameter(
          name: "compare",
          detail: "This field was not expected."
        )
      ) {
        try parse(.metrics(metric: metric, aggregation: aggregation), [(.compare, "week")])
      }
    }
    #expect(
      throws: QueryError.invalidParameter(
        name: "sortBy",
        detail: "This value must be part of the following values: metricValue,dimensionValue"
      )
    ) { try parse(.buckets(metric: "play", breakdown: "country"), [(.sortBy, "change")]) }
  }
}
