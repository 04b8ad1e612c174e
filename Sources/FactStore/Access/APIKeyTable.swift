import AnalyticsSource
import Foundation
import GRDB
import PlaybackFacts
import TextAndBytes

/// The rows of `api_key`.
enum APIKeyTable {
  /// All keys in the order of their creation, each with its hash.
  static func all(_ db: Database) throws -> [(hash: SHA256Digest, key: APIKey)] {
    let rows = try Row.fetchAll(db.cachedStatement(sql: "SELECT * FROM api_key ORDER BY id"))
    return try rows.map { row in
      guard let hash = SHA256Digest(bytes: try bytes(of: row, at: "hash")) else {
        throw MalformedBytes("the hash of an API key has not 32 bytes")
      }
      return (hash, try key(row))
    }
  }

  /// Stores a new key; nil, and nothing is stored, where an active key has its name.
  static func add(
    _ hash: SHA256Digest,
    named name: String,
    expiresAt: Timestamp?,
    now: Timestamp,
    _ db: Database
  ) throws -> APIKey? {
    guard try active(named: name, at: now, db) == nil else { return nil }
    try db.execute(
      sql: "INSERT INTO api_key (hash, name, created_at, expires_at) VALUES (?, ?, ?, ?)",
      arguments: [Data(hash.bytes), name, now.milliseconds, expiresAt?.milliseconds]
    )
    return APIKey(id: db.lastInsertedRowID, name: name, createdAt: now, expiresAt: expiresAt)
  }

  /// The key that can be used and has a name.
  static func active(named name: String, at now: Timestamp, _ db: Database) throws -> APIKey? {
    try all(db).map(\.key).first { $0.name == name && $0.state(at: now) == .active }
  }

  /// Whether a key can be used.
  static func isActive(_ id: Int64, at now: Timestamp, _ db: Database) throws -> Bool {
    let row = try Row.fetchOne(db, sql: "SELECT * FROM api_key WHERE id = ?", arguments: [id])
    return try row.map { try key($0).state(at: now) == .active } ?? false
  }

  /// Revokes a key for ever.
  static func revoke(_ id: Int64, at now: Timestamp, _ db: Database) throws {
    try db.execute(
      sql: "UPDATE api_key SET revoked_at = ? WHERE id = ?",
      arguments: [now.milliseconds, id]
    )
  }

  /// Replaces all hashes by random ones and revokes the keys, in a copy that is not to have them.
  ///
  /// The keys stay: a store that has none is open.
  static func revokeAll(at now: Timestamp, _ db: Database) throws {
    try db.execute(
      sql: "UPDATE api_key SET hash = randomblob(32), revoked_at = ifnull(revoked_at, ?)",
      arguments: [now.milliseconds]
    )
  }

  /// Records when a key was used last, unless a later use is known.
  static func noteUse(of id: Int64, at time: Timestamp, _ db: Database) throws {
    try db.execute(
      sql: "UPDATE api_key SET last_used_at = max(ifnull(last_used_at, ?1), ?1) WHERE id = ?2",
      arguments: [time.milliseconds, id]
    )
  }

  private static func key(_ row: Row) throws -> APIKey {
    APIKey(
      id: try row.integer("id"),
      name: try row.text("name"),
      createdAt: try row.instant("created_at"),
      expiresAt: try row.optionalInstant("expires_at"),
      revokedAt: try row.optionalInstant("revoked_at"),
      lastUsedAt: try row.optionalInstant("last_used_at")
    )
  }
}
