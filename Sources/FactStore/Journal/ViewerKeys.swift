import GRDB
import PlaybackFacts

/// The keys under which viewers of a UTC day are hashed: the table `viewer_key`.
struct ViewerKeys: Sendable {
  private let connections: Connections
  private let makeKey: @Sendable () -> SipHash.Key

  init(_ connections: Connections, makeKey: @escaping @Sendable () -> SipHash.Key) {
    self.connections = connections
    self.makeKey = makeKey
  }

  /// The key of a day; made when it is asked for first.
  func key(of day: CivilDate) async throws(StoreError) -> SipHash.Key {
    if let key = try await storedKey(of: day) { return key }
    let key = makeKey()
    return try await connections.write { db in
      try db.execute(
        sql: "INSERT OR IGNORE INTO viewer_key (day, low, high) VALUES (?, ?, ?)",
        arguments: [
          day.daysSince1970, Int64(bitPattern: key.low), Int64(bitPattern: key.high),
        ]
      )
      // Another process may have been faster.
      return try Self.fetch(db, day: day) ?? key
    }
  }

  /// The key of a day, if it was made and not destroyed yet.
  func storedKey(of day: CivilDate) async throws(StoreError) -> SipHash.Key? {
    try await connections.readForPings { db in try Self.fetch(db, day: day) }
  }

  private static func fetch(_ db: Database, day: CivilDate) throws -> SipHash.Key? {
    let row = try Row.fetchOne(
      db,
      sql: "SELECT low, high FROM viewer_key WHERE day = ?",
      arguments: [day.daysSince1970]
    )
    return try row.map { row in
      let low: Int64 = try row.integer("low", in: StoredLimits.bits)
      let high: Int64 = try row.integer("high", in: StoredLimits.bits)
      return SipHash.Key(low: UInt64(bitPattern: low), high: UInt64(bitPattern: high))
    }
  }

  /// Whether there are keys of before a day since 1970.
  static func hasOld(before day: Int64, _ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db,
      sql: "SELECT EXISTS (SELECT 1 FROM viewer_key WHERE day < ?)",
      arguments: [day]
    ) ?? false
  }

  /// Destroys the keys of before a day since 1970; what the log holds of them is emptied later.
  static func destroyOld(before day: Int64, _ db: Database) throws {
    try db.execute(sql: "DELETE FROM viewer_key WHERE day < ?", arguments: [day])
  }

  /// Destroys all keys, in a copy that is not to have them.
  static func destroyAll(_ db: Database) throws {
    try db.execute(sql: "DELETE FROM viewer_key")
  }
}
