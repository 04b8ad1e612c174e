import AnalyticsAPI
import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@Suite("Query as an HTTP path")
struct QueryRequestPathTests {
  let day = timeframe("2024-05-28T11:15:07Z", "2024-05-29T11:15:07Z")
  let now = at("2024-05-29T11:15:06Z")

  @Test func `a number's path names its timeframe`() throws {
    let query = Query(try #require(MetricCatalog.measure("watch-time", .average)), in: day)

    #expect(
      query.path == "/data/metrics/watch-time/average"
        + "?from=2024-05-28T11:15:07%2B00:00&to=2024-05-29T11:15:07%2B00:00"
    )
  }

  @Test func `a path names whatever is not the default`() throws {
    let query = Query(
      try .named("play-rate"),
      .buckets(.operatingSystem),
      in: day,
      filter: Filter([
        Filter.Clause(.country, ["FR", "DE"]), Filter.Clause(.browser, ["chrome"], isNegated: true),
        Filter.Clause(.referrer, ["https://a.b/c?d=é&e=f+g h"]),
      ]),
      zone: "Europe/Paris",
      order: Query.Order(.dimensionValue, isAscending: true),
      page: Query.Page(number: 3, size: 50)
    )

    #expect(
      query.path == "/data/buckets/play-rate/operating-system"
        + "?from=2024-05-28T11:15:07%2B00:00&to=2024-05-29T11:15:07%2B00:00"
        + "&filterBy%5Bcountry%5D%5B%5D=DE&filterBy%5Bcountry%5D%5B%5D=FR"
        + "&filterBy%5Bbrowser%5D%5Bnot%5D%5B%5D=chrome"
        + "&filterBy%5Breferrer%5D%5B%5D=https://a.b/c%3Fd%3D%C3%A9%26e%3Df%2Bg%20h"
        + "&timezone=Europe/Paris&sortBy=dimensionValue&sortOrder=asc&currentPage=3&pageSize=50"
    )
  }

  @Test func `totals have no timeframe`() throws {
    let query = Query(try .named("play-total"), .buckets(.mediaID), in: nil)

    #expect(query.path == "/data/buckets/play-total/media-id")
  }

  @Test func `a timeseries names its interval`() throws {
    let query = Query(try .named("play"), .timeseries(.hour), in: day)

    #expect(query.path.hasSuffix("&interval=hour"))
  }

  @Test func `what is missing in a request is missing in its path`() {
    #expect(QueryRequest(.buckets(metric: nil, breakdown: "country")).path == "/data/buckets")
    #expect(QueryRequest(.metrics(metric: "a/b", aggregation: nil)).path == "/data/metrics/a%2Fb")
  }

  @Test func `a page that is larger than can be asked for is cut`() throws {
    let query = Query(
      try .named("play"),
      .buckets(.country),
      in: day,
      page: Query.Page(size: 5000)
    )

    #expect(query.path.hasSuffix("&pageSize=100"))
  }

  @Test(arguments: UInt64(1)...40)
  func `a path read back gives the question`(seed: UInt64) throws {
    var builder = FactBuilder(seed: seed)
    for _ in 0..<20 {
      let query = builder.question(in: timeframe("2024-05-06T00:00:00Z", "2024-05-20T00:00:00Z"))

      let request = try #require(QueryRequest(path: query.path))
      #expect(request == QueryRequest(query))
      // What is watched now depends on when it is asked.
      let asked = query.measure.reach == .now ? (query.timeframe?.to ?? now) - 1 : now
      #expect(try QueryParser(referrers: .full).parse(request, now: asked) == query)
    }
  }
}
