import GRDB
import PlaybackFacts

import struct Foundation.Data

/// The table `ping_history`: what became of the pings of the last 48 hours.
///
/// The pings of a batch wait in its row of the journal, where they cost a commit no page of its own; folding
/// brings those of many batches here in one row.
enum PingHistoryTable {
  /// Whether the file has it: one that was never opened for writing since has not.
  static func exists(_ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(
        sql: "SELECT EXISTS (SELECT 1 FROM main.sqlite_schema WHERE name = 'ping_history')"
      )
    ) ?? false
  }

  /// Appends blocks of pings, of which the newest arrived at an instant of the trusted clock.
  static func append(
    _ blocks: [UInt8],
    receivedAt: Int64,
    batch: UInt64? = nil,
    in db: Database
  ) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO ping_history (received_at, batch, total, pings) VALUES (
          ?, ?,
          coalesce((SELECT total FROM ping_history ORDER BY id DESC LIMIT 1), 0) + ?, ?
        )
        """
    ).execute(arguments: [
      receivedAt, batch.map(Int64.init(bitPattern:)), blocks.count, Data(blocks),
    ])
  }

  /// Whether one of the newest rows is a batch, which may be sent again when its commit has failed.
  static func contains(batch: UInt64, in db: Database) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT EXISTS (
            SELECT 1 FROM (SELECT batch FROM ping_history ORDER BY id DESC LIMIT 16)
            WHERE batch = ?
          )
          """
      ),
      arguments: [Int64(bitPattern: batch)]
    ) ?? false
  }

  /// The rows after one, some at a time; those that arrived before an instant without their pings.
  static func rows(
    after id: Int64,
    since time: Timestamp,
    limit: Int,
    in db: Database
  ) throws -> [(id: Int64, receivedAt: Timestamp, pings: [UInt8])] {
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT id, received_at, pings FROM ping_history WHERE id > ? ORDER BY id LIMIT ?
          """
      ),
      arguments: [id, limit]
    )
    var found: [(id: Int64, receivedAt: Timestamp, pings: [UInt8])] = []
    while let row = try rows.next() {
      let receivedAt = Timestamp(milliseconds: try row.integer(1))
      let pings = receivedAt < time ? [] : try bytes(of: row, at: 2)
      found.append((try row.integer(0), receivedAt, pings))
    }
    return found
  }

  /// The pings that wait in the journal and arrived at an instant or later, batch by batch.
  static func waiting(
    since time: Timestamp,
    in db: Database
  ) throws -> [(row: Int64, receivedAt: Timestamp, pings: [UInt8])] {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT row, received_at, pings FROM journal
        WHERE row > ? AND pings IS NOT NULL AND received_at >= ? ORDER BY row
        """,
      arguments: [try Head.fetch(db).foldedRow, time.milliseconds]
    )
    var found: [(row: Int64, receivedAt: Timestamp, pings: [UInt8])] = []
    while let row = try rows.next() {
      let receivedAt = Timestamp(milliseconds: try row.integer(1))
      found.append((try row.integer(0), receivedAt, try bytes(of: row, at: 2)))
    }
    return found
  }

  /// How many bytes of pings there are, those in the journal not counted, and when the oldest arrived.
  static func extent(_ db: Database) throws -> (bytes: Int, since: Timestamp?) {
    guard try exists(db) else { return (0, nil) }
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT
            (SELECT total FROM ping_history ORDER BY id DESC LIMIT 1) - total + length(pings),
            received_at
          FROM ping_history ORDER BY id LIMIT 1
          """
      )
    )
    guard let row else { return (0, nil) }
    return (Int(try row.integer(0)), Timestamp(milliseconds: try row.integer(1)))
  }

  /// Looks at the rows that came first: those before an instant, or beyond the newest so many bytes.
  private static let isOld = """
    id IN (SELECT id FROM ping_history ORDER BY id LIMIT 64) AND (
      received_at < ?1
      OR (SELECT total FROM ping_history ORDER BY id DESC LIMIT 1) - total + length(pings) > ?2
    )
    """

  /// Whether there are pings of before an instant, or beyond the newest so many bytes.
  static func hasOld(before time: Timestamp, beyond bytes: Int, _ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM ping_history WHERE \(isOld))"),
      arguments: [time.milliseconds, bytes]
    ) ?? false
  }

  /// Removes some of the pings of before an instant, or beyond the newest so many bytes, the oldest first.
  static func removeOld(before time: Timestamp, beyond bytes: Int, _ db: Database) throws {
    try db.execute(
      sql: "DELETE FROM ping_history WHERE \(isOld)",
      arguments: [time.milliseconds, bytes]
    )
  }
}
