import AnalyticsAPI
import PlaybackFacts
import QueryCore
import Testing

@Suite("Answers as JSON")
struct QueryResultJSONTests {
  private let timeframe = Timeframe(
    from: Timestamp(seconds: 1_716_894_907),
    to: Timestamp(seconds: 1_716_981_307)
  )
  private let written =
    #""timeframe":{"from":"2024-05-28T11:15:07+00:00","to":"2024-05-29T11:15:07+00:00"}"#

  @Test func `a number has its context and its value, and nothing else`() throws {
    let query = try Query(measure("impression", .count), in: timeframe)
    let result = QueryResult(query: query, rows: .number(.integer(346)), itemsTotal: 1)

    #expect(
      text(result)
        == #"{"context":{"metric":"impression","aggregation":"count",\#(written)},"data":346}"#
    )
  }

  @Test func `a total has no timeframe`() throws {
    let query = try Query(measure("play", .total), in: nil)
    let result = QueryResult(query: query, rows: .number(.integer(12)), itemsTotal: 1)

    #expect(text(result) == #"{"context":{"metric":"play","aggregation":"total"},"data":12}"#)
  }

  @Test func `buckets come with their pages`() throws {
    let query = try Query(measure("play", .count), .buckets(.country), in: timeframe)
    let bucket = QueryResult.Bucket(value: .integer(7), dimensionValue: "FR")
    let result = QueryResult(query: query, rows: .buckets([bucket]), itemsTotal: 1)

    let text = text(result)

    let link =
      #""uri":"/data/buckets/play/country?from=2024-05-28T11:15:07%2B00:00"#
      + #"&to=2024-05-29T11:15:07%2B00:00&currentPage=1&pageSize=25""#
    #expect(
      text == #"{"context":{"metric":"play","breakdown":"country",\#(written)},"#
        + #""data":[{"metricValue":7,"dimensionValue":"FR"}],"#
        + #""pagination":{"currentPage":1,"currentPageItems":1,"pageSize":25,"pagesTotal":1,"#
        + #""itemsTotal":1,"links":[{"rel":"self",\#(link)},{"rel":"first",\#(link)},"#
        + #"{"rel":"last",\#(link)}]}}"#
    )
  }

  @Test func `a timeseries names its intervals in the zone of the question`() throws {
    let query = try Query(
      measure("play", .rate),
      .timeseries(.hour),
      in: timeframe,
      zone: "Asia/Kathmandu"
    )
    let point = QueryResult.Point(
      emittedAt: Timestamp(seconds: 1_716_966_000),
      offsetSeconds: 20_700,
      value: .decimal(0.1 + 0.2)
    )
    let result = QueryResult(query: query, rows: .timeseries([point]), itemsTotal: 1)

    let text = text(result)

    #expect(
      text.contains(
        #""data":[{"emittedAt":"2024-05-29T12:45:00+05:45","metricValue":0.30000000000000004}]"#
      )
    )
    #expect(text.hasPrefix(#"{"context":{"metric":"play-rate","interval":"hour","timeframe""#))
  }

  @Test(arguments: [
    (MetricValue.decimal(0), "0"), (.decimal(0.5), "0.5"), (.decimal(12), "12"),
    (.decimal(1e-7), "1e-07"), (.decimal(1.0 / 3), "0.3333333333333333"), (.decimal(1e21), "1e+21"),
    (.decimal(.nan), "0"), (.decimal(.infinity), "0"), (.integer(.max), "9223372036854775807"),
    (.integer(-3), "-3"),
  ])
  func `numbers are as short as they can be, and always JSON`(
    value: MetricValue,
    written: String
  ) throws {
    let query = try Query(measure("play", .rate), in: nil)

    let text = text(QueryResult(query: query, rows: .number(value), itemsTotal: 1))

    #expect(text.hasSuffix(#""data":\#(written)}"#))
  }

  @Test(arguments: [
    (1, 0, ["self 1", "first 1", "last 1"]),
    (1, 30, ["self 1", "first 1", "last 3", "next 2"]),
    (2, 30, ["self 2", "first 1", "last 3", "previous 1", "next 3"]),
    (3, 30, ["self 3", "first 1", "last 3", "previous 2"]),
    (9, 30, ["self 9", "first 1", "last 3", "previous 3"]),
  ])
  func `links lead to the pages that there are`(
    current: Int,
    items: Int,
    expected: [String]
  ) throws {
    var query = try Query(measure("play", .count), .buckets(.browser), in: timeframe)
    query.page = .init(number: current, size: 10)
    let result = QueryResult(query: query, rows: .buckets([]), itemsTotal: items)

    let links = text(result).split(separator: #"{"rel":""#).dropFirst().map { link in
      let page = link.firstRange(of: "currentPage=").map { link[$0.upperBound...] } ?? ""
      return "\(link.prefix { $0 != "\"" }) \(page.prefix { $0.isNumber })"
    }

    #expect(links == expected)
  }

  @Test func `texts are escaped`() throws {
    let query = try Query(measure("play", .count), .buckets(.referrer), in: timeframe)
    let value = "a\"b\\c\n\u{1}\u{1f}é😀"
    let bucket = QueryResult.Bucket(value: .integer(1), dimensionValue: value)
    let result = QueryResult(query: query, rows: .buckets([bucket]), itemsTotal: 1)

    #expect(
      text(result).contains(#""dimensionValue":"a\"b\\c\u000a\u0001\u001fé😀""#)
    )
    #expect(try QueryResult(query, json: result.json()) == result)
  }

  private func text(_ result: QueryResult) -> String {
    String(decoding: result.json(), as: UTF8.self)
  }
}

func measure(_ metric: String, _ aggregation: Aggregation) throws -> Measure {
  try #require(MetricCatalog.measure(metric, aggregation))
}
