import GRDB
import PlaybackFacts

import struct Foundation.Data

/// A batch as it becomes a row of the table `journal`.
struct JournalRow: Sendable {
  private let batch: UInt64
  private let receivedAt: Int64
  private let factCount: Int
  private let oldestFact: Int64?
  private let facts: [UInt8]?
  private let states: [UInt8]?
  private let pings: [UInt8]?

  /// Encodes a batch, of which the trusted clock says when it was received.
  init(_ batch: FactBatch, receivedAt: Timestamp, isDoubtful: Bool) {
    self.batch = batch.id
    self.receivedAt = receivedAt.milliseconds
    factCount = batch.facts.count
    oldestFact = batch.facts.lazy.map(\.time.milliseconds).min()
    facts = batch.facts.isEmpty ? nil : JournalBlock.encode(batch.facts)
    // A state that is retained too long harms nobody.
    let kept =
      isDoubtful
      ? batch.states.map { $0.received(at: max($0.lastPingAt, receivedAt)) } : batch.states
    states = batch.states.isEmpty ? nil : StateBlock.encode(kept)
    pings = batch.pings.isEmpty ? nil : PingBlock.encode(batch.pings, facts: batch.facts)
  }

  /// Inserts it as the next row; false where the batch is there already.
  func insert(after head: Head, in db: Database) throws -> Bool {
    let insert = try db.cachedStatement(
      sql: """
        INSERT OR IGNORE INTO journal
          (row, batch, received_at, newest_receipt, fact_count, oldest_fact, facts, states, pings)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    )
    try insert.execute(arguments: [
      head.version + 1, Int64(bitPattern: batch), receivedAt,
      max(receivedAt, head.newestReceipt ?? receivedAt), factCount, oldestFact,
      facts.map { Data($0) }, states.map { Data($0) }, pings.map { Data($0) },
    ])
    return db.changesCount > 0
  }

  /// Whether nothing came of its pings but that they are in the history.
  var isHistoryOnly: Bool { facts == nil && states == nil && pings != nil }

  /// Inserts its pings into their history, past the journal: no answer changes with them.
  func insertHistory(in db: Database) throws {
    guard let pings, try !PingHistoryTable.contains(batch: batch, in: db) else { return }
    try PingHistoryTable.append(pings, receivedAt: receivedAt, batch: batch, in: db)
  }
}

extension PlaybackState {
  /// The same state, retained for 48 hours from another time.
  fileprivate func received(at time: Timestamp) -> PlaybackState {
    PlaybackState(playback: playback, lastPingAt: time, bytes: bytes)
  }
}

/// The table `journal`, as other parts look at it and change it.
enum JournalTable {
  /// Whether a batch is in the journal, and whose states others have changed since a version; nil where
  /// some were brought to their table, where nobody can tell them from older ones.
  static func changes(
    since version: Int64,
    of head: Head,
    to batch: FactBatch,
    in db: Database
  ) throws -> (isKnown: Bool, changed: Set<PlaybackID>?) {
    var isKnown = false
    var changed: Set<PlaybackID> = []
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT batch, states FROM journal WHERE row > ?"),
      arguments: [version]
    )
    while let row = try rows.next() {
      if try row.integer(0, in: StoredLimits.bits) == Int64(bitPattern: batch.id) {
        isKnown = true
      } else {
        let states = try bytes(of: row, at: 1)
        guard !states.isEmpty else { continue }
        try StateBlock.forEachState(in: states) { playback, _, _ in changed.insert(playback) }
      }
    }
    return (isKnown, head.foldedRow > version ? nil : changed)
  }

  /// The batches after a version, ascending, with the time of their oldest fact.
  static func batches(
    after version: Int64,
    in db: Database
  ) throws -> [(version: Int64, oldestFact: Int64?)] {
    var batches: [(version: Int64, oldestFact: Int64?)] = []
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT row, oldest_fact FROM journal WHERE row > ? ORDER BY row"),
      arguments: [version]
    )
    while let row = try rows.next() {
      let oldest = try row.optionalInteger(1, in: StoredLimits.milliseconds)
      batches.append((try row.integer(0), oldest))
    }
    return batches
  }

  /// The start of the hour of the first batch's oldest fact; nil without one.
  static func firstHour(_ db: Database) throws -> Timestamp? {
    let oldest = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT oldest_fact FROM journal ORDER BY row LIMIT 1")
    )?.optionalInteger(0, in: StoredLimits.milliseconds)
    return oldest.map { Timestamp(milliseconds: $0).floored(to: Milliseconds.hour) }
  }

  /// How many batches have facts that are not sealed.
  static func waitingBatchCount(_ db: Database) throws -> Int {
    try Int.fetchOne(db, sql: "SELECT count(*) FROM journal WHERE facts IS NOT NULL") ?? 0
  }

  /// How many facts there are in a timeframe.
  static func factCount(in timeframe: Timeframe, _ db: Database) throws -> Int {
    guard !timeframe.isEmpty else { return 0 }
    var count = 0
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

  /// Brings back the newest receipts that a wrong clock has put into the future.
  static func limitReceipts(to latest: Timestamp, _ db: Database) throws {
    try Head.limitReceipt(to: latest.milliseconds, db)
    try db.execute(
      sql: "UPDATE journal SET newest_receipt = ?1 WHERE newest_receipt > ?1",
      arguments: [latest.milliseconds]
    )
  }

  /// Looks at the rows that came first.
  private static let isForgettable = """
    row IN (SELECT row FROM journal ORDER BY row LIMIT 5000)
    AND facts IS NULL AND states IS NULL AND received_at < ?
    """

  /// Whether there are rows of before an instant of which nothing is left but the id of the batch.
  static func hasForgettable(before time: Timestamp, _ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db,
      sql: "SELECT EXISTS (SELECT 1 FROM journal WHERE \(isForgettable))",
      arguments: [time.milliseconds]
    ) ?? false
  }

  /// Deletes some of the rows of before an instant of which nothing is left but the id of the batch.
  static func forget(before time: Timestamp, _ db: Database) throws {
    let head = try Head.fetch(db)
    try db.execute(
      sql: "DELETE FROM journal WHERE \(isForgettable)",
      arguments: [time.milliseconds]
    )
    // The last row may be among them, and said this.
    try head.keep(db)
  }
}
