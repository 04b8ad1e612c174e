import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@Suite("Refusals of the query parser")
struct QueryParserRefusalTests {
  let now = at("2024-05-29T11:15:06Z")
  let parser = QueryParser()

  /// A request and the refusal that it meets.
  struct Case: Sendable, CustomTestStringConvertible {
    let endpoint: QueryRequest.Endpoint
    let parameters: String
    let name: String
    let detail: String

    init(
      _ endpoint: QueryRequest.Endpoint,
      _ parameters: String,
      _ name: String,
      _ detail: String
    ) {
      self.endpoint = endpoint
      self.parameters = parameters
      self.name = name
      self.detail = detail
    }

    init(_ endpoint: QueryRequest.Endpoint, _ name: String, _ detail: String) {
      self.init(endpoint, "", name, detail)
    }

    var testDescription: String { "\(endpoint) \(parameters.prefix(60))" }
  }

  private static let metrics =
    "impression,impression-time,play,start,end,watch-time,view,ccv,error,stall-time"
  private static let series =
    "impression,impression-time-average,impression-time-p50,impression-time-p75,"
    + "impression-time-p95,play,play-rate,start,start-rate,end,end-rate,"
    + "watch-time-sum,watch-time-average,view,ccv-peak,ccv-average,error,error-rate,stall-time-sum,stall-time-rate"
  private static let bucketSeries = series.replacing("play-rate,", with: "play-rate,play-total,")
  private static let breakdowns =
    "media-id,media-type,continent,country,device-type,operating-system,browser,referrer,tag"
  private static let partOf = "This value must be part of the following values: "
  private static let notDuration =
    #"This view duration is invalid. Use one of "3s", "5s", "10s", "30s"."#
  private static let notText = "This value must be of type string."
  private static let unexpected = "This field was not expected."
  private static let notDate = "This value must be a date-time such as 2024-02-05T00:00:00+01:00."

  @Test(arguments: [
    Case(.metrics(metric: nil, aggregation: nil), "metric", notText),
    Case(.metrics(metric: "", aggregation: "count"), "metric", notText),
    Case(.metrics(metric: "play", aggregation: nil), "aggregation", notText),
    Case(.metrics(metric: "play", aggregation: ""), "aggregation", notText),
    Case(.buckets(metric: nil, breakdown: "country"), "metric", notText),
    Case(.buckets(metric: "play", breakdown: nil), "breakdown", notText),
    Case(.timeseries(metric: ""), "metric", notText),
    Case(.metrics(metric: "view", aggregation: "sum"), "aggregation", partOf + "count"),
    Case(
      .metrics(metric: "ccv", aggregation: "count"),
      "aggregation",
      partOf + "peak,average,live"
    ),
    Case(.metrics(metric: "view-5", aggregation: "count"), "metric", partOf + metrics),
    Case(.metrics(metric: "Play", aggregation: "count"), "metric", partOf + metrics),
    Case(.metrics(metric: "play-rate", aggregation: nil), "metric", partOf + metrics),
    Case(
      .metrics(metric: "play", aggregation: "average"),
      "aggregation",
      partOf + "count,sum,rate,total"
    ),
    Case(
      .metrics(metric: "play", aggregation: "peak"),
      "aggregation",
      partOf + "count,sum,rate,total"
    ),
    Case(.metrics(metric: "impression", aggregation: "rate"), "aggregation", partOf + "count"),
    Case(.metrics(metric: "start", aggregation: "sum"), "aggregation", partOf + "count,rate"),
    Case(.metrics(metric: "end", aggregation: "sum"), "aggregation", partOf + "count,rate"),
    Case(
      .metrics(metric: "impression-time", aggregation: "count"),
      "aggregation",
      partOf + "average,sum,p50,p75,p95"
    ),
    Case(
      .metrics(metric: "watch-time", aggregation: "count"),
      "aggregation",
      partOf + "sum,average"
    ),
    Case(.metrics(metric: "error", aggregation: "sum"), "aggregation", partOf + "count,rate"),
    Case(
      .metrics(metric: "stall-time", aggregation: "average"),
      "aggregation",
      partOf + "sum,rate"
    ),
    Case(.buckets(metric: "watch-time", breakdown: "country"), "metric", partOf + bucketSeries),
    Case(.buckets(metric: "ccv-live", breakdown: "country"), "metric", partOf + bucketSeries),
    Case(.buckets(metric: "play", breakdown: "tags"), "breakdown", partOf + breakdowns),
    Case(.buckets(metric: "play", breakdown: "mediaId"), "breakdown", partOf + breakdowns),
    Case(.buckets(metric: "play-total", breakdown: "country"), "breakdown", partOf + "media-id"),
    Case(.timeseries(metric: "play-total"), "metric", partOf + series),
    Case(.timeseries(metric: "plays"), "metric", partOf + series),
  ])
  func `the path is refused`(refused: Case) {
    #expect(throws: QueryError.invalidAttribute(name: refused.name, detail: refused.detail)) {
      try parser.parse(QueryRequest(refused.endpoint, refused.parameters), now: now)
    }
  }

  @Test(arguments: [
    Case(.views, "viewDuration=5", "viewDuration", notDuration),
    Case(.views, "viewDuration=4s", "viewDuration", notDuration),
    Case(.views, "viewDuration=5S", "viewDuration", notDuration),
    Case(.views, "viewDuration=", "viewDuration", notDuration),
    Case(.timeseries(metric: "view"), "viewDuration=05s", "viewDuration", notDuration),
    Case(.views, "unique=yes", "unique", partOf + "true,false"),
    Case(.peak, "unique=", "unique", partOf + "true,false"),
    Case(.live, "unique=1", "unique", partOf + "true,false"),
    Case(.plays, "bots=in", "bots", partOf + "all,exclude,only"),
    Case(.live, "bots=", "bots", partOf + "all,exclude,only"),
  ])
  func `what makes a view, and whether viewers are counted, is refused`(refused: Case) {
    #expect(throws: QueryError.invalidParameter(name: refused.name, detail: refused.detail)) {
      try parser.parse(QueryRequest(refused.endpoint, refused.parameters), now: now)
    }
  }

  @Test(arguments: [
    Case(.plays, "form=2024-05-28T00:00:00Z", "form", unexpected),
    Case(.plays, "From=2024-05-28T00:00:00Z", "From", unexpected),
    Case(.plays, "unique=true", "unique", unexpected),
    Case(.plays, "viewDuration=5s", "viewDuration", unexpected),
    Case(.metrics(metric: "play", aggregation: "total"), "bots=only", "bots", unexpected),
    Case(.peak, "viewDuration=5s", "viewDuration", unexpected),
    Case(.live, "from=2024-05-28T00:00:00Z", "from", unexpected),
    Case(.live, "to=2024-05-29T00:00:00Z", "to", unexpected),
    Case(.timeseries(metric: "ccv-average"), "viewDuration=5s", "viewDuration", unexpected),
    Case(.plays, "interval=hour", "interval", unexpected),
    Case(.plays, "sortBy=metricValue", "sortBy", unexpected),
    Case(.plays, "sortOrder=asc", "sortOrder", unexpected),
    Case(.plays, "currentPage=1", "currentPage", unexpected),
    Case(.plays, "pageSize=10", "pageSize", unexpected),
    Case(.playsByCountry, "interval=hour", "interval", unexpected),
    Case(.playsOverTime, "unique=false", "unique", unexpected),
    Case(.plays, "filterBy=FR", "filterBy", unexpected),
    Case(.plays, "filterBy[tags]=a", "filterBy[tags]", unexpected),
    Case(.plays, "filterBy[Country]=FR", "filterBy[Country]", unexpected),
    Case(.plays, "filterBy[country][0]=FR", "filterBy[country][0]", unexpected),
    Case(.plays, "filterBy[media-id]=vi1", "filterBy[media-id]", unexpected),
    Case(.playTotal, "filterBy[country]=FR", "filterBy[country]", unexpected),
    Case(.playTotal, "filterBy[referrer][not][]=", "filterBy[referrer]", unexpected),
    Case(
      .buckets(metric: "play-total", breakdown: "media-id"),
      "filterBy[browser][]=chrome",
      "filterBy[browser]",
      unexpected
    ),
  ])
  func `a field is not expected`(refused: Case) { expectRefusal(refused) }

  @Test(arguments: [
    Case(.plays, "from=yesterday", "from", notDate),
    Case(.plays, "from=2024-05-28", "from", notDate),
    Case(.plays, "from=", "from", notDate),
    Case(.plays, "from=2024-02-30T00:00:00Z", "from", notDate),
    Case(.plays, "to=2024-05-28T24:00:00Z", "to", notDate),
    Case(.plays, "to=2024-05-28T00:00:00.Z", "to", notDate),
    Case(
      .plays,
      "from=2024-05-28T00:00:00Z&to=2024-05-28T00:00:00Z",
      "from",
      "This value must be before \"to\"."
    ),
    Case(.plays, "from=2024-06-28T00:00:00Z", "from", "This value must be before \"to\"."),
    Case(
      .plays,
      "to=2023-05-30T00:00:00Z",
      "from",
      "This value must be before \"to\"."
    ),
    Case(
      .plays,
      "from=2023-05-29T23:59:59Z",
      "from",
      "This value must not be before 2023-05-30T00:00:00+00:00, where the retention begins."
    ),
    Case(
      .playsOverTime,
      "interval=month",
      "interval",
      "This interval is invalid. Use one of \"minute\", \"hour\", \"day\"."
    ),
    Case(
      .playsOverTime,
      "interval=Hour",
      "interval",
      "This interval is invalid. Use one of \"minute\", \"hour\", \"day\"."
    ),
    Case(
      .playsOverTime,
      "interval=minute",
      "interval",
      "This interval cannot be used with a timeframe over 60 minutes."
    ),
    Case(
      .playsOverTime,
      "interval=minute&from=2024-05-28T10:00:00Z&to=2024-05-28T11:00:01Z",
      "interval",
      "This interval cannot be used with a timeframe over 60 minutes."
    ),
  ])
  func `a time is refused`(refused: Case) { expectRefusal(refused) }

  @Test(arguments: [
    Case(
      .plays,
      "timezone=Europe/Atlantis",
      "timezone",
      "This value must be the name of a time zone such as Europe/Paris."
    ),
    Case(
      .plays,
      "timezone=",
      "timezone",
      "This value must be the name of a time zone such as Europe/Paris."
    ),
    Case(
      .plays,
      "timezone=GMT+2",
      "timezone",
      "This value must be the name of a time zone such as Europe/Paris."
    ),
    Case(
      .plays,
      "filterBy[mediaType][]=audio",
      "filterBy[mediaType]",
      partOf + "video,live-stream"
    ),
    Case(.plays, "filterBy[mediaType]=", "filterBy[mediaType]", partOf + "video,live-stream"),
    Case(
      .plays,
      "filterBy[continent]=OC",
      "filterBy[continent]",
      partOf + "AS,AF,NA,SA,AN,EU,AZ"
    ),
    Case(
      .plays,
      "filterBy[continent][not][]=Europe",
      "filterBy[continent]",
      partOf + "AS,AF,NA,SA,AN,EU,AZ"
    ),
    Case(
      .plays,
      "filterBy[referrer][]=" + String(repeating: "a", count: 2049),
      "filterBy[referrer]",
      "This value should not contain more than 2048 characters."
    ),
    Case(.playsByCountry, "sortBy=emittedAt", "sortBy", partOf + "metricValue,dimensionValue"),
    Case(.playsByCountry, "sortBy=", "sortBy", partOf + "metricValue,dimensionValue"),
    Case(.playsOverTime, "sortBy=dimensionValue", "sortBy", partOf + "emittedAt,metricValue"),
    Case(.playsOverTime, "sortOrder=ascending", "sortOrder", partOf + "asc,desc"),
    Case(.playsByCountry, "sortOrder=DESC", "sortOrder", partOf + "asc,desc"),
    Case(
      .playsByCountry,
      "pageSize=0",
      "pageSize",
      "This value must be an integer from 1 to 100."
    ),
    Case(
      .playsByCountry,
      "pageSize=101",
      "pageSize",
      "This value must be an integer from 1 to 100."
    ),
    Case(
      .playsByCountry,
      "pageSize=ten",
      "pageSize",
      "This value must be an integer from 1 to 100."
    ),
    Case(
      .playsByCountry,
      "pageSize=+5",
      "pageSize",
      "This value must be an integer from 1 to 100."
    ),
    Case(
      .playsByCountry,
      "currentPage=0",
      "currentPage",
      "This value must be an integer from 1 to 2147483647."
    ),
    Case(
      .playsOverTime,
      "currentPage=",
      "currentPage",
      "This value must be an integer from 1 to 2147483647."
    ),
    Case(
      .playsOverTime,
      "currentPage=99999999999999999999",
      "currentPage",
      "This value must be an integer from 1 to 2147483647."
    ),
  ])
  func `a value is refused`(refused: Case) { expectRefusal(refused) }

  @Test func `a refusal reads as one sentence after the name`() {
    let error = QueryError.invalidParameter(name: "unique", detail: Self.unexpected)

    #expect("\(error)" == "unique: This field was not expected.")
  }

  private func expectRefusal(
    _ refused: Case,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      throws: QueryError.invalidParameter(name: refused.name, detail: refused.detail),
      sourceLocation: sourceLocation
    ) {
      try parser.parse(QueryRequest(refused.endpoint, refused.parameters), now: now)
    }
  }
}
