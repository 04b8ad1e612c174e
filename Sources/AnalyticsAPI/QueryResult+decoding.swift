import PlaybackFacts
public import QueryCore

extension QueryResult {
  /// Reads the body of an HTTP answer to `query`.
  public init(_ query: Query, json: [UInt8]) throws(AnswerError) {
    self = try decode(json) { try QueryResult(query, from: $0) }
  }

  /// Reads the body of an answer to `query` where a decoder stands.
  init(_ query: Query, from decoder: any Decoder) throws {
    func compared(_ numbers: [WireNumber?]) -> [MetricValue?]? {
      query.compared == nil ? nil : numbers.map { $0?.value(isWhole: query.hasWholeValues) }
    }
    switch query.shape {
    case .number:
      let body = try NumberBody(from: decoder)
      self.init(
        query: query,
        rows: .number(body.data.value(of: query.measure)),
        compared: compared([body.comparedData]),
        itemsTotal: 1
      )
    case .buckets:
      let body = try PageBody<BucketBody>(from: decoder)
      let buckets = body.data.map { row in
        Bucket(value: row.metricValue.value(of: query.measure), dimensionValue: row.dimensionValue)
      }
      self.init(
        query: query,
        rows: .buckets(buckets),
        compared: compared(body.data.map(\.comparedValue)),
        itemsTotal: body.pagination.itemsTotal
      )
    case .timeseries:
      let body = try PageBody<PointBody>(from: decoder)
      var points: [Point] = []
      for row in body.data { points.append(try row.point(of: query.measure)) }
      self.init(
        query: query,
        rows: .timeseries(points),
        compared: compared(body.data.map(\.comparedValue)),
        itemsTotal: body.pagination.itemsTotal
      )
    case .histogram:
      let body = try RowsBody<BinBody>(from: decoder)
      var bins: [Bin] = []
      var count = 0.0
      for row in body.data {
        let bin = try row.bin()
        if let last = bins.last, last.bounds.upperBound > bin.bounds.lowerBound {
          throw AnswerError.malformed(
            reason: "the rows of the histogram do not ascend at \(bin.bounds.lowerBound)"
          )
        }
        count += bin.value.double
        guard count <= BinBody.largest else {
          throw AnswerError.malformed(reason: "the histogram counts too many")
        }
        bins.append(bin)
      }
      self.init(
        query: query,
        rows: .histogram(bins),
        compared: compared(body.data.map(\.comparedValue)),
        itemsTotal: bins.count
      )
    }
  }
}

private struct NumberBody: Decodable {
  let data: WireNumber
  let comparedData: WireNumber?
}

private struct PageBody<Row: Decodable>: Decodable {
  let data: [Row]
  let pagination: Pagination

  struct Pagination: Decodable {
    let itemsTotal: Int
  }
}

private struct RowsBody<Row: Decodable>: Decodable {
  let data: [Row]
}

private struct BinBody: Decodable {
  let from: Int64
  let to: Int64
  let metricValue: WireNumber
  let comparedValue: WireNumber?

  /// The largest whole number up to which a `Double` has all of them.
  static let largest = Double(1 << 53)

  func bin() throws(AnswerError) -> QueryResult.Bin {
    guard 0 <= from, from < to, to <= 1 << 53 else {
      throw .malformed(reason: "a row of the histogram goes from \(from) to \(to)")
    }
    let value = metricValue.value(isWhole: true)
    guard (0...Self.largest).contains(value.double), value.double.rounded() == value.double else {
      throw .malformed(reason: "a row of the histogram counts \(value.double)")
    }
    return QueryResult.Bin(bounds: from..<to, value: value)
  }
}

private struct BucketBody: Decodable {
  let metricValue: WireNumber
  let dimensionValue: String
  let comparedValue: WireNumber?
}

private struct PointBody: Decodable {
  let emittedAt: String
  let metricValue: WireNumber
  let comparedValue: WireNumber?

  func point(of measure: Measure) throws(AnswerError) -> QueryResult.Point {
    // Without its offset, the text says what a clock in the zone shows.
    let clock = emittedAt.prefix("2024-05-29T07:00:00".count)
    guard let instant = Timestamp(atom: emittedAt), let local = Timestamp(atom: clock) else {
      throw .malformed(reason: "the date '\(emittedAt)' can't be read")
    }
    return QueryResult.Point(
      emittedAt: instant,
      offsetSeconds: Int((local - instant) / Milliseconds.second),
      value: metricValue.value(of: measure)
    )
  }
}

/// A number as it was written; whether it stands for a count or a share, only the measure knows.
private enum WireNumber: Decodable {
  case integer(Int64)
  case decimal(Double)

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Int64.self) {
      self = .integer(number)
    } else {
      self = .decimal(try container.decode(Double.self))
    }
  }

  func value(of measure: Measure) -> MetricValue { value(isWhole: measure.isWhole) }

  func value(isWhole: Bool) -> MetricValue {
    switch self {
    case .integer(let number): isWhole ? .integer(number) : .decimal(Double(number))
    case .decimal(let number): .decimal(number)
    }
  }
}
