import GRDB
import PlaybackFacts

import struct Foundation.Data

/// What the file holds of imports.
enum ImportTables {
  /// Begins an import, or whatever else stays invisible until it is complete; its number.
  static func begin(owner: String, at uptime: Uptime, in db: Database) throws -> Int64 {
    try db.execute(
      sql: "INSERT INTO import (owner, alive_at) VALUES (?, ?)",
      arguments: [owner, uptime.milliseconds]
    )
    return db.lastInsertedRowID
  }

  /// Gives a sign of life; false where the import was removed meanwhile.
  static func keepAlive(_ number: Int64, at uptime: Uptime, in db: Database) throws -> Bool {
    try db.execute(
      sql: "UPDATE import SET alive_at = ? WHERE id = ?",
      arguments: [uptime.milliseconds, number]
    )
    return db.changesCount > 0
  }

  /// The imports of an owner.
  static func numbers(ofOwner owner: String, in db: Database) throws -> [Int64] {
    try Int64.fetchAll(db, sql: "SELECT id FROM import WHERE owner = ?", arguments: [owner])
  }

  /// Writes states that become visible with the import.
  static func keep(
    _ states: some Sequence<PlaybackState>,
    of number: Int64,
    in db: Database
  ) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO import_state (import, playback, last_ping, bytes)
        VALUES (?, ?, ?, ?)
        """
    )
    for state in states {
      try statement.execute(arguments: [
        number, Int64(bitPattern: state.playback.rawValue), state.lastPingAt.milliseconds,
        Data(state.bytes),
      ])
    }
  }

  static func states(
    of number: Int64,
    _ playbacks: [PlaybackID],
    in db: Database
  ) throws -> [PlaybackID: [UInt8]] {
    var found: [PlaybackID: [UInt8]] = [:]
    let statement = try db.cachedStatement(
      sql: "SELECT bytes FROM import_state WHERE import = ? AND playback = ?"
    )
    for playback in playbacks {
      let row = try Row.fetchOne(
        statement,
        arguments: [number, Int64(bitPattern: playback.rawValue)]
      )
      found[playback] = try row.map { try bytes(of: $0, at: 0) }
    }
    return found
  }

  /// Makes the states of an import those of the store.
  static func moveStates(of number: Int64, in db: Database) throws {
    try db.execute(
      sql: """
        INSERT OR REPLACE INTO state (playback, last_ping, bytes)
        SELECT playback, last_ping, bytes FROM import_state WHERE import = ? ORDER BY playback
        """,
      arguments: [number]
    )
    try db.execute(sql: "DELETE FROM import_state WHERE import = ?", arguments: [number])
  }

  /// Ends an import, whose segments and states are those of the store now.
  static func end(_ number: Int64, in db: Database) throws {
    try db.execute(sql: "DELETE FROM import WHERE id = ?", arguments: [number])
  }

  static func remember(_ digest: [UInt8], at time: Timestamp, in db: Database) throws {
    try db.execute(
      sql: "INSERT OR REPLACE INTO imported_file (sha256, imported_at) VALUES (?, ?)",
      arguments: [Data(digest), time.milliseconds]
    )
  }

  /// Removes some of what an import wrote, so that the transaction is short.
  ///
  /// - Parameters:
  ///   - number: the import.
  ///   - hasOwnValues: whether values may have come with it that no other segment has.
  ///   - db: the transaction.
  /// - Returns: whether there is more.
  /// - Throws: what SQLite says.
  static func removeSome(
    of number: Int64,
    hasOwnValues: Bool = true,
    in db: Database
  ) throws -> Bool {
    let file = SegmentFile(db: db)
    let segments = try file.some(ofImport: number)
    for segment in segments { try file.delete(segment) }
    if !segments.isEmpty, hasOwnValues { try Head.noteRemovedSegments(db) }
    guard segments.isEmpty else { return true }
    try db.execute(sql: "DELETE FROM import_state WHERE import = ?", arguments: [number])
    try end(number, in: db)
    return false
  }
}
