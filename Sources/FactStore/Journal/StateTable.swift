import GRDB
import PlaybackFacts

import struct Foundation.Data

/// The table `state`.
enum StateTable {
  static func count(_ db: Database) throws -> Int {
    try Int.fetchOne(db, sql: "SELECT count(*) FROM state") ?? 0
  }

  /// Writes states over those that the playbacks had.
  static func keep(_ states: some Sequence<PlaybackState>, in db: Database) throws {
    let statement = try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO state (playback, last_ping, bytes) VALUES (?, ?, ?)"
    )
    for state in states {
      try statement.execute(arguments: [
        Int64(bitPattern: state.playback.rawValue), state.lastPingAt.milliseconds,
        Data(state.bytes),
      ])
    }
  }

  /// Looks at the states that were written longest ago, which are roughly the oldest.
  private static let isOld = "id IN (SELECT id FROM state ORDER BY id LIMIT 2000) AND last_ping < ?"

  /// Whether there are states whose last ping was before an instant.
  static func hasOld(before time: Timestamp, _ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db,
      sql: "SELECT EXISTS (SELECT 1 FROM state WHERE \(isOld))",
      arguments: [time.milliseconds]
    ) ?? false
  }

  /// Removes some of the states whose last ping was before an instant.
  static func removeOld(before time: Timestamp, _ db: Database) throws {
    try db.execute(sql: "DELETE FROM state WHERE \(isOld)", arguments: [time.milliseconds])
  }
}

/// States in the journal, the newest of each playback, up to a row; and the history of their pings.
struct WaitingStates: Equatable, Sendable {
  private(set) var states: [PlaybackID: PlaybackState] = [:]
  private var pings: [UInt8] = []
  private var receivedAt = Int64.min
  private let last: Int64
  /// Up to where they were folded before.
  let foldedRow: Int64

  /// So many are folded in one transaction, for which commits wait.
  private static let countPerStep = 500
  /// About so many bytes of pings go into one row of their history.
  private static let pingBytesPerStep = 1 << 16

  /// The next states to be folded, some hundred; nil if there are none.
  init?(_ db: Database) throws {
    foldedRow = try Head.fetch(db).foldedRow
    var last: Int64?
    let pings = try PingHistoryTable.exists(db) ? "pings" : "NULL"
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT row, states, received_at, \(pings) FROM journal
        WHERE row > ? AND states IS NOT NULL ORDER BY row
        """,
      arguments: [foldedRow]
    )
    while states.count < Self.countPerStep, self.pings.count < Self.pingBytesPerStep,
      let row = try rows.next()
    {
      for state in try StateBlock.decode(bytes(of: row, at: 1)) { states[state.playback] = state }
      last = try row.integer(0)
      self.pings += try bytes(of: row, at: 3)
      receivedAt = max(receivedAt, try row.integer(2))
    }
    guard let last else { return nil }
    self.last = last
  }

  /// Removes them from the journal, as their table has them now.
  func leaveJournal(_ db: Database) throws {
    try db.execute(
      sql: """
        UPDATE journal SET states = NULL, pings = NULL
        WHERE row > ? AND row <= ? AND states IS NOT NULL
        """,
      arguments: [foldedRow, last]
    )
    if !pings.isEmpty { try PingHistoryTable.append(pings, receivedAt: receivedAt, in: db) }
    try Head.setFoldedRow(last, db)
  }
}
