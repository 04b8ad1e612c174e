import GRDB
import PlaybackFacts

/// The table `collector_minutes`.
enum CollectorMinutes {
  /// Adds minutes, a bit each, to those of an hour since 1970.
  static func add(
    collected: Int64 = 0,
    imported: Int64 = 0,
    ofHour hour: Int64,
    _ db: Database
  ) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO collector_minutes (hour, collected, imported) VALUES (?, ?, ?)
        ON CONFLICT (hour) DO UPDATE SET
          collected = collected | excluded.collected, imported = imported | excluded.imported
        """
    ).execute(arguments: [hour, collected, imported])
  }

  /// Adds the minutes from the oldest fact of an import to its newest, of ten years at most.
  static func addImport(of span: ClosedRange<Timestamp>, _ db: Database) throws {
    let (first, last) = (span.lowerBound.minute, span.upperBound.minute)
    for hour in max(first / 60, last / 60 - 3660 * 24)...last / 60 {
      let minutes = max(first, hour * 60)...min(last, hour * 60 + 59)
      let bits = minutes.reduce(into: Int64(0)) { $0 |= 1 << ($1 - hour * 60) }
      try add(imported: bits, ofHour: hour, db)
    }
  }

  /// The minutes of all hours, ascending.
  static func all(_ db: Database) throws -> [(hour: Int64, minutes: UInt64)] {
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT hour, collected | imported FROM collector_minutes ORDER BY hour"
      )
    )
    return try rows.map { row in
      let minutes = try row.integer(1, in: StoredLimits.bits)
      return (try row.integer(0, in: StoredLimits.hours), UInt64(bitPattern: minutes))
    }
  }

  /// The last hour in which a collector ran, and its minutes.
  static func last(_ db: Database) throws -> [Int64]? {
    try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT hour, collected FROM collector_minutes WHERE collected != 0
          ORDER BY hour DESC LIMIT 1
          """
      )
    ).map { row in
      [
        try row.integer(0, in: StoredLimits.hours), try row.integer(1, in: StoredLimits.bits),
      ]
    }
  }

  /// The first hour in which a collector ran, in hours since 1970.
  static func start(_ db: Database) throws -> Int64? {
    try Row.fetchOne(
      db,
      sql: "SELECT min(hour) AS hour FROM collector_minutes WHERE collected != 0"
    )?.optionalInteger(0, in: StoredLimits.hours)
  }

  /// The minutes of an hour in which a collector ran.
  static func collected(ofHour hour: Int64, _ db: Database) throws -> Int64? {
    try Int64.fetchOne(
      db,
      sql: "SELECT collected FROM collector_minutes WHERE hour = ? AND collected != 0",
      arguments: [hour]
    )
  }

  /// Removes the hours before one, in hours since 1970.
  static func remove(before hour: Int64, _ db: Database) throws {
    try db.execute(sql: "DELETE FROM collector_minutes WHERE hour < ?", arguments: [hour])
  }
}
