import GRDB
public import PlaybackFacts
public import QueryCore
import Synchronization

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

extension FactStore {
  /// What another retention would do, without doing it.
  ///
  /// - Parameters:
  ///   - milliseconds: how long facts are to be retained, ≥ a day.
  ///   - now: the wall clock; where it is doubtful, the trusted time counts.
  /// - Returns: what would change.
  /// - Throws: ``StoreError`` where the file can't be read.
  public func retentionChange(
    to milliseconds: Int64,
    now: Timestamp
  ) async throws(StoreError) -> RetentionChange {
    let reading = reading(now)
    return try await read { db in try self.change(to: milliseconds, reading, db).change }
  }

  /// Retains facts for longer, or less long, from now on.
  ///
  /// What expires by it is not shown any more at once, and removed when it has been so for a day of uptime:
  /// until then a longer retention brings it back.
  ///
  /// - Parameters:
  ///   - milliseconds: how long facts are to be retained, ≥ a day.
  ///   - now: the wall clock; where it is doubtful, the trusted time counts.
  /// - Returns: what it did.
  /// - Throws: ``StoreError`` where the file can't be written.
  @discardableResult
  public func setRetention(
    _ milliseconds: Int64,
    now: Timestamp
  ) async throws(StoreError) -> RetentionChange {
    let reading = reading(now)
    let (record, change) = try await write { db in
      let (record, change) = try self.change(to: milliseconds, reading, db)
      try record.write(db)
      try Self.changeVersion(db)
      return (record, change)
    }
    keeping.withLock { $0.retention = record }
    return change
  }

  private func change(
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
    let count = try factCount(in: Timeframe(from: lower, to: upper), db)
    return (
      record,
      RetentionChange(
        before: retention(of: former),
        after: retention(of: record),
        expiring: to ?? .distantPast > from ?? .distantPast ? count : 0,
        returning: to ?? .distantPast < from ?? .distantPast ? count : 0
      )
    )
  }

  /// How many facts there are between two instants on the hour.
  func factCount(in timeframe: Timeframe, _ db: Database) throws -> Int {
    guard !timeframe.isEmpty else { return 0 }
    var count = 0
    for header in try SegmentList.fetch(db)
    where !header.stretch.intersection(timeframe).isEmpty {
      if header.stretch.intersection(timeframe) == header.stretch {
        count += header.factCount
        continue
      }
      for hour in header.hours where timeframe.contains(header.stretch(ofHour: hour).from) {
        count += try SegmentFile(db: db).detail(ofHour: hour, of: header).events.count
      }
    }
    let rows = try Row.fetchCursor(
      db,
      sql: "SELECT facts FROM journal WHERE facts IS NOT NULL AND oldest_fact < ?",
      arguments: [timeframe.to.milliseconds]
    )
    while let row = try rows.next() {
      let facts = try JournalBlock.decode(bytes(of: row, at: 0))
      count += facts.count { timeframe.contains($0.time) }
    }
    return count
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
