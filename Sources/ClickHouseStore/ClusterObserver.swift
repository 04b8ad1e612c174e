import AnalyticsSource
import PlaybackFacts
import QueryCore
import Synchronization
import TextAndBytes

/// The state of the data in a cluster, and what changed with each version.
///
/// A version is a number of this process: it ascends whenever something is there that was not there before.
final class ClusterObserver: Sendable {
  private let connection: ClickHouseConnection
  private let schema: ClickHouseSchema
  private let retention: Retention
  private let known = Mutex<Known?>(nil)

  /// Changes whenever the tables do.
  private struct Stamp: Hashable {
    var blocks: Int64
    var media: Int64
    var minutes: Int64
  }

  private struct Known {
    var stamp: Stamp
    var history: DataHistory
    /// When the newest block arrived that was seen; nil before the first.
    var newest: Int64?
    /// The blocks that arrived in the minutes before it, and when.
    var recent: [UInt64: Int64]
    /// From the oldest fact to the newest; nil without any.
    var facts: ClosedRange<Int64>?
    var work: CollectorWork?
    /// When the cluster began to be asked for it.
    var askedAt: ContinuousClock.Instant
  }

  /// Blocks may become visible so much later than others that arrived after them, in milliseconds.
  private static let overlap = 10 * Milliseconds.minute
  /// Nearly all become visible within this time, in milliseconds.
  private static let usualOverlap = 20 * Milliseconds.second

  init(
    _ connection: ClickHouseConnection,
    _ schema: ClickHouseSchema,
    _ retention: Retention
  ) {
    self.connection = connection
    self.schema = schema
    self.retention = retention
  }

  /// The state, as it was at most some time ago, and what changed up to it.
  ///
  /// An answer that is asked for after it was read may have more, and never less: so an older state keeps nothing
  /// that is out of date, and shows what came since a little later.
  func history(atMostAgo age: Duration = .zero) async throws -> DataHistory {
    let now = ContinuousClock.now
    if let known = known.withLock(\.self), now - known.askedAt < age { return known.history }
    let stamp = try await stamp()
    let former = known.withLock { known in
      if known?.stamp == stamp { known?.askedAt = now }
      return known
    }
    if let former, former.stamp == stamp { return former.history }
    let blocks = try await blocks(since: former, stamp)
    // Both change seldom, and take longer the longer the history is.
    let isOfMinutes = former?.stamp.minutes == stamp.minutes
    let work = isOfMinutes ? former?.work : try await work()
    let whole = former == nil ? try await span() : nil
    return known.withLock { known in
      let before = known
      let spans = [before?.facts, whole] + blocks.map { $0.first...max($0.first, $0.last) }
      let facts = spans.compactMap(\.self).reduce(nil) { (sum: ClosedRange<Int64>?, next) in
        guard let sum else { return next }
        return min(sum.lowerBound, next.lowerBound)...max(sum.upperBound, next.upperBound)
      }
      let version = (before?.history.state.version ?? 0) + 1
      let newest = ([before?.newest] + blocks.map(\.received)).compactMap(\.self).max()
      var log = before?.history.log ?? ChangeLog(after: version)
      if let before {
        let added = blocks.filter { before.recent[$0.id] == nil }
        if Int64(added.count) == stamp.blocks - before.stamp.blocks {
          if let first = added.map(\.first).min() {
            log.addFacts(from: Timestamp(milliseconds: first), with: version)
          }
        } else {
          // Others came, or went: which is not known.
          log = ChangeLog(after: version)
        }
        if stamp.media != before.stamp.media { log.addTags(with: version) }
        log.reach(version)
      }
      let state = DataState(
        version: version,
        newestReceipt: newest.map { Timestamp(milliseconds: $0) },
        collected: Self.collected(work, facts),
        retention: retention
      )
      let history = DataHistory(state: state, log: log)
      let recent = (before?.recent ?? [:]).merging(blocks.map { ($0.id, $0.received) }) { $1 }
      known = Known(
        stamp: stamp,
        history: history,
        newest: newest,
        recent: recent.filter { $0.value >= (newest ?? 0) - Self.overlap },
        facts: facts,
        work: work,
        askedAt: now
      )
      return history
    }
  }

  private func stamp() async throws -> Stamp {
    let parts: SQL =
      schema.cluster.map { "cluster(\(SQL.name($0)), system.parts)" } ?? "system.parts"
    let blocks = schema.localName("blocks")
    let minutes = schema.localName("collector_minutes")
    var rows = try await connection.rows(
      """
      SELECT toInt64(sumIf(rows, table = \(blocks))), toInt64(max(if(table = \(minutes), \
      toUInt32(modification_time), 0))) FROM \(parts) \
      WHERE active AND database = \(schema.database) AND table IN (\(blocks), \(minutes))
      """
    )
    var media = try await connection.rows(
      "SELECT toInt64(max(version)) FROM \(schema.whole("media_items"))"
    )
    return try connection.reading { () throws(MalformedBytes) in
      Stamp(
        blocks: try rows.int64(),
        media: try media.int64(),
        // Merges change the time as well: a version more, with the same answers.
        minutes: try rows.int64() / 60
      )
    }
  }

  private struct Block {
    let id: UInt64
    /// Milliseconds since 1970.
    let received: Int64
    let first: Int64
    let last: Int64
  }

  /// The blocks that arrived since a state, and others around them.
  ///
  /// The last minutes have thousands: they are looked at only where the last seconds lack what came.
  private func blocks(since former: Known?, _ stamp: Stamp) async throws -> [Block] {
    guard let former, let newest = former.newest else {
      return try await blocks(receivedSince: nil)
    }
    let latest = try await blocks(receivedSince: newest - Self.usualOverlap)
    let added = latest.count { former.recent[$0.id] == nil }
    return Int64(added) >= stamp.blocks - former.stamp.blocks
      ? latest : try await blocks(receivedSince: newest - Self.overlap)
  }

  /// The blocks that arrived since some time; without one the newest, for of the first look only they matter.
  private func blocks(receivedSince time: Int64?) async throws -> [Block] {
    let part: SQL =
      if let time { "WHERE received >= \(time) ORDER BY received" } else {
        "ORDER BY received DESC LIMIT 1000"
      }
    var rows = try await connection.rows(
      "SELECT block, received, first, last FROM \(schema.whole("blocks")) \(part)"
    )
    var blocks: [Block] = []
    while !rows.isAtEnd {
      try connection.reading { () throws(MalformedBytes) in
        blocks.append(
          Block(
            id: try rows.fixed(),
            received: try rows.int64(),
            first: try rows.int64(),
            last: try rows.int64()
          )
        )
      }
    }
    return blocks
  }

  /// When collectors were at work.
  private func work() async throws -> CollectorWork? {
    var rows = try await connection.rows(
      """
      SELECT toInt64(intDiv(minute, 60)) AS h, groupBitOr(bitShiftLeft(toUInt64(1), minute % 60)) \
      FROM \(schema.whole("collector_minutes")) GROUP BY h ORDER BY h
      """
    )
    var hours: [(hour: Int64, minutes: UInt64)] = []
    while !rows.isAtEnd {
      try connection.reading { () throws(MalformedBytes) in
        hours.append((try rows.int64(), try rows.fixed()))
      }
    }
    return CollectorWork(hours)
  }

  /// From the oldest fact to the newest, in milliseconds since 1970.
  private func span() async throws -> ClosedRange<Int64>? {
    var rows = try await connection.rows(
      """
      SELECT toInt64(min(first)), toInt64(max(last)), toInt64(count()) FROM \(schema.whole("blocks"))
      """
    )
    return try connection.reading { () throws(MalformedBytes) in
      let (first, last) = (try rows.int64(), try rows.int64())
      return try rows.int64() > 0 ? first...max(first, last) : nil
    }
  }

  /// When somebody listened: collectors, and before them whoever wrote what was imported.
  private static func collected(
    _ work: CollectorWork?,
    _ facts: ClosedRange<Int64>?
  ) -> DataState.Collected {
    let span = facts.map { facts in
      Timeframe(
        from: Timestamp(milliseconds: facts.lowerBound).floored(to: Milliseconds.hour),
        to: Timestamp(milliseconds: facts.upperBound + 1).ceiled(to: Milliseconds.minute)
      )
    }
    guard let work else { return span.map { .during($0) } ?? .never }
    guard let span, span.from < work.timeframe.from else {
      return .during(work.timeframe, gaps: work.gaps)
    }
    return .during(Timeframe(from: span.from, to: work.timeframe.to), gaps: work.gaps)
  }
}
