import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@Suite("Query engine")
struct QueryEngineTests {
  let fortnight = timeframe("2024-05-06T00:00:00Z", "2024-05-20T00:00:00Z")

  // MARK: - Against a naive model

  @Test(arguments: UInt64(1)...12)
  func `answers are those of facts counted one by one`(seed: UInt64) async throws {
    var builder = FactBuilder(seed: seed)
    let facts = builder.facts(600, in: fortnight)
    let tags = Dictionary(
      uniqueKeysWithValues: builder.describedMedia().map { ($0.id, $0.tags) }
    )
    let engine = QueryEngine(backend: FactModel(facts, tags: tags))
    let queries = (0..<30).map { _ in builder.question(in: fortnight) }

    let answer = try await engine.answer(queries)

    #expect(answer.results.map(\.query) == queries)
    for (query, result) in zip(queries, answer.results) {
      let naive = NaiveAnswer(query, facts, tags: tags)
      #expect(result.rows == naive.rows, "\(QueryRequest(query))")
      #expect(result.itemsTotal == naive.itemsTotal, "\(QueryRequest(query))")
    }
  }

  // MARK: - What is present

  private func answer(_ name: String, _ shape: Query.Shape, _ facts: [Fact]) async throws
    -> QueryResult.Rows
  {
    let query = Query(try .named(name), shape, in: fortnight)
    let answer = try await QueryEngine(backend: FactModel(facts)).answer([query])
    return try #require(answer.results.first).rows
  }

  private func playback(in country: String) -> Playback {
    Playback(id: PlaybackID(country), viewer: ViewerID("v"), mediaID: "vi1", country: country)
  }

  @Test func `a rate of 0 is present, a count of 0 is not`() async throws {
    let facts = [
      Fact(.impression, at: fortnight.from, of: playback(in: "FR")),
      Fact(.play, at: fortnight.from, of: playback(in: "DE")),
      Fact(.end, at: fortnight.from, of: playback(in: "US")),
    ]

    let rates = try await answer("play-rate", .buckets(.country), facts)
    let counts = try await answer("play", .buckets(.country), facts)

    #expect(
      rates
        == .buckets([
          .init(value: .decimal(0), dimensionValue: "DE"),
          .init(value: .decimal(0), dimensionValue: "FR"),
        ])
    )
    #expect(counts == .buckets([.init(value: .integer(1), dimensionValue: "DE")]))
  }

  @Test func `questions that share sums do not lend each other rows`() async throws {
    let facts = [Fact(.impression, at: fortnight.from, of: playback(in: "FR"))]
    let engine = QueryEngine(backend: FactModel(facts))

    let answer = try await engine.answer([
      Query(.named("play"), .buckets(.country), in: fortnight),
      Query(.named("play-rate"), .buckets(.country), in: fortnight),
    ])

    #expect(answer.results.map(\.itemsTotal) == [0, 1])
  }

  // MARK: - Order

  @Test func `equal values come by the bytes of their names, in either direction`() async throws {
    // As Swift compares strings, e and an accent come after f, like é.
    let names = ["\u{10437}", "\u{FB00}", "z", "f", "e\u{301}", "Z", "a"]
    let facts = names.map { name in
      let playback = Playback(
        id: PlaybackID(name),
        viewer: ViewerID("v"),
        mediaID: "vi1",
        referrer: name
      )
      return Fact(.play, at: fortnight.from, of: playback)
    }

    for isAscending in [true, false] {
      let query = Query(
        try .named("play"),
        .buckets(.referrer),
        in: fortnight,
        order: Query.Order(.metricValue, isAscending: isAscending)
      )
      let answer = try await QueryEngine(backend: FactModel(facts)).answer([query])
      guard case .buckets(let rows)? = answer.results.first?.rows else {
        Issue.record("no buckets")
        return
      }
      #expect(
        rows.map(\.dimensionValue) == ["Z", "a", "e\u{301}", "f", "z", "\u{FB00}", "\u{10437}"]
      )
    }
  }

  @Test func `pages do not overlap and miss nothing`() async throws {
    var builder = FactBuilder(seed: 5)
    let engine = QueryEngine(backend: FactModel(builder.facts(800, in: fortnight)))
    var query = Query(try .named("play"), .buckets(.mediaID), in: fortnight)
    query.page.size = 100
    let whole = try await engine.answer([query]).results

    query.page.size = 5
    var rows: [QueryResult.Bucket] = []
    for number in 1...4 {
      query.page.number = number
      if case .buckets(let page)? = try await engine.answer([query]).results.first?.rows {
        rows += page
      }
    }

    #expect(whole.map(\.rows) == [.buckets(rows)])
    #expect(rows.count == 12)
  }

  // MARK: - Time

  @Test func `an interval has the name of its start, also where the timeframe begins inside it`()
    async throws
  {
    let facts = [Fact(.play, at: at("2024-05-06T07:30:00Z"), of: playback(in: "NP"))]
    let query = Query(
      try .named("play"),
      .timeseries(.hour),
      in: timeframe("2024-05-06T07:20:00Z", "2024-05-06T09:00:00Z"),
      zone: "Asia/Kathmandu"
    )

    let answer = try await QueryEngine(backend: FactModel(facts)).answer([query])

    #expect(
      answer.results.map(\.rows) == [
        .timeseries([
          .init(
            emittedAt: at("2024-05-06T13:00:00+05:45"),
            offsetSeconds: 20_700,
            value: .integer(1)
          )
        ])
      ]
    )
  }

  @Test func `totals count plays of all time`() async throws {
    let facts = [Fact(.play, at: at("2001-01-01T00:00:00Z"), of: playback(in: "FR"))]
    let measure = try #require(MetricCatalog.measure("play", .total))

    let answer = try await QueryEngine(backend: FactModel(facts)).answer([
      Query(measure, in: nil), Query(measure, .buckets(.mediaID), in: nil),
    ])

    #expect(
      answer.results.map(\.rows) == [
        .number(.integer(1)), .buckets([.init(value: .integer(1), dimensionValue: "vi1")]),
      ]
    )
  }
}
