import Foundation
import GRDB
import PlaybackFacts
import TextAndBytes

/// The rows of `access_token`.
enum AccessTokenTable {
  /// What a token is for, as it is stored.
  enum Kind: Int {
    case access = 1
    case refresh = 2
  }

  /// A token that was issued.
  struct Token {
    let hash: SHA256Digest
    let key: Int64
    let expiresAt: Timestamp
  }

  /// How many tokens of a key are stored at most; the oldest go first.
  static let mostPerKey = 10_000

  /// The access tokens after an id that are valid at an instant, and the newest id of an access token.
  static func accessTokens(
    after id: Int64,
    at now: Timestamp,
    _ db: Database
  ) throws -> (tokens: [Token], newest: Int64) {
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT id, hash, key, expires_at FROM access_token WHERE id > ? AND kind = ? ORDER BY id
          """
      ),
      arguments: [id, Kind.access.rawValue]
    )
    let tokens = try rows.map(token).filter { now < $0.expiresAt }
    return (tokens, try rows.last?.integer("id") ?? id)
  }

  /// The key for which a refresh token was issued that is valid at an instant.
  static func key(
    ofRefreshToken hash: SHA256Digest,
    at now: Timestamp,
    _ db: Database
  ) throws -> Int64? {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT id, hash, key, expires_at FROM access_token WHERE hash = ? AND kind = ?"
      ),
      arguments: [Data(hash.bytes), Kind.refresh.rawValue]
    )
    guard let token = try row.map(token), token.hash == hash, now < token.expiresAt else {
      return nil
    }
    return token.key
  }

  static func add(
    _ hash: SHA256Digest,
    _ kind: Kind,
    ofKey key: Int64,
    expiresAt: Timestamp,
    _ db: Database
  ) throws {
    try db.execute(
      sql: "INSERT INTO access_token (hash, key, kind, expires_at) VALUES (?, ?, ?, ?)",
      arguments: [Data(hash.bytes), key, kind.rawValue, expiresAt.milliseconds]
    )
  }

  static func remove(_ hash: SHA256Digest, _ db: Database) throws {
    try db.execute(sql: "DELETE FROM access_token WHERE hash = ?", arguments: [Data(hash.bytes)])
  }

  static func removeAll(ofKey key: Int64, _ db: Database) throws {
    try db.execute(sql: "DELETE FROM access_token WHERE key = ?", arguments: [key])
  }

  static func removeAll(_ db: Database) throws {
    try db.execute(sql: "DELETE FROM access_token")
  }

  /// Removes the oldest tokens of a key where there are too many.
  static func limit(ofKey key: Int64, to count: Int, _ db: Database) throws {
    try db.execute(
      sql: """
        DELETE FROM access_token WHERE key = ?1 AND id <= (
          SELECT id FROM access_token WHERE key = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2
        )
        """,
      arguments: [key, count]
    )
  }

  static func hasExpired(at now: Timestamp, _ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db,
      sql: "SELECT EXISTS (SELECT 1 FROM access_token WHERE expires_at <= ?)",
      arguments: [now.milliseconds]
    ) ?? false
  }

  static func removeExpired(at now: Timestamp, _ db: Database) throws {
    try db.execute(
      sql: "DELETE FROM access_token WHERE expires_at <= ?",
      arguments: [now.milliseconds]
    )
  }

  private static func token(_ row: Row) throws -> Token {
    guard let hash = SHA256Digest(bytes: try bytes(of: row, at: "hash")) else {
      throw MalformedBytes("the hash of a token has not 32 bytes")
    }
    return Token(
      hash: hash,
      key: try row.integer("key"),
      expiresAt: try row.instant("expires_at")
    )
  }
}
