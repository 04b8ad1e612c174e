import AnalyticsAPI
import PlaybackFacts
import QueryCore
import Testing

@Suite("Answers read back")
struct QueryResultDecodingTests {
  private static let timeframe = Timeframe(
    from: Timestamp(seconds: 1_716_894_907),
    to: Timestamp(seconds: 1_716_981_307)
  )

  @Test(arguments: MetricCatalog.measures)
  func `a number reads back as it was`(measure: Measure) throws {
    let query = Query(measure, in: Self.timeframe)
    let value: MetricValue = measure.isWhole ? .integer(1_000_003) : .decimal(7.0 / 3)
    let result = QueryResult(query: query, rows: .number(value), itemsTotal: 1)

    #expect(try QueryResult(query, json: result.json()) == result)
  }

  @Test func `a share that is whole stays a share`() throws {
    let query = try Query(measure("play", .rate), in: Self.timeframe)
    let result = QueryResult(query: query, rows: .number(.decimal(1)), itemsTotal: 1)

    #expect(try QueryResult(query, json: result.json()) == result)
  }

  @Test(arguments: [0, 3600, -12_600, 20_700])
  func `instants keep their offset`(offset: Int) throws {
    let query = try Query(measure("play", .count), .timeseries(.hour), in: Self.timeframe)
    let point = QueryResult.Point(
      emittedAt: Timestamp(seconds: 1_716_966_000),
      offsetSeconds: offset,
      value: .integer(2)
    )
    let result = QueryResult(query: query, rows: .timeseries([point]), itemsTotal: 31)

    #expect(try QueryResult(query, json: result.json()) == result)
  }

  @Test(arguments: [
    ("", "it is not JSON"),
    ("[]", "'' is of another type"),
    (#"{"context":{}}"#, "'data' is missing"),
    (#"{"data":"7"}"#, "'data' is of another type"),
  ])
  func `what is no answer is refused in words`(body: String, reason: String) throws {
    let query = try Query(measure("play", .count), in: Self.timeframe)

    #expect(throws: AnswerError.malformed(reason: reason)) {
      try QueryResult(query, json: Array(body.utf8))
    }
  }

  @Test func `a date that is none is refused`() throws {
    let query = try Query(measure("play", .count), .timeseries(.hour), in: Self.timeframe)
    let body =
      #"{"data":[{"emittedAt":"soon","metricValue":1}],"pagination":{"itemsTotal":1}}"#

    #expect(throws: AnswerError.malformed(reason: "the date 'soon' can't be read")) {
      try QueryResult(query, json: Array(body.utf8))
    }
  }

  @Test(arguments: [
    DataState(version: .max, newestReceipt: Timestamp(milliseconds: 1_716_894_907_123)),
    DataState(version: 0, newestReceipt: nil),
  ])
  func `a state reads back as it was`(state: DataState) throws {
    #expect(try DataState(json: state.json()) == state)
  }
}
