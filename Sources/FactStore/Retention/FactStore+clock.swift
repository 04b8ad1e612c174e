import GRDB
import PlaybackFacts
public import QueryCore
import Synchronization

/// What expires when, and whether the clock can be trusted to say so.
struct Keeping: Sendable {
  var retention: RetentionRecord
  var clock: ClockTrust
  /// Whether nothing was ever received or imported: any clock will do.
  var isUnused: Bool

  init(_ db: Database) throws {
    retention = try RetentionRecord.fetch(db)
    clock = try ClockTrust.fetch(db)
    let isUsed = try Bool.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT EXISTS (SELECT 1 FROM head WHERE newest_receipt IS NOT NULL)
            OR EXISTS (SELECT 1 FROM journal)
          """
      )
    )
    isUnused = isUsed == false
  }

  /// Reads them from a store that is being opened, and extends its retention if that is wanted.
  static func open(_ pool: DatabasePool, _ options: StoreOptions) throws -> Keeping {
    let keeping = try pool.read(Keeping.init)
    let (record, wanted) = (keeping.retention, options.retention.milliseconds)
    guard !options.isReadOnly else { return keeping }
    guard record.environment == options.retention.environment else {
      throw StoreError.otherEnvironment(path: pool.path, environment: record.environment.rawValue)
    }
    guard options.extendsRetention, !record.isSet, wanted > record.milliseconds else {
      return keeping
    }
    let reading = options.reading
    return try pool.write { db in
      var keeping = try Keeping(db)
      keeping.retention = keeping.retention(
        for: max(wanted, keeping.retention.milliseconds),
        at: reading
      )
      try keeping.retention.write(db)
      try FactStore.changeVersion(db)
      return keeping
    }
  }
}

extension FactStore {
  /// How long the store retains facts, with the edge that it has recorded.
  public var retention: Retention {
    retention(of: keeping.withLock { $0.retention })
  }

  func retention(of record: RetentionRecord) -> Retention {
    Retention(
      record.environment,
      milliseconds: record.milliseconds,
      recordedEdge: record.edge
    )
  }

  /// The doubt about the wall clock, as the last look at it found; nil while it is trusted.
  public var clockDoubt: SourceHealth.ClockDoubt? {
    keeping.withLock { $0.clock.publicDoubt }
  }

  /// The doubt about the wall clock that a reading gives, whether or not maintenance has found it; nil
  /// without one.
  func doubt(of keeping: Keeping, at reading: ClockReading) -> SourceHealth.ClockDoubt? {
    guard options.uptime != nil, !keeping.isUnused else { return nil }
    var clock = keeping.clock
    clock.take(reading)
    return clock.publicDoubt
  }

  /// How long the machine has been running; where the wall clock is trusted, that.
  func uptime(at now: Timestamp) -> Uptime {
    options.reading(at: now).uptime
  }

  func reading(_ now: Timestamp) -> ClockReading { options.reading(at: now) }

  /// What time it is by the trusted clock.
  func trustedTime(_ now: Timestamp) -> Timestamp {
    let reading = reading(now)
    return keeping.withLock { $0.clock.trusted(reading) }
  }

  /// Looks at the clock outside of maintenance: after an import, the file knows until when it was right.
  func anchorClock() async throws(StoreError) {
    let now = options.now()
    try await underLease { () async throws(StoreError) in try await readClock(now: now) }
  }

  /// Looks at the clock, and moves the edge of the retention where it is trusted.
  ///
  /// What it finds is written once a minute, and when something changes.
  func readClock(now: Timestamp) async throws(StoreError) {
    let reading = reading(now)
    let before = try await read { db in try Keeping(db) }
    var after = before
    take(reading, into: &after)
    if after.needsWriting(since: before) {
      let written = try await maintainedWrite(now: now) { db in
        var keeping = try Keeping(db)
        let edge = keeping.retention.edge
        self.take(reading, into: &keeping)
        try keeping.clock.write(db)
        try keeping.retention.write(db)
        if keeping.retention.edge != edge { try Self.changeVersion(db) }
        if before.clock.doubt != nil, keeping.clock.doubt == nil {
          try Self.limitReceipts(to: reading.wall + ClockTrust.tolerance, db)
        }
        return keeping
      }
      after = written ?? after
    }
    keeping.withLock { [after] in $0 = after }
  }

  private func take(_ reading: ClockReading, into keeping: inout Keeping) {
    if options.uptime == nil || keeping.isUnused {
      keeping.clock.trust(reading)
    } else {
      keeping.clock.take(reading)
    }
    let computed = retention(of: keeping.retention).computedEdge(at: reading.wall)
    guard keeping.clock.doubt == nil else {
      // Whatever the clock is worth, to show more harms nobody.
      if let edge = keeping.retention.edge, computed < edge {
        keeping.retention.move(edge: computed, at: reading.uptime)
      }
      return
    }
    keeping.retention.move(edge: computed, at: reading.uptime)
  }

  /// The time of a receipt by the trusted clock, and whether the wall clock is doubtful.
  func trustedReceipt(_ receivedAt: Timestamp) -> (time: Timestamp, isDoubtful: Bool) {
    guard options.uptime != nil else { return (receivedAt, false) }
    let reading = reading(receivedAt)
    return keeping.withLock { keeping in
      keeping.clock.take(reading)
      return (keeping.clock.trusted(reading), keeping.clock.doubt != nil)
    }
  }

  /// Brings back the newest receipt that a wrong clock has put into the future.
  private static func limitReceipts(to latest: Timestamp, _ db: Database) throws {
    for table in ["head", "journal"] {
      try db.execute(
        sql: "UPDATE \(table) SET newest_receipt = ?1 WHERE newest_receipt > ?1",
        arguments: [latest.milliseconds]
      )
    }
  }

  /// Notes facts that were received while the clock was doubtful: their times are those of that clock.
  static func noteDoubtfulReceipt(at time: Timestamp, facts: Int, _ db: Database) throws {
    guard facts > 0 else { return }
    try db.execute(
      sql: """
        UPDATE OR REPLACE doubtful_receipts SET
          first = min(first, :time), last = max(last, :time), facts = facts + :facts
        WHERE first = (
          SELECT first FROM doubtful_receipts
          WHERE :time BETWEEN first - :gap AND last + :gap ORDER BY first DESC LIMIT 1
        )
        """,
      arguments: ["time": time.milliseconds, "facts": facts, "gap": Milliseconds.hour]
    )
    guard db.changesCount == 0 else { return }
    try db.execute(
      sql: "INSERT INTO doubtful_receipts (first, last, facts) VALUES (?, ?, ?)",
      arguments: [time.milliseconds, time.milliseconds, facts]
    )
    // As many as anybody reads.
    try db.execute(
      sql: """
        DELETE FROM doubtful_receipts WHERE first NOT IN (
          SELECT first FROM doubtful_receipts ORDER BY last DESC LIMIT 100
        )
        """
    )
  }
}

extension Keeping {
  /// Whether the file has to learn of it: a minute passed, or something changed that others go by.
  fileprivate func needsWriting(since before: Keeping) -> Bool {
    if clock.doubt == nil, before.clock.doubt == nil {
      return clock.anchor != before.clock.anchor || retention.edge != before.retention.edge
        || (retention.pending == nil) != (before.retention.pending == nil)
        || retention.pending?.edge != before.retention.pending?.edge
        || retention.due != before.retention.due
        || abs(clock.newest - before.clock.newest) >= Milliseconds.minute
    }
    guard let doubt = clock.doubt, let former = before.clock.doubt else { return true }
    let uptime = doubt.last.uptime.milliseconds(since: former.last.uptime)
    return uptime.map { $0 >= Milliseconds.minute } ?? true || doubt.steadyFor < former.steadyFor
  }
}

extension ClockTrust {
  fileprivate var publicDoubt: SourceHealth.ClockDoubt? {
    doubt.map { .init(offset: offset(of: $0.last), steadyFor: $0.steadyFor) }
  }
}
