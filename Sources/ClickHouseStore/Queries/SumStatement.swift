import PlaybackFacts
import QueryCore
import TextAndBytes

/// A question as one statement, and its answer.
///
/// Questions about whole hours that look at one dimension at most read `hourly`; all others
/// read `facts`.
struct SumStatement {
  let query: SumQuery
  let schema: ClickHouseSchema

  /// What the rows are told apart by, as an expression.
  private let key: SQL?
  private let from: SQL
  private let conditions: SQL
  /// Whether the rows are those of `hourly`.
  let readsHours: Bool

  init(_ query: SumQuery, _ schema: ClickHouseSchema) {
    self.query = query
    self.schema = schema
    let hours = Self.hours(for: query)
    readsHours = hours != nil
    let dimension = hours?.dimension
    let table: SQL
    let time: SQL
    var conditions: FactConditions
    switch query.span {
    case .allTime:
      table = schema.whole("totals")
      time = "0"
      conditions = FactConditions(ofDimension: Dimension.mediaID.number ?? 0)
    case .timeframe(let timeframe) where hours != nil:
      table = schema.whole("hourly")
      time = "toInt64(hour) * \(Milliseconds.hour)"
      conditions = FactConditions(ofHours: timeframe, dimension: dimension?.number ?? 0)
    case .timeframe(let timeframe):
      table = schema.whole("facts")
      time = Self.factTime
      conditions = FactConditions(of: timeframe, kinds: Self.kinds(query))
    }
    let name: (dimension: Dimension, column: SQL)? =
      query.span == .allTime ? (.mediaID, "name") : dimension.map { ($0, "name") }
    if hours == nil, let part = Self.valueCondition(query.counting) { conditions.add(part) }
    conditions.add(query.filter, name: name, schema.whole("media_items"))
    self.conditions = conditions.sql
    let media: SQL = name == nil ? "media" : "name"
    switch query.grouping {
    case .none:
      key = nil
      from = table
    case .intervals(let edges):
      key = IntervalNumber.of(time, edges)
      from = table
    case .dimension(.tag):
      key = "tag"
      from = """
        \(table) GLOBAL ALL INNER JOIN (SELECT id AS \(media), arrayJoin(tags) AS tag FROM \
        (SELECT id, argMax(tags, version) AS tags FROM \(schema.whole("media_items")) GROUP BY id) \
        AS versions) AS items USING \(media)
        """
    case .dimension(let grouped):
      key = FactConditions.column(of: grouped, where: name)
      from = table
    }
  }

  // MARK: - The statement

  /// The statement; each row has the key, where there is one, and numbers of 64 bits.
  var sql: SQL {
    switch query.counting {
    case .sums: sums
    case .concurrency(let audience): concurrency(of: audience)
    case .viewers: viewers
    case .impressionTimes: impressionTimes
    case .watchTimes: watchTimes
    }
  }

  private var columns: [Sum] { query.sums.sorted { $0.rawValue < $1.rawValue } }

  private var sums: SQL {
    let values = columns.map { sum -> SQL in
      switch query.span {
      case .allTime: sum == .plays ? "toInt64(sum(plays))" : "toInt64(0)"
      case .timeframe: "toInt64(\(readsHours ? "sum(\(sum.column))" : sum.overFacts))"
      }
    }
    return select(values.isEmpty ? ["toInt64(count())"] : values)
  }

  private func concurrency(of audience: SumQuery.Audience) -> SQL {
    let count: SQL =
      switch audience {
      case .playbacks: "count()"
      case .viewers: "uniqExact(viewer)"
      }
    return """
      SELECT \(keyed(["toInt64(max(n))", "toInt64(sum(n))"], "k")) FROM \
      (SELECT \(keyed(["slot", "\(count) AS n"], "k")) FROM \
      (SELECT \(keyed(["intDiv(\(Self.factTime), \(Milliseconds.slot)) AS slot", "playback", "viewer"], nil)) \
      FROM \(from) WHERE \(conditions) GROUP BY \(keyed(["slot", "playback", "viewer"], "k")) \
      HAVING sum(value) > 0) GROUP BY \(keyed(["slot"], "k")))\(grouping)
      """
  }

  private var viewers: SQL {
    select(["toInt64(uniqExact(intDiv(hour, 24), viewer))"])
  }

  private var impressionTimes: SQL {
    guard readsHours else {
      let bucket = FirstFrameBucket.of("value")
      return """
        SELECT \(keyed(["toInt64(\(bucket)) AS b", "toInt64(count())"], nil)) FROM \(from) \
        WHERE \(conditions) GROUP BY \(keyed(["b"], "k"))
        """
    }
    let map: SQL = "sumMap(`firstFramesMap.bucket`, `firstFramesMap.impressions`) AS frames"
    let frame: SQL = "(arrayJoin(arrayMap((a, b) -> (a, b), frames.1, frames.2)) AS f)"
    return """
      SELECT \(keyed(["toInt64(\(frame).1)", "toInt64(f.2)"], "k")) \
      FROM (SELECT \(keyed([map], nil)) FROM \(from) WHERE \(conditions)\
      \(grouping))
      """
  }

  private var watchTimes: SQL {
    """
    SELECT toInt64(multiIf(s < 600, s, s < 7200, intDiv(s, 10) * 10, intDiv(s, 60) * 60)) AS low, \
    toInt64(count()) FROM (SELECT playback, intDiv(sum(value), 1000) AS s FROM \(from) \
    WHERE \(conditions) GROUP BY playback HAVING sum(value) > 0) GROUP BY low
    """
  }

  /// ` GROUP BY` the key, where there is one.
  private var grouping: SQL { key == nil ? "" : " GROUP BY k" }

  private func select(_ values: [SQL]) -> SQL {
    """
    SELECT \(keyed(values, nil)) FROM \(from) WHERE \(conditions)\(grouping)
    """
  }

  /// Columns behind the key, where there is one: by its name, or as the expression that gets this name.
  private func keyed(_ columns: [SQL], _ name: SQL?) -> SQL {
    let keys: [SQL] = key.map { [name ?? "\($0) AS k"] } ?? []
    return (keys + columns).joined(by: ", ")
  }

  // MARK: - Which table

  /// The time of a fact, in milliseconds since 1970.
  private static let factTime: SQL = "(toInt64(hour) * \(Milliseconds.hour) + offset)"

  private static func valueCondition(_ counting: SumQuery.Counting) -> SQL? {
    switch counting {
    case .viewers(let duration): "value = \(duration.seconds)"
    case .impressionTimes: "value != \(FactBlock.noValue)"
    case .sums, .concurrency, .watchTimes: nil
    }
  }

  private static func kinds(_ query: SumQuery) -> Set<FactKind> {
    switch query.counting {
    case .sums: Set(query.sums.map(\.kind))
    case .concurrency, .watchTimes: [.watch]
    case .viewers: [.view]
    case .impressionTimes: [.impression]
    }
  }

  /// Rows of `hourly`.
  private struct HourRows {
    /// Nil for those of all facts.
    let dimension: Dimension?
  }

  /// The rows of whole hours that answer a question; nil where none do.
  private static func hours(for query: SumQuery) -> HourRows? {
    guard query.counting == .sums || query.counting == .impressionTimes,
      case .timeframe(let timeframe) = query.span,
      timeframe.from.isWholeHour, timeframe.to.isWholeHour
    else { return nil }
    var looksAt = query.filter.dimensions.subtracting([.bots])
    switch query.grouping {
    case .none: break
    case .dimension(let dimension): looksAt.insert(dimension)
    case .intervals(let edges):
      guard edges.allSatisfy(\.isWholeHour) else { return nil }
    }
    // Tags and types follow from media ids.
    if looksAt.remove(.tag) != nil { looksAt.insert(.mediaID) }
    if looksAt.contains(.mediaID) { looksAt.remove(.mediaType) }
    guard looksAt.count <= 1, looksAt.allSatisfy({ $0.number != nil }) else { return nil }
    return HourRows(dimension: looksAt.first)
  }

  // MARK: - The answer

  /// Reads the rows of the statement.
  func rows(_ reader: inout ByteReader) throws(MalformedBytes) -> SumRows {
    switch query.counting {
    case .sums:
      let columns = columns
      return .sums(
        try grouped(&reader, none: Sums()) { reader throws(MalformedBytes) in
          var sums = Sums()
          for sum in columns { sums[sum] = Int64(bitPattern: try reader.fixed()) }
          if columns.isEmpty { _ = try reader.fixed() }
          return sums
        } combine: {
          $0 += $1
        }
      )
    case .concurrency:
      return .concurrency(
        try grouped(&reader, none: Concurrency()) { reader throws(MalformedBytes) in
          Concurrency(peak: try reader.int64(), total: try reader.int64())
        } combine: {
          $0.add($1)
        }
      )
    case .viewers:
      return .viewers(
        try grouped(&reader, none: 0) { reader throws(MalformedBytes) in
          try reader.int64()
        } combine: {
          $0 += $1
        }
      )
    case .impressionTimes:
      return .impressionTimes(
        try grouped(&reader, none: Histogram()) { reader throws(MalformedBytes) in
          let bucket = Int(try reader.int64())
          return Histogram(entries: [Histogram.Entry(bucket: bucket, count: try reader.int64())])
        } combine: {
          $0 += $1
        }
      )
    case .watchTimes:
      var counts: [Int64: Int64] = [:]
      while !reader.isAtEnd { counts[try reader.int64()] = try reader.int64() }
      return .watchTimes(WatchTimes(counts: counts))
    }
  }

  /// Reads rows of a key and a value; rows of equal keys are combined.
  private func grouped<Value>(
    _ reader: inout ByteReader,
    none: Value,
    _ value: (inout ByteReader) throws(MalformedBytes) -> Value,
    combine: (inout Value, Value) -> Void
  ) throws(MalformedBytes) -> Grouped<Value> {
    switch query.grouping {
    case .none:
      var total = none
      while !reader.isAtEnd { combine(&total, try value(&reader)) }
      return .total(total)
    case .dimension:
      var values: [String: Value] = [:]
      while !reader.isAtEnd {
        let name = try reader.text()
        combine(&values[name, default: none], try value(&reader))
      }
      return .byValue(values)
    case .intervals:
      var values: [Int: Value] = [:]
      while !reader.isAtEnd {
        let number = Int(try reader.int64())
        combine(&values[number, default: none], try value(&reader))
      }
      return .byInterval(values)
    }
  }
}

extension ByteReader {
  /// Reads eight bytes, lowest first, as a number of either sign.
  mutating func int64() throws(MalformedBytes) -> Int64 { Int64(bitPattern: try fixed()) }
}

extension Timestamp {
  fileprivate var isWholeHour: Bool { floored(to: Milliseconds.hour) == self }
}
