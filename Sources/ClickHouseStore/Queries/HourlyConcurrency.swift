import Algorithms
import PlaybackFacts
import QueryCore
import TextAndBytes

/// How many watched at the same time, hour by hour: what hours that are over had is kept in the cluster.
///
/// ```
/// known hours ──▶ kept with as many facts as there are now? ─▶ used
///                                      otherwise ─▶ counted, kept
/// ```
/// Facts are only ever added, so an hour with as many facts as when it was counted has the same ones.
struct HourlyConcurrency: Sendable {
  let connection: ClickHouseConnection
  let schema: ClickHouseSchema
  let now: @Sendable () -> Timestamp

  /// What is kept: how many watched of those that a filter lets through.
  struct Kind: Hashable, Sendable {
    let audience: SumQuery.Audience
    let bots: Bots

    /// The number under which it is kept; never changed.
    var number: UInt8 {
      let number: UInt8 =
        switch bots {
        case .all: 0
        case .exclude: 1
        case .only: 2
        }
      return audience == .playbacks ? number : number + 3
    }

    var filter: Filter { Filter(bots.clause.map { [$0] } ?? []) }
  }

  /// Facts come in for some time after their hour, and are counted then each time, in milliseconds.
  private static let settling = 10 * Milliseconds.minute
  /// About so many facts are counted by one statement.
  private static let factsAtOnce: Int64 = 4_000_000
  /// Of fewer hours, all facts are counted.
  private static let fewHours = 3

  /// The first hour that may get more facts.
  private var end: Int64 { (now() - Self.settling).hourNumber }

  /// The kind and the whole hours of a question that it can answer; nil for others.
  static func hours(of query: SumQuery) -> (kind: Kind, hours: Range<Int64>)? {
    guard case .concurrency(let audience) = query.counting,
      case .timeframe(let timeframe) = query.span,
      let bots = Bots.allCases.first(where: {
        Kind(audience: audience, bots: $0).filter == query.filter
      })
    else { return nil }
    switch query.grouping {
    case .none: break
    case .intervals(let edges):
      guard edges.allSatisfy({ $0.floored(to: Milliseconds.hour) == $0 }) else { return nil }
    case .dimension: return nil
    }
    let first = (timeframe.from + (Milliseconds.hour - 1)).hourNumber
    let last = timeframe.to.hourNumber
    guard last - first >= fewHours else { return nil }
    return (Kind(audience: audience, bots: bots), first..<last)
  }

  /// The answer to a question whose hours are known.
  ///
  /// - Throws: ``ClickHouseError``, or `CancellationError`.
  func answer(_ query: SumQuery, _ kind: Kind, _ hours: Range<Int64>) async throws -> SumRows {
    var parts = try await counted(kind, hours).map { (Timestamp(hour: $0), $1) }
    guard case .timeframe(let timeframe) = query.span else { return .concurrency(.total(.init())) }
    let (first, last) = (Timestamp(hour: hours.lowerBound), Timestamp(hour: hours.upperBound))
    for rest in [
      Timeframe(from: timeframe.from, to: first), Timeframe(from: last, to: timeframe.to),
    ]
    where !rest.isEmpty {
      parts.append((rest.from, try await count(kind, rest)))
    }
    guard case .intervals(let edges) = query.grouping else {
      return .concurrency(.total(parts.reduce(into: Concurrency()) { $0.add($1.1) }))
    }
    var intervals: [Int: Concurrency] = [:]
    for (time, counted) in parts where counted.total > 0 {
      intervals[edges.partitioningIndex { $0 > time } - 1, default: Concurrency()].add(counted)
    }
    return .concurrency(.byInterval(intervals))
  }

  /// Counts hours that are over and not kept, the newest first, until a deadline.
  ///
  /// - Throws: ``ClickHouseError``, or `CancellationError`.
  func fill(_ kind: Kind, _ hours: Range<Int64>, until deadline: ContinuousClock.Instant)
    async throws
  {
    let over = hours.clamped(to: .min..<end)
    guard !over.isEmpty else { return }
    let missing = try await unknown(kind, over).missing
    for run in Self.runs(of: missing).reversed() {
      guard ContinuousClock.now < deadline else { return }
      _ = try await count(kind, run)
    }
  }

  private func counted(_ kind: Kind, _ hours: Range<Int64>) async throws -> [Int64: Concurrency] {
    var (known, missing) = try await unknown(kind, hours)
    for run in Self.runs(of: missing) {
      known.merge(try await count(kind, run)) { $1 }
    }
    return known
  }

  /// The hours that are kept as they are now, and the facts of the others.
  private func unknown(
    _ kind: Kind,
    _ hours: Range<Int64>
  ) async throws -> (known: [Int64: Concurrency], missing: [Int64: Int64]) {
    async let kept = kept(kind, hours)
    var rows = try await connection.rows(Self.factsKnown(in: hours, schema))
    var missing: [Int64: Int64] = [:]
    while !rows.isAtEnd {
      try connection.reading { () throws(MalformedBytes) in
        missing[try rows.int64()] = try rows.int64()
      }
    }
    var known: [Int64: Concurrency] = [:]
    for (hour, entry) in try await kept where missing[hour] == entry.facts {
      known[hour] = entry.concurrency
      missing[hour] = nil
    }
    return (known, missing)
  }

  private func kept(
    _ kind: Kind,
    _ hours: Range<Int64>
  ) async throws -> [Int64: (facts: Int64, concurrency: Concurrency)] {
    var rows = try await connection.rows(Self.kept(kind, hours, schema))
    var kept: [Int64: (facts: Int64, concurrency: Concurrency)] = [:]
    while !rows.isAtEnd {
      try connection.reading { () throws(MalformedBytes) in
        let (hour, facts) = (try rows.int64(), try rows.int64())
        kept[hour] = (facts, Concurrency(peak: try rows.int64(), total: try rows.int64()))
      }
    }
    return kept
  }

  /// Hours that follow each other, in runs of about as many facts as are counted at once.
  private static func runs(of missing: [Int64: Int64]) -> [Range<Int64>] {
    var runs: [Range<Int64>] = []
    var facts: Int64 = 0
    for (hour, count) in missing.sorted(by: { $0.key < $1.key }) {
      facts += count
      if let last = runs.last, last.upperBound == hour, facts <= factsAtOnce {
        runs[runs.count - 1] = last.lowerBound..<hour + 1
      } else {
        runs.append(hour..<hour + 1)
        facts = count
      }
    }
    return runs
  }

  /// Counts hours, and keeps those that are over.
  private func count(_ kind: Kind, _ hours: Range<Int64>) async throws -> [Int64: Concurrency] {
    // Before they are counted: an hour that gets more facts meanwhile is counted again.
    var rows = try await connection.rows(Self.facts(in: hours, schema))
    var facts: [Int64: Int64] = [:]
    while !rows.isAtEnd {
      try connection.reading { () throws(MalformedBytes) in
        facts[try rows.int64()] = try rows.int64()
      }
    }
    let query = Self.query(kind, hours)
    guard case .concurrency(.byInterval(let numbers)) = try await rowsOf(query) else { return [:] }
    var counted: [Int64: Concurrency] = [:]
    for hour in facts.keys {
      counted[hour] = numbers[Int(hour - hours.lowerBound)] ?? Concurrency()
    }
    let firstOpen = end
    let entries = counted.filter { $0.key < firstOpen }.map { hour, concurrency in
      Rows.HourOfConcurrency(
        hour: hour,
        kind: kind.number,
        facts: facts[hour] ?? 0,
        concurrency: concurrency
      )
    }
    // Who may only read counts each time.
    if !entries.isEmpty { try? await connection.insert(Rows.concurrency(entries), schema) }
    return counted
  }

  private func count(_ kind: Kind, _ timeframe: Timeframe) async throws -> Concurrency {
    let query = SumQuery(.concurrency(of: kind.audience), in: timeframe, filter: kind.filter)
    guard case .concurrency(.total(let total)) = try await rowsOf(query) else {
      return Concurrency()
    }
    return total
  }

  private func rowsOf(_ query: SumQuery) async throws -> SumRows {
    let statement = SumStatement(query, schema)
    var rows = try await connection.rows(statement.sql)
    return try connection.reading { () throws(MalformedBytes) in try statement.answer(&rows) }
  }

  // MARK: - Statements

  /// The hours of a run, each by itself.
  private static func query(_ kind: Kind, _ hours: Range<Int64>) -> SumQuery {
    SumQuery(
      .concurrency(of: kind.audience),
      in: Timeframe(
        from: Timestamp(hour: hours.lowerBound),
        to: Timestamp(hour: hours.upperBound)
      ),
      filter: kind.filter,
      grouping: .intervals((hours.lowerBound...hours.upperBound).map(Timestamp.init(hour:)))
    )
  }

  static func kept(_ kind: Kind, _ hours: Range<Int64>, _ schema: ClickHouseSchema) -> SQL {
    """
    SELECT toInt64(hour), toInt64(max(facts)), argMax(peak, facts), argMax(total, facts) \
    FROM \(schema.whole("concurrency")) WHERE kind = \(kind.number) AND \(of(hours)) GROUP BY hour
    """
  }

  /// How many facts hours have by the sums of each hour, which costs little.
  static func factsKnown(in hours: Range<Int64>, _ schema: ClickHouseSchema) -> SQL {
    """
    SELECT toInt64(hour), toInt64(sum(facts)) AS f FROM \(schema.whole("hourly")) \
    WHERE dimension = 0 AND \(of(hours)) GROUP BY hour HAVING f > 0
    """
  }

  /// How many facts hours have.
  static func facts(in hours: Range<Int64>, _ schema: ClickHouseSchema) -> SQL {
    """
    SELECT toInt64(hour), toInt64(sum(length(kinds))) FROM \(schema.whole("facts")) \
    WHERE \(of(hours)) GROUP BY hour
    """
  }

  private static func of(_ hours: Range<Int64>) -> SQL {
    "hour >= \(hours.lowerBound) AND hour < \(hours.upperBound)"
  }
}

extension Timestamp {
  /// The start of an hour since 1970.
  fileprivate init(hour: Int64) { self.init(milliseconds: hour * Milliseconds.hour) }
}
