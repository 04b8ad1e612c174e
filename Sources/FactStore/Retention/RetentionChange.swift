import GRDB
import PlaybackFacts
public import QueryCore

/// What another retention of a store does, or did.
public struct RetentionChange: Hashable, Sendable {
  /// How long facts were retained before.
  public var before: Retention
  /// How long facts are retained after it, with the edge that follows.
  public var after: Retention
  /// Facts that expire by it: nothing shows them, and a day of uptime later they are removed.
  public var expiring: Int
  /// Facts that had expired and are shown again.
  public var returning: Int
}

extension RetentionClock {
  /// What another retention would do, without doing it.
  func change(
    to milliseconds: Int64,
    now: Timestamp
  ) async throws(StoreError) -> RetentionChange {
    let reading = reading(now)
    return try await connections.read { db in
      try Self.change(to: milliseconds, reading, db).change
    }
  }

  /// Retains facts for longer, or less long, from now on.
  func setRetention(
    _ milliseconds: Int64,
    now: Timestamp
  ) async throws(StoreError) -> RetentionChange {
    let reading = reading(now)
    let (record, change) = try await connections.write { db in
      let (record, change) = try Self.change(to: milliseconds, reading, db)
      try record.write(db)
      return (record, change)
    }
    note(record)
    return change
  }

  private static func change(
    to milliseconds: Int64,
    _ reading: ClockReading,
    _ db: Database
  ) throws -> (record: RetentionRecord, change: RetentionChange) {
    let keeping = try Keeping(db)
    let former = keeping.retention
    var record = keeping.retention(for: milliseconds, at: reading)
    record.isSet = true
    let (from, to) = (former.edge, record.edge)
    let lower = min(from ?? .distantPast, to ?? .distantPast)
    let upper = max(from ?? .distantPast, to ?? .distantPast)
    let timeframe = Timeframe(from: lower, to: upper)
    let count =
      try SegmentList.factCount(in: timeframe, db) + JournalTable.factCount(in: timeframe, db)
    return (
      record,
      RetentionChange(
        before: former.retention,
        after: record.retention,
        expiring: to ?? .distantPast > from ?? .distantPast ? count : 0,
        returning: to ?? .distantPast < from ?? .distantPast ? count : 0
      )
    )
  }
}

extension Keeping {
  /// The record of another retention, whose edge follows the trusted time.
  ///
  /// A retention that is not shorter expires nothing by itself, however long ago the store was maintained.
  func retention(for milliseconds: Int64, at reading: ClockReading) -> RetentionRecord {
    var (record, clock) = (retention, clock)
    clock.take(reading)
    let wanted = Retention(record.environment, milliseconds: milliseconds)
    let edge = wanted.computedEdge(at: clock.trusted(reading))
    let isShorter = wanted.milliseconds < record.milliseconds
    record.milliseconds = wanted.milliseconds
    if isShorter {
      record.move(edge: edge, at: reading.uptime)
    } else if let former = record.edge {
      record.move(edge: min(edge, former), at: reading.uptime)
    }
    return record
  }
}

extension Timestamp {
  /// Before anything that happened.
  fileprivate static let distantPast = Timestamp(milliseconds: -(1 << 52))
}
