import GRDB
import PlaybackFacts
import QueryCore
import Synchronization

extension FactStore {
  /// How long states are retained after the playback's last ping, and keys after the end of their day.
  private static let memory = 48 * Milliseconds.hour
  /// How long the id of a batch is known at least.
  private static let batchMemory = Milliseconds.hour
  /// How long counts of the ledger are retained.
  private static let ledgerMemory = 30 * Milliseconds.day

  /// Removes facts that have expired for a day, old states, keys, batch ids and counts, and gives some space
  /// back; removes nothing while the clock is doubtful.
  func removeExpired(now: Timestamp) async throws(StoreError) {
    let (clock, due) = keeping.withLock { ($0.clock, $0.retention.due) }
    if clock.doubt == nil {
      if let due { try await removeFacts(before: due, now: now) }
      // By a clock that was doubtful until lately, all is older than it is: it has to be trusted for as long.
      let trustedFor = now - clock.trustedSince
      if trustedFor >= Self.memory {
        try await dropStates(before: now - Self.memory, now: now)
        try await destroyKeys(now: now)
      }
      if trustedFor >= Self.batchMemory {
        try await forgetBatches(before: now - Self.batchMemory, now: now)
      }
      if trustedFor >= Self.memory { try await removeCounts(now: now) }
      try await forgetNewValues(now: now)
      try await removeDeadValues(now: now)
    }
    // Some are used again at once.
    _ = try await giveBackSpace(keeping: 64)
  }

  private func removeFacts(before edge: Timestamp, now: Timestamp) async throws(StoreError) {
    let headers = try await read { db in try SegmentList.fetch(db) }
    // Meanwhile somebody may have brought the facts back, or another handle may have the lease.
    let isDue: @Sendable (Database) throws -> Bool = { db in
      try RetentionRecord.fetch(db).due.map { edge <= $0 } ?? false
    }
    for header in headers.prefix(while: { Timestamp(day: $0.day) < edge }) {
      let expired = header.hours.filter { header.stretch(ofHour: $0).from < edge }
      guard !expired.isEmpty else { continue }
      let isRemoved: Bool
      if expired == header.hours {
        isRemoved =
          try await maintainedWrite(now: now) { db in
            guard try isDue(db) else { return false }
            try SegmentFile(db: db).delete(header.id)
            try DeadValues.note(in: db)
            try Self.changeSegments(db)
            return true
          } ?? false
      } else {
        isRemoved = try await rewrite([header], keepingFrom: edge, now: now, if: isDue)
      }
      guard isRemoved else { return }
    }
    let record = try await maintainedWrite(now: now) { db in
      var record = try RetentionRecord.fetch(db)
      record.remove(before: edge, at: self.uptime(at: now))
      try record.write(db)
      return record
    }
    if let record { keeping.withLock { $0.retention = record } }
  }

  /// Removes old counts of the ledger, and minutes of collectors of before the retention.
  private func removeCounts(now: Timestamp) async throws(StoreError) {
    let hour = (now - Self.ledgerMemory).hour
    let workHour = min(hour, retention.edge(at: now).hour)
    let isDue = try await read { db in
      let (counts, work) = (try LedgerTable.start(db), try CollectorMinutes.start(db))
      return counts.map { $0 < hour } ?? false || work.map { $0 < workHour } ?? false
    }
    guard isDue else { return }
    _ = try await maintainedWrite(now: now) { db in
      try LedgerTable.remove(before: hour, db)
      try CollectorMinutes.remove(before: workHour, db)
    }
  }

  /// Removes the hashes of values that were new some days ago: by now segments have them, or nothing has.
  private func forgetNewValues(now: Timestamp) async throws(StoreError) {
    guard try await read({ db in try NewValueLog.hasOld(on: now.day, db) }) else { return }
    _ = try await maintainedWrite(now: now) { db in try NewValueLog.removeOld(on: now.day, db) }
  }

  /// Says that answers change because segments came or went.
  static func changeSegments(_ db: Database) throws {
    try db.execute(sql: "UPDATE head SET segment_epoch = segment_epoch + 1")
    try changeVersion(db)
  }

  /// Says that answers may change.
  static func changeVersion(_ db: Database) throws {
    let version = try Head.fetch(db).version
    try db.execute(sql: "UPDATE head SET version = ?", arguments: [version + 1])
  }

  /// Whether a table has rows under a condition with one argument: what is not due takes no write.
  private func hasRows(
    in table: String,
    where condition: String,
    _ argument: Int64
  ) async throws(StoreError) -> Bool {
    try await read { db in
      try Bool.fetchOne(
        db,
        sql: "SELECT EXISTS (SELECT 1 FROM \(table) WHERE \(condition))",
        arguments: [argument]
      ) ?? false
    }
  }

  /// Looks at the states that were written longest ago, which are roughly the oldest.
  private func dropStates(before time: Timestamp, now: Timestamp) async throws(StoreError) {
    let condition = "id IN (SELECT id FROM state ORDER BY id LIMIT 2000) AND last_ping < ?"
    guard try await hasRows(in: "state", where: condition, time.milliseconds) else { return }
    _ = try await maintainedWrite(now: now) { db in
      try db.execute(
        sql: "DELETE FROM state WHERE \(condition)",
        arguments: [time.milliseconds]
      )
    }
  }

  /// Destroys the keys of days that ended too long ago; what the log holds of them goes with it.
  private func destroyKeys(now: Timestamp) async throws(StoreError) {
    let day = (now - Self.memory).day
    guard try await hasRows(in: "viewer_key", where: "day < ?", day) else { return }
    _ = try await maintainedWrite(now: now) { db in
      try db.execute(sql: "DELETE FROM viewer_key WHERE day < ?", arguments: [day])
    }
    logHoldsKeys.store(true, ordering: .relaxed)
  }

  /// Deletes the journal's rows of which nothing is left but the id of the batch.
  private func forgetBatches(before time: Timestamp, now: Timestamp) async throws(StoreError) {
    let condition = "facts IS NULL AND states IS NULL AND received_at < ?"
    guard try await hasRows(in: "journal", where: condition, time.milliseconds) else { return }
    _ = try await maintainedWrite(now: now) { db in
      let head = try Head.fetch(db)
      try db.execute(
        sql: """
          DELETE FROM journal WHERE row IN (
            SELECT row FROM journal WHERE \(condition) ORDER BY row LIMIT 5000
          )
          """,
        arguments: [time.milliseconds]
      )
      // The last row may be among them, and said this.
      try db.execute(
        sql: "UPDATE head SET version = ?, newest_receipt = ?",
        arguments: [head.version, head.newestReceipt]
      )
    }
  }

  /// Shortens the file by some of its free pages, but for a few; whether that brought anything.
  func giveBackSpace(keeping pages: Int) async throws(StoreError) -> Bool {
    let before = try await freePageCount()
    guard before > pages else { return false }
    try await writeOutsideTransaction { db in
      try db.execute(sql: "PRAGMA incremental_vacuum(256)")
    }
    return try await freePageCount() < before
  }

  private func freePageCount() async throws(StoreError) -> Int {
    try await read { db in try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0 }
  }
}
