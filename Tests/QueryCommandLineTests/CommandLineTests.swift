import PlaybackFacts
import QueryCommandLine
import QueryCore
import TestSupport
import Testing

@Suite("Query as a command line")
struct CommandLineTests {
  let day = timeframe("2024-05-28T11:15:07Z", "2024-05-29T11:15:07Z")
  let now = at("2024-05-29T11:15:06Z")

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
    ("os ios", ["filterBy[operatingSystem][]=ios"]),
    (
      "Operating System  ios, android",
      [
        "filterBy[operatingSystem][]=ios", "filterBy[operatingSystem][]=android",
      ]
    ),
    ("country united states", ["filterBy[country][]=US"]),
    ("media-id a=b", ["filterBy[mediaId][]=a=b"]),
    ("referrer=", ["filterBy[referrer][]="]),
    ("referrer=os ios", ["filterBy[referrer][]=os ios"]),
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
}
