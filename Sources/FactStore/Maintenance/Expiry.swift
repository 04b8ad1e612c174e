import GRDB
import PlaybackFacts
import QueryCore

/// Removes what has expired.
struct Expiry: Sendable {
  let connections: Connections
  let lease: Lease
  let clock: RetentionClock
  let compaction: Compaction
  let deadValues: DeadValueRemoval
  let log: WriteAheadLog
  /// How many bytes the history of pings may take; nil for any number.
  let pingHistoryBytes: Int?

  /// How long states are retained after the playback's last ping, and keys after the end of their day.
  private static let memory = 48 * Milliseconds.hour
  /// How long the id of a batch is known at least.
  private static let batchMemory = Milliseconds.hour
  /// In how many transactions pings are removed at most, before something else has its turn.
  private static let stepsOfPings = 16
  /// How long counts of the ledger are retained.
  private static let ledgerMemory = 30 * Milliseconds.day

  /// Removes facts that have expired for a day, old states, keys, pings, tokens, batch ids and counts, and gives some
  /// space back; removes nothing while the clock is doubtful but pings beyond the size of their history.
  func removeExpired(now: Timestamp) async throws(StoreError) {
    let keeping = clock.keeping
    // What is beyond its size leaves by no clock.
    try await removePings(before: Timestamp(milliseconds: .min), now: now)
    if keeping.clock.doubt == nil {
      if let due = keeping.retention.due { try await removeFacts(before: due, now: now) }
      // By a clock that was doubtful until lately, all is older than it is: it has to be trusted for as long.
      let trustedFor = now - keeping.clock.trustedSince
      if trustedFor >= Self.memory {
        try await dropStates(before: now - Self.memory, now: now)
        try await destroyKeys(now: now)
        try await removePings(before: now - StoredPings.memory, now: now)
      }
      if trustedFor >= Self.batchMemory {
        try await forgetBatches(before: now - Self.batchMemory, now: now)
      }
      if trustedFor >= Self.memory { try await removeCounts(now: now) }
      try await removeExpiredTokens(now: now)
      try await forgetNewValues(now: now)
      try await deadValues.removeDeadValues(now: now)
    }
    // Some are used again at once.
    _ = try await giveBackSpace(keeping: 64)
  }

  private func removeFacts(before edge: Timestamp, now: Timestamp) async throws(StoreError) {
    let headers = try await connections.read { db in try SegmentList.fetch(db) }
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
          try await lease.write(now: now) { db in
            guard try isDue(db) else { return false }
            try SegmentFile(db: db).delete(header.id)
            try Head.noteRemovedSegments(db)
            try Head.regroupSegments(db)
            return true
          } ?? false
      } else {
        isRemoved = try await compaction.rewrite([header], keepingFrom: edge, now: now, if: isDue)
      }
      guard isRemoved else { return }
    }
    let record = try await lease.write(now: now) { db in
      var record = try RetentionRecord.fetch(db)
      record.remove(before: edge, at: self.clock.uptime(at: now))
      try record.write(db)
      return record
    }
    if let record { clock.note(record) }
  }

  /// Removes old counts of the ledger, and minutes of collectors of before the retention.
  private func removeCounts(now: Timestamp) async throws(StoreError) {
    let hour = (now - Self.ledgerMemory).hour
    let workHour = min(hour, clock.retention.edge(at: now).hour)
    let isDue = try await connections.read { db in
      let (counts, work) = (try LedgerTable.start(db), try CollectorMinutes.start(db))
      return counts.map { $0 < hour } ?? false || work.map { $0 < workHour } ?? false
    }
    guard isDue else { return }
    _ = try await lease.write(now: now) { db in
      try LedgerTable.remove(before: hour, db)
      try CollectorMinutes.remove(before: workHour, db)
    }
  }

  /// Removes the hashes of values that were new some days ago: by now segments have them, or nothing has.
  private func forgetNewValues(now: Timestamp) async throws(StoreError) {
    guard try await connections.read({ db in try NewValueLog.hasOld(on: now.day, db) }) else {
      return
    }
    _ = try await lease.write(now: now) { db in try NewValueLog.removeOld(on: now.day, db) }
  }

  private func removeExpiredTokens(now: Timestamp) async throws(StoreError) {
    guard try await connections.read({ db in try AccessTokenTable.hasExpired(at: now, db) }) else {
      return
    }
    _ = try await lease.write(now: now) { db in
      try AccessTokenTable.removeExpired(at: now, db)
    }
  }

  private func dropStates(before time: Timestamp, now: Timestamp) async throws(StoreError) {
    guard try await connections.read({ db in try StateTable.hasOld(before: time, db) }) else {
      return
    }
    _ = try await lease.write(now: now) { db in try StateTable.removeOld(before: time, db) }
  }

  /// Removes pings from their history that are too old or too many, some in each transaction.
  private func removePings(before time: Timestamp, now: Timestamp) async throws(StoreError) {
    let limit = pingHistoryBytes ?? .max
    for _ in 0..<Self.stepsOfPings {
      let isDue = try await connections.read { db in
        try PingHistoryTable.hasOld(before: time, beyond: limit, db)
      }
      guard isDue else { return }
      let isRemoved: Bool? = try await lease.write(now: now) { db in
        try PingHistoryTable.removeOld(before: time, beyond: limit, db)
        return true
      }
      guard isRemoved != nil else { return }
    }
  }

  /// Destroys the keys of days that ended too long ago; what the log holds of them goes with it.
  private func destroyKeys(now: Timestamp) async throws(StoreError) {
    let day = (now - Self.memory).day
    guard try await connections.read({ db in try ViewerKeys.hasOld(before: day, db) }) else {
      return
    }
    _ = try await lease.write(now: now) { db in try ViewerKeys.destroyOld(before: day, db) }
    log.noteDestroyedKeys()
  }

  /// Forgets batches of which nothing is left but their id.
  private func forgetBatches(before time: Timestamp, now: Timestamp) async throws(StoreError) {
    let isDue = try await connections.read { db in
      try JournalTable.hasForgettable(before: time, db)
    }
    guard isDue else { return }
    _ = try await lease.write(now: now) { db in try JournalTable.forget(before: time, db) }
  }

  /// Shortens the file by some of its free pages, but for a few; whether that brought anything.
  func giveBackSpace(keeping pages: Int) async throws(StoreError) -> Bool {
    let before = try await freePageCount()
    guard before > pages else { return false }
    try await connections.writeOutsideTransaction { db in
      try db.execute(sql: "PRAGMA incremental_vacuum(256)")
    }
    return try await freePageCount() < before
  }

  private func freePageCount() async throws(StoreError) -> Int {
    try await connections.read { db in try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0 }
  }
}
