import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@Suite("Query request")
struct QueryRequestTests {
  let day = timeframe("2024-05-28T11:15:07Z", "2024-05-29T11:15:07Z")
  let now = at("2024-05-29T11:15:06Z")

  // MARK: - As an HTTP path

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

  // MARK: - As a command line

  @Test func `a command line has the options of the path`() throws {
    let query = Query(
      try .named("play"),
      .buckets(.country),
      in: day,
      filter: Filter([
        Filter.Clause(.operatingSystem, ["mac osx", "linux"]),
        Filter.Clause(.country, ["FR"], isNegated: true), Filter.Clause(.browser, ["chrome"]),
        Filter.Clause(.referrer, ["it's, \\here"]),
      ]),
      zone: "Europe/Paris",
      order: Query.Order(.metricValue, isAscending: true),
      page: Query.Page(number: 2, size: 10)
    )

    #expect(
      query.commandLine() == "playhead query buckets play country"
        + " --from 2024-05-28T11:15:07+00:00 --to 2024-05-29T11:15:07+00:00 --tz Europe/Paris"
        + " --sort-order asc --page 2 --page-size 10 --filter 'country!=FR'"
        + " --filter 'operatingSystem=linux,mac osx' --filter browser=chrome"
        + " --filter 'referrer=it'\\''s\\, \\\\here'"
    )
  }

  @Test func `a command line can say where it is asked`() throws {
    let query = Query(try .named("play"), .number, in: nil)

    #expect(
      query.commandLine(["--store", "/data/my plays.db"])
        == "playhead query metrics play count --store '/data/my plays.db'"
    )
  }

  @Test(arguments: UInt64(1)...40)
  func `a command line read back gives the question`(seed: UInt64) throws {
    var builder = FactBuilder(seed: seed)
    for _ in 0..<20 {
      let query = builder.question(in: timeframe("2024-05-06T00:00:00Z", "2024-05-20T00:00:00Z"))

      let request = try #require(try QueryRequest(commandLine: query.commandLine()))
      // What is watched now depends on when it is asked.
      let asked = query.measure.reach == .now ? (query.timeframe?.to ?? now) - 1 : now
      #expect(try QueryParser(referrers: .full).parse(request, now: asked) == query)
    }
  }

  @Test(arguments: [
    ("country=FR", ["filterBy[country][]=FR"]),
    ("country=FR,DE", ["filterBy[country][]=FR", "filterBy[country][]=DE"]),
    ("country!=FR", ["filterBy[country][not][]=FR"]),
    ("device-type=tv", ["filterBy[deviceType][]=tv"]),
    ("Device = TV", ["filterBy[deviceType][]=TV"]),
    ("os!=ios", ["filterBy[operatingSystem][not][]=ios"]),
    ("operating system=ios", ["filterBy[operatingSystem][]=ios"]),
    (
      "country = FR , germany,Nowhere",
      ["filterBy[country][]=FR", "filterBy[country][]=DE", "filterBy[country][]=Nowhere"]
    ),
    ("referrer=", ["filterBy[referrer][]="]),
    ("referrer=https://a.b/?c=d", ["filterBy[referrer][]=https://a.b/?c=d"]),
    (#"mediaId=a\,b,c\\"#, ["filterBy[mediaId][]=a,b", #"filterBy[mediaId][]=c\"#]),
  ])
  func `a filter of the command line stands for parameters`(
    expression: String,
    parameters: [String]
  )
    throws
  {
    let filters = try QueryRequest.Parameter.filters(expression)

    #expect(filters.map { "\($0.name)=\($0.value)" } == parameters)
  }

  @Test func `a filter by what is no dimension names those there are`() {
    let names = Dimension.allCases.map(\.title).joined(separator: ", ")
    #expect(
      throws: QueryError.invalidParameter(
        name: "filter",
        detail: "There is no dimension 'planet'; there are \(names)."
      )
    ) {
      try QueryRequest.Parameter.filters("planet=mars")
    }
  }

  @Test func `a filter without a value is refused`() {
    #expect(
      throws: QueryError.invalidParameter(
        name: "filter",
        detail: "This value must be a filter such as country=FR or country!=FR,DE."
      )
    ) {
      try QueryRequest.Parameter.filters("country")
    }
  }

  // MARK: - Filters that can't be written as they are

  @Test(arguments: UInt64(1)...40)
  func `any filter is written as one that lets the same playbacks count`(seed: UInt64) throws {
    var builder = FactBuilder(seed: seed)
    var filter = Filter()
    for _ in 0..<Int.random(in: 0...6, using: &builder.generator) {
      let clause = builder.clause()
      let isListed = clause.dimension.listedValues.map { clause.values.allSatisfy($0.contains) }
      // That an item has this tag and that tag can't be written.
      let isSecondTag =
        clause.dimension == .tag && !clause.isNegated
        && filter.clauses.contains { $0.dimension == .tag && !$0.isNegated }
      if isListed ?? true, !isSecondTag { filter = filter.adding(clause) }
    }
    let query = Query(try .named("play"), in: day, filter: filter)

    let written = try QueryParser(referrers: .full).parse(QueryRequest(query), now: now).filter

    let tags = Dictionary(
      uniqueKeysWithValues: builder.describedMedia().map { ($0.id, $0.tags) }
    )
    for _ in 0..<200 {
      let playback = builder.playback()
      #expect(
        written.matches(playback) { tags[$0] ?? [] } == filter.matches(playback) { tags[$0] ?? [] }
      )
    }
  }

  @Test(arguments: [
    Filter([Filter.Clause(.country, ["FR"]), Filter.Clause(.country, ["DE"])]),
    Filter([Filter.Clause(.country, [])]), Filter([Filter.Clause(.mediaType, [])]),
  ])
  func `a filter that nothing satisfies can be written`(filter: Filter) throws {
    let query = Query(try .named("play"), in: day, filter: filter)

    let written = try QueryParser(referrers: .full).parse(QueryRequest(query), now: now).filter

    for country in ["FR", "DE", Dimension.unknown] {
      for mediaID in ["vi1", "li1"] {
        let playback = Playback(
          id: PlaybackID("p"),
          viewer: ViewerID("v"),
          mediaID: mediaID,
          country: country
        )
        #expect(!written.matches(playback))
      }
    }
  }
}
