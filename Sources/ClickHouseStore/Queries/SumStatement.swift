import PlaybackFacts
import QueryCore
import TextAndBytes

/// A question as one statement, and its answer.
struct SumStatement {
  let query: SumQuery
  /// Which rows are read.
  let source: Source
  /// What the rows are told apart by, as an expression.
  private let key: SQL?
  /// What stands behind `FROM`.
  private let rows: SQL

  /// Which rows answer a question, from the fewest to the most.
  enum Source: Hashable {
    /// Plays of media items, for all time.
    case totals
    /// Sums of whole hours that look at no dimension, or at one.
    case hourly(Dimension?)
    /// Sums of a playback in a whole hour.
    case playbacks
    /// The facts themselves.
    case facts
  }

  init(_ query: SumQuery, _ schema: ClickHouseSchema) {
    self.query = query
    source = Self.source(for: query)
    var table = schema.whole("facts")
    var time: SQL = "toInt64(hour) * \(Milliseconds.hour)"
    var columns = DimensionColumns(named: nil)
    var conditions: FactConditions
    switch (source, query.span) {
    case (.hourly(let dimension), .timeframe(let timeframe)):
      table = schema.whole("hourly")
      columns = DimensionColumns(named: dimension)
      conditions = FactConditions(ofHours: timeframe, dimension: dimension?.number ?? 0)
    case (.playbacks, .timeframe(let timeframe)):
      conditions = FactConditions(ofHours: timeframe)
    case (.facts, .timeframe(let timeframe)):
      time = Self.factTime
      conditions = FactConditions(ofFactsIn: timeframe, kinds: Self.kinds(query))
    case (.totals, _), (_, .allTime):
      table = schema.whole("totals")
      columns = DimensionColumns(named: .mediaID)
      conditions = FactConditions(ofDimension: Dimension.mediaID.number ?? 0)
    }
    switch query.counting {
    case .viewers(let duration) where source == .facts:
      conditions.addOfFacts("value = \(duration.seconds)")
    case .viewers(let duration): conditions.add("\(duration.sum.column) > 0")
    case .impressionTimes where source == .facts:
      conditions.addOfFacts("value != \(FactBlock.noValue)")
    case .sums, .concurrency, .impressionTimes, .watchTimes: break
    }
    let items = schema.whole("media_items")
    conditions.add(query.filter, columns, mediaItems: items)
    if case .concurrency = query.counting {
      conditions.addOfFacts(Self.presence(query.grouping, columns, table, conditions))
    }
    switch query.grouping {
    case .none: key = nil
    case .intervals(let edges): key = IntervalNumber.of(time, edges)
    case .dimension(.tag): key = "tag"
    case .dimension(let grouped): key = columns[grouped]
    }
    let spreads = source == .facts
    let spread: SQL = spreads ? Self.spread(table) : table
    guard query.grouping == .dimension(.tag) else {
      rows = "\(spread) \(conditions.sql(spreading: spreads))"
      return
    }
    let left: SQL =
      spreads
      ? """
      (SELECT hour, offset, playback, viewer, media, kind, value \
      FROM \(spread) \(conditions.sql(spreading: true))) AS spread
      """ : table
    let join: SQL = """
      \(left) GLOBAL ALL INNER JOIN (SELECT id AS \(columns.media), arrayJoin(tags) AS tag FROM \
      (SELECT id, argMax(tags, version) AS tags FROM \(items) GROUP BY id) AS versions) AS items \
      USING \(columns.media)
      """
    rows = spreads ? join : "\(join) \(conditions.sql(spreading: false))"
  }

  /// The time of a fact, in milliseconds since 1970.
  static let factTime: SQL = "(toInt64(hour) * \(Milliseconds.hour) + offset)"

  /// Rows of `facts` as single facts.
  private static func spread(_ table: SQL) -> SQL {
    "\(table) ARRAY JOIN kinds AS kind, offsets AS offset, values AS value"
  }

  // MARK: - Which rows

  private static func source(for query: SumQuery) -> Source {
    guard case .timeframe(let timeframe) = query.span else { return .totals }
    var edges = [timeframe.from, timeframe.to]
    if case .intervals(let all) = query.grouping { edges += all }
    guard edges.allSatisfy(\.isWholeHour) else { return .facts }
    var looksAt = query.filter.dimensions.subtracting([.bots])
    if case .dimension(let dimension) = query.grouping { looksAt.insert(dimension) }
    // Tags and types follow from media ids.
    if looksAt.remove(.tag) != nil { looksAt.insert(.mediaID) }
    if looksAt.contains(.mediaID) { looksAt.remove(.mediaType) }
    let isHourly = looksAt.count <= 1 && looksAt.allSatisfy { $0.number != nil }
    return switch query.counting {
    case .sums: isHourly ? .hourly(looksAt.first) : .playbacks
    case .impressionTimes: isHourly ? .hourly(looksAt.first) : .facts
    case .viewers, .watchTimes: .playbacks
    case .concurrency: .facts
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

  // MARK: - The statement

  /// The statement; each row has the key, where there is one, and numbers of 64 bits.
  var sql: SQL {
    switch query.counting {
    case .sums: sums
    case .concurrency(let audience): concurrency(of: audience)
    case .viewers: select(["toInt64(uniqExact(intDiv(hour, 24), viewer))"])
    case .impressionTimes: impressionTimes
    case .watchTimes: watchTimes
    }
  }

  private var columns: [Sum] { query.sums.sorted { $0.rawValue < $1.rawValue } }

  private var sums: SQL {
    let values = columns.map { sum -> SQL in
      switch source {
      case .totals where sum != .plays: "toInt64(0)"
      case .facts: "toInt64(\(sum.overFacts))"
      case .totals, .hourly, .playbacks: "toInt64(sum(\(sum.column)))"
      }
    }
    return select(values.isEmpty ? ["toInt64(count())"] : values)
  }

  /// The audience of 15 slots at a time goes into arrays: a group for each slot costs three times as much.
  ///
  /// An array takes 16 million elements, of which a slot has one for each of its facts: enough for a million at once.
  private func concurrency(of audience: SumQuery.Audience) -> SQL {
    let member: SQL =
      switch audience {
      case .playbacks: "playback"
      case .viewers: "viewer"
      }
    let arrays: [SQL] = [
      "intDiv(\(Self.slot), 15) AS part", "groupArray(toUInt8(\(Self.slot) % 15)) AS slots",
      "groupArray(\(member)) AS members",
    ]
    let once: SQL = """
      arrayFilter((a, b) -> b = 1, slots, arrayEnumerateUniq(slots, members)) AS present
      """
    let numbers: [SQL] = [
      "toInt64(max(arrayReduce('max', arrayEnumerateUniq(present))))",
      "toInt64(sum(length(present)))",
    ]
    return """
      SELECT \(keyed(numbers, "k")) FROM (SELECT \(keyed([once], "k")) FROM \
      (SELECT \(keyed(arrays, nil)) FROM \(rows) GROUP BY \(keyed(["part"], "k"))))\(grouping)
      """
  }

  /// The slots since 1970 before that of a fact.
  private static let slot: SQL = """
    toUInt32(hour * \(Milliseconds.hour / Milliseconds.slot) + intDiv(offset, \(Milliseconds.slot)))
    """

  /// The condition of facts that show somebody watching in their slot: they add time, and corrections have not removed
  /// all of it.
  ///
  /// Few playbacks have corrections; only the facts of those are added up.
  private static func presence(
    _ grouping: SumQuery.Grouping,
    _ columns: DimensionColumns,
    _ table: SQL,
    _ conditions: FactConditions
  ) -> SQL {
    var names: [SQL] = [slot, "playback", "viewer"]
    if case .dimension(let grouped) = grouping { names.append(columns[grouped] ?? columns.media) }
    let name = names.joined(by: ", ")
    let takesBack: SQL = """
      arrayExists((a, b) -> a = \(FactKind.watch.rawValue) AND b < 0, kinds, values)
      """
    var ofThose = conditions
    ofThose.add(
      "playback GLOBAL IN (SELECT playback FROM \(table) \(conditions.sql(ofRowsAnd: takesBack)))"
    )
    return """
      value > 0 AND (\(name)) GLOBAL NOT IN (SELECT \(name) FROM \(spread(table)) \
      \(ofThose.sql(spreading: true)) GROUP BY \(name) HAVING sum(value) <= 0)
      """
  }

  private var impressionTimes: SQL {
    guard source != .facts else {
      let bucket = FirstFrameBucket.of("value")
      return """
        SELECT \(keyed(["toInt64(\(bucket)) AS b", "toInt64(count())"], nil)) FROM \(rows) \
        GROUP BY \(keyed(["b"], "k"))
        """
    }
    let map: SQL = "sumMap(`firstFramesMap.bucket`, `firstFramesMap.impressions`) AS frames"
    let frame: SQL = "(arrayJoin(arrayMap((a, b) -> (a, b), frames.1, frames.2)) AS f)"
    return """
      SELECT \(keyed(["toInt64(\(frame).1)", "toInt64(f.2)"], "k")) \
      FROM (SELECT \(keyed([map], nil)) FROM \(rows)\(grouping))
      """
  }

  private var watchTimes: SQL {
    let watched: SQL = source == .facts ? "value" : Sum.watchedMilliseconds.column
    return """
      SELECT toInt64(multiIf(s < 600, s, s < 7200, intDiv(s, 10) * 10, intDiv(s, 60) * 60)) AS low, \
      toInt64(count()) FROM (SELECT playback, intDiv(sum(\(watched)), 1000) AS s FROM \(rows) \
      GROUP BY playback HAVING sum(\(watched)) > 0) GROUP BY low
      """
  }

  private func select(_ values: [SQL]) -> SQL {
    "SELECT \(keyed(values, nil)) FROM \(rows)\(grouping)"
  }

  /// ` GROUP BY` the key, where there is one.
  private var grouping: SQL { key == nil ? "" : " GROUP BY k" }

  /// Columns behind the key, where there is one: by its name, or as the expression that gets this name.
  private func keyed(_ columns: [SQL], _ name: SQL?) -> SQL {
    let keys: [SQL] = key.map { [name ?? "\($0) AS k"] } ?? []
    return (keys + columns).joined(by: ", ")
  }

  // MARK: - The answer

  /// Reads the rows of the statement.
  func answer(_ reader: inout ByteReader) throws(MalformedBytes) -> SumRows {
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
