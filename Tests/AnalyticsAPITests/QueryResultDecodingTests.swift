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

  @Test(arguments: [Query.Shape.number, .buckets(.country), .timeseries(.hour), .histogram])
  func `compared numbers read back as they were`(shape: Query.Shape) throws {
    let earlier = Timeframe(
      from: Self.timeframe.from - Self.timeframe.duration,
      to: Self.timeframe.from
    )
    let query = try Query(
      shape == .histogram ? measure("impression-time", .p50) : measure("play", .count),
      shape,
      in: Self.timeframe,
      compared: ComparedTimeframe(.previous, earlier)
    )
    let values: [MetricValue?] = shape == .number ? [.integer(2)] : [.integer(2), nil]
    let rows: QueryResult.Rows =
      switch shape {
      case .number: .number(.integer(7))
      case .buckets:
        .buckets(
          ["FR", "DE"].map { .init(value: .integer(7), dimensionValue: $0) }
        )
      case .timeseries:
        .timeseries(
          [0, 3600].map {
            .init(
              emittedAt: Timestamp(seconds: 1_716_966_000 + $0),
              offsetSeconds: 0,
              value: .integer(7)
            )
          }
        )
      case .histogram:
        .histogram([800..<816, 816..<832].map { .init(bounds: $0, value: .integer(7)) })
      }
    let result = QueryResult(query: query, rows: rows, compared: values, itemsTotal: values.count)

    let json = result.json()

    #expect(try QueryResult(query, json: json) == result)
    let text = String(decoding: json, as: UTF8.self)
    #expect(
      text.contains(
        #""compared":{"period":"previous","timeframe":{"from":"2024-05-27T11:15:07+00:00","#
      )
    )
    #expect(text.contains(shape == .number ? #""comparedData":2"# : #""comparedValue":null"#))
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

  @Test(arguments: [
    (0, 1, "1e300"), (0, 1, "-1"), (0, 1, "0.5"), (-5, 1, "1"), (7, 7, "1"), (9, 7, "1"),
    (0, Int64.max, "1"), (Int64.max - 1, Int64.max, "1"), (3, 4, "2"), (0, 1, "9007199254740992"),
  ])
  func `a histogram that nothing can be read from is refused`(
    from: Int64,
    to: Int64,
    count: String
  ) throws {
    let query = try Query(measure("watch-time", .average), .histogram, in: Self.timeframe)
    func answer(_ row: String) throws -> QueryResult {
      let rows = [#"{"from":4,"to":5,"metricValue":1}"#, row]
      return try QueryResult(
        query,
        json: Array(#"{"data":[\#(rows.joined(separator: ","))]}"#.utf8)
      )
    }

    #expect(throws: AnswerError.self) {
      try answer(#"{"from":\#(from),"to":\#(to),"metricValue":\#(count)}"#)
    }
    #expect(throws: Never.self) {
      try answer(#"{"from":5,"to":9007199254740992,"metricValue":2.0}"#)
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
    DataState(version: 1, newestReceipt: nil, collected: .never),
    DataState(version: 4, newestReceipt: nil, retention: Retention(.sandbox)),
    DataState(version: 5, newestReceipt: nil, retention: Retention(milliseconds: 86_400_000)),
    DataState(
      version: 2,
      newestReceipt: nil,
      collected: .during(
        Timeframe(from: Timestamp(milliseconds: 0), to: Timestamp(milliseconds: 60_000))
      )
    ),
    DataState(
      version: 3,
      newestReceipt: nil,
      collected: .during(
        Timeframe(from: Timestamp(milliseconds: 0), to: Timestamp(milliseconds: 600_000)),
        gaps: [
          Timeframe(from: Timestamp(milliseconds: 120_000), to: Timestamp(milliseconds: 300_000))
        ]
      )
    ),
  ])
  func `a state reads back as it was`(state: DataState) throws {
    #expect(try DataState(json: state.json()) == state)
  }
}
