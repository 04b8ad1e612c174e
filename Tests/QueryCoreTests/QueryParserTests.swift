import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@Suite("Query parser")
struct QueryParserTests {
  let now = at("2024-05-29T11:15:06.400Z")
  let parser = QueryParser()

  private func parse(
    _ endpoint: QueryRequest.Endpoint,
    _ parameters: String = ""
  ) throws -> Query {
    try parser.parse(QueryRequest(endpoint, parameters), now: now)
  }

  // MARK: - The path

  @Test(
    arguments: [
      ("impression", "count"), ("impression-time", "average"), ("impression-time", "sum"),
      ("play", "count"), ("play", "sum"), ("play", "rate"), ("play", "total"),
      ("start", "count"), ("start", "rate"), ("end", "count"), ("end", "rate"),
      ("watch-time", "sum"), ("watch-time", "average"), ("error", "count"), ("error", "rate"),
      ("stall-time", "sum"), ("stall-time", "rate"), ("view", "count"), ("ccv", "peak"),
      ("ccv", "average"), ("ccv", "live"),
    ])
  func `a number is asked for by metric and aggregation`(metric: String, aggregation: String) throws
  {
    let query = try parse(.metrics(metric: metric, aggregation: aggregation))

    #expect(query.measure.metric == metric)
    #expect(query.measure.aggregation.rawValue == aggregation)
    #expect(query.shape == .number)
  }

  @Test(
    arguments: [
      "play", "play-rate", "start", "end", "impression", "start-rate", "end-rate",
      "impression-time-average", "watch-time-sum", "watch-time-average", "error", "error-rate",
      "stall-time-sum", "stall-time-rate", "view", "ccv-peak", "ccv-average",
    ])
  func `a series is asked for by one name, in buckets and over time`(name: String) throws {
    for dimension in Dimension.allCases {
      let query = try parse(.buckets(metric: name, breakdown: dimension.breakdownName))
      #expect(query.measure.seriesName == name)
      #expect(query.shape == .buckets(dimension))
    }
    #expect(try parse(.timeseries(metric: name)).measure.seriesName == name)
  }

  @Test func `the total is broken down by media item only, over all time`() throws {
    let query = try parse(.buckets(metric: "play-total", breakdown: "media-id"))

    #expect(query.shape == .buckets(.mediaID))
    #expect(query.timeframe == nil)
  }

  // MARK: - Views and viewers

  @Test(arguments: [
    ("", ViewDuration.fiveSeconds), ("viewDuration=3s", .threeSeconds),
    ("viewDuration=10s", .tenSeconds), ("viewDuration=30s", .thirtySeconds),
  ])
  func `a view is of five seconds unless told otherwise`(text: String, duration: ViewDuration)
    throws
  {
    #expect(try parse(.views, text).viewDuration == duration)
  }

  @Test(arguments: [
    ("", false), ("unique=true", true), ("unique=True", true), ("unique=TRUE", true),
    ("unique=false", false), ("unique=False", false),
  ])
  func `viewers are counted where that is asked for`(text: String, isUnique: Bool) throws {
    for endpoint in [QueryRequest.Endpoint.views, .peak, .live, .timeseries(metric: "ccv-peak")] {
      #expect(try parse(endpoint, text).isUnique == isUnique)
    }
  }

  @Test func `what is watched now is the open slot and the one before`() throws {
    #expect(
      try parse(.live).timeframe == timeframe("2024-05-29T11:14:40Z", "2024-05-29T11:15:20Z")
    )
  }

  @Test func `an average names the open slot only where later ones are asked for`() throws {
    let endpoint = QueryRequest.Endpoint.timeseries(metric: "ccv-average")

    #expect(try parse(endpoint).openSlot == nil)
    #expect(try parse(endpoint, "to=2024-05-29T11:15:20Z").openSlot == nil)
    #expect(
      try parse(endpoint, "to=2024-05-29T11:15:21Z").openSlot == at("2024-05-29T11:15:00Z")
    )
    #expect(try parse(.peak, "to=2024-06-29T11:15:21Z").openSlot == nil)
  }

  @Test(arguments: [
    (QueryRequest.Endpoint.views, "", "view-5"), (.views, "viewDuration=3s", "view-3"),
    (.views, "viewDuration=10s&unique=true", "unique-view-10"),
    (.timeseries(metric: "view"), "", "view-5"),
    (.buckets(metric: "view", breakdown: "country"), "unique=true", "unique-view-5"),
    (.peak, "", "ccv"), (.peak, "unique=true", "unique-ccv"), (.live, "unique=true", "unique-ccv"),
    (.timeseries(metric: "ccv-peak"), "unique=true", "unique-ccv-peak"),
    (.buckets(metric: "ccv-average", breakdown: "country"), "", "ccv-average"),
    (.plays, "", "play"), (.timeseries(metric: "play-rate"), "", "play-rate"),
  ])
  func `an answer names the metric with what was asked of it`(
    endpoint: QueryRequest.Endpoint,
    parameters: String,
    name: String
  ) throws {
    #expect(try parse(endpoint, parameters).contextMetric == name)
  }

  // MARK: - The timeframe

  @Test func `a timeframe ends at the next whole second and lasts a day`() throws {
    let query = try parse(.plays)

    #expect(query.timeframe == timeframe("2024-05-28T11:15:07Z", "2024-05-29T11:15:07Z"))
  }

  @Test func `a whole second is its own next`() throws {
    let query = try parser.parse(QueryRequest(.plays), now: at("2024-05-29T11:15:07Z"))

    #expect(query.timeframe?.to == at("2024-05-29T11:15:07Z"))
  }

  @Test(
    arguments: [
      ("from=2024-05-01T00:00:00%2B00:00", "2024-05-01T00:00:00Z", "2024-05-29T11:15:07Z"),
      ("to=2024-05-20T12:00:00Z", "2024-05-19T12:00:00Z", "2024-05-20T12:00:00Z"),
      (
        "from=2024-05-05T00:00:00 02:00&to=2024-05-06T00:00:00-05:30", "2024-05-04T22:00:00Z",
        "2024-05-06T05:30:00Z"
      ),
      (
        "from=2024-05-05T00:00:00&to=2099-01-01T00:00:00", "2024-05-05T00:00:00Z",
        "2099-01-01T00:00:00Z"
      ),
      (
        "from=2024-05-05T00:00:00.123456&to=2024-05-05T00:00:00.9Z", "2024-05-05T00:00:00.123Z",
        "2024-05-05T00:00:00.900Z"
      ),
      ("to=2023-05-31T01:00:00Z", "2023-05-30T01:00:00Z", "2023-05-31T01:00:00Z"),
      ("to=2023-05-30T12:00:00Z", "2023-05-30T00:00:00Z", "2023-05-30T12:00:00Z"),
      ("from=2023-05-30T00:00:00Z", "2023-05-30T00:00:00Z", "2024-05-29T11:15:07Z"),
    ])
  func `dates resolve`(parameters: String, from: String, to: String) throws {
    let query = try parse(.plays, parameters.replacing("%2B", with: "+"))

    #expect(query.timeframe == timeframe(from, to))
  }

  @Test func `the sandbox goes back a day, from the start of that hour`() throws {
    let sandbox = QueryParser(retention: Retention(.sandbox))

    let query = try sandbox.parse(
      QueryRequest(.plays, "from=2024-05-28T11:00:00Z"),
      now: now
    )

    #expect(query.timeframe?.from == at("2024-05-28T11:00:00Z"))
    #expect(throws: QueryError.self) {
      try sandbox.parse(QueryRequest(.plays, "from=2024-05-28T10:59:59Z"), now: now)
    }
  }

  @Test(arguments: [
    "", "from=2001-01-01T00:00:00Z", "from=nonsense&to=", "to=1970-01-01T00:00:00Z",
  ])
  func `totals ignore dates, even malformed`(parameters: String) throws {
    #expect(try parse(.playTotal, parameters) == parse(.playTotal))
    let buckets = QueryRequest.Endpoint.buckets(metric: "play-total", breakdown: "media-id")
    #expect(try parse(buckets, parameters).timeframe == nil)
  }

  // MARK: - The interval

  @Test(
    arguments: [
      ("from=2024-05-27T11:15:07Z", Interval.hour), ("from=2024-05-27T11:15:06Z", .day),
      ("from=2024-05-01T00:00:00Z&interval=hour", .hour), ("interval=day", .day),
      ("from=2024-05-29T10:15:07Z&interval=minute", .minute),
    ])
  func `hours serve up to two days, else days`(parameters: String, interval: Interval) throws {
    #expect(try parse(.playsOverTime, parameters).shape == .timeseries(interval))
  }

  // MARK: - Filters

  @Test func `values of one filter are alternatives, filters are not`() throws {
    let query = try parse(
      .plays,
      "filterBy[country][]=fr&filterBy[country]=De&filterBy[country][]=FR&filterBy[browser]=Chrome"
    )

    let expected = Filter([
      Filter.Clause(.country, ["DE", "FR"]), Filter.Clause(.browser, ["chrome"]),
    ])
    #expect(query.filter == expected)
  }

  @Test func `a filter can be negated`() throws {
    let query = try parse(
      .plays,
      "filterBy[deviceType][not][]=TV&filterBy[deviceType][not][]=phone"
    )

    let clause = Filter.Clause(.deviceType, ["phone", "tv"], isNegated: true)
    #expect(query.filter == Filter([clause]))
  }

  @Test(
    arguments: [
      ("mediaId", "viAbC", Dimension.mediaID, "viAbC"),
      ("mediaType", "LIVE-stream", .mediaType, "live-stream"),
      ("continent", "az", .continent, "AZ"), ("continent", "Unknown", .continent, "unknown"),
      ("country", "nowhere", .country, "NOWHERE"),
      ("operatingSystem", "Mac OSX", .operatingSystem, "mac osx"),
      ("browser", "FireFox", .browser, "firefox"), ("deviceType", "", .deviceType, ""),
      ("referrer", "", .referrer, ""), ("referrer", "https://A.b/C", .referrer, "https://A.b/C"),
    ])
  func `values but ids and referrers are read in any case`(
    name: String,
    written: String,
    dimension: Dimension,
    value: String
  ) throws {
    let query = try parse(.plays, "filterBy[\(name)]=\(written)")

    #expect(query.filter == Filter([Filter.Clause(dimension, [value])]))
  }

  @Test func `bots count unless a question or the source says otherwise`() throws {
    let people = QueryParser(bots: .exclude)
    func bots(_ parser: QueryParser, _ text: String?, of endpoint: QueryRequest.Endpoint) throws
      -> Bots
    {
      let parameters = [text.map { QueryRequest.Parameter(.bots, $0) }].compactMap { $0 }
      return try parser.parse(QueryRequest(endpoint, parameters), now: now).filter.bots
    }

    #expect(try bots(parser, nil, of: .plays) == .all)
    #expect(try bots(people, nil, of: .plays) == .exclude)
    #expect(try bots(people, nil, of: .live) == .exclude)
    // Totals are kept by media item alone.
    #expect(try bots(people, nil, of: .playTotal) == .all)
    for wanted in Bots.allCases {
      #expect(try bots(parser, wanted.rawValue, of: .plays) == wanted)
      #expect(try bots(people, wanted.rawValue, of: .plays) == wanted)
    }
  }

  @Test func `totals take filters by media`() throws {
    let query = try parse(.playTotal, "filterBy[mediaId]=vi1&filterBy[mediaType][]=video")

    #expect(query.filter.dimensions == [.mediaID, .mediaType])
  }

  @Test func `a referrer may have 2,048 characters`() throws {
    let referrer = String(repeating: "é", count: 2048)

    #expect(try parse(.plays, "filterBy[referrer]=\(referrer)").filter.clauses.count == 1)
  }

  @Test(arguments: [
    (ReferrerDetail.page, ["https://a.b/c?d=e#f", "https://a.b/c"]),
    (.full, ["https://a.b/c?d=e#f"]),
  ])
  func `a referrer in a filter finds what is stored of it, and itself`(
    referrers: ReferrerDetail,
    values: [String]
  ) throws {
    let request = QueryRequest(
      .metrics(metric: "play", aggregation: "count"),
      [.init("filterBy[referrer][not][]", "https://a.b/c?d=e#f")]
    )

    let query = try QueryParser(referrers: referrers).parse(request, now: now)

    #expect(query.filter == Filter([Filter.Clause(.referrer, values, isNegated: true)]))
  }

  // MARK: - Zone, order, page

  @Test(arguments: [
    "UTC", "Europe/Paris", "Asia/Kathmandu", "America/Argentina/Ushuaia", "Etc/UTC",
  ])
  func `a zone is an IANA name`(name: String) throws {
    #expect(try parse(.plays, "timezone=\(name)").zone == name)
  }

  @Test(
    arguments: [
      ("", Query.Order(.metricValue, isAscending: false)),
      ("sortBy=metricValue&sortOrder=asc", Query.Order(.metricValue, isAscending: true)),
      ("sortBy=dimensionValue", Query.Order(.dimensionValue, isAscending: false)),
      ("sortOrder=asc", Query.Order(.metricValue, isAscending: true)),
    ])
  func `buckets come by value, highest first`(parameters: String, order: Query.Order) throws {
    #expect(try parse(.playsByCountry, parameters).order == order)
  }

  @Test(
    arguments: [
      ("", Query.Order(.emittedAt, isAscending: true)),
      ("sortBy=metricValue", Query.Order(.metricValue, isAscending: true)),
      ("sortBy=emittedAt&sortOrder=desc", Query.Order(.emittedAt, isAscending: false)),
    ])
  func `a timeseries comes by time, earliest first`(parameters: String, order: Query.Order) throws {
    #expect(try parse(.playsOverTime, parameters).order == order)
  }

  @Test(
    arguments: [
      ("", Query.Page(number: 1, size: 25)), ("currentPage=7", Query.Page(number: 7, size: 25)),
      ("pageSize=1", Query.Page(number: 1, size: 1)),
      ("currentPage=2147483647&pageSize=100", Query.Page(number: 2_147_483_647, size: 100)),
    ])
  func `pages have 25 rows unless told otherwise`(parameters: String, page: Query.Page) throws {
    #expect(try parse(.playsByCountry, parameters).page == page)
  }

  @Test func `the last of two values counts`() throws {
    #expect(try parse(.playsByCountry, "pageSize=3&pageSize=4").page.size == 4)
  }
}
