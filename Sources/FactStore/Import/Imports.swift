import GRDB
import PlaybackFacts

import struct Foundation.Data

/// Imports under way, and those that ended processes left behind.
struct Imports: Sendable {
  let connections: Connections
  let options: StoreOptions
  let clock: RetentionClock
  let states: PlaybackStates
  let keys: ViewerKeys
  let newValues: NewValues
  let codes: ValueCodes

  /// Begins an import, of which nothing is visible before it is finished.
  func begin() async throws(StoreError) -> FactImport {
    let beganAt = options.now()
    let owner = options.process.text
    let uptime = clock.uptime(at: beganAt)
    let id = try await connections.write { db in
      try ImportTables.begin(owner: owner, at: uptime, in: db)
    }
    return FactImport(self, id: id, beganAt: beganAt)
  }

  /// Whether a file with this SHA-256 was imported, and remembered.
  func hasImported(sha256 digest: [UInt8]) async throws(StoreError) -> Bool {
    try await connections.read { db in
      try Bool.fetchOne(
        db,
        sql: "SELECT EXISTS (SELECT 1 FROM imported_file WHERE sha256 = ?)",
        arguments: [Data(digest)]
      ) ?? false
    }
  }

  /// A transaction of an import, which is a sign of life too.
  @discardableResult
  func write<Value: Sendable>(
    _ id: Int64,
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(StoreError) -> Value {
    let uptime = clock.uptime(at: options.now())
    return try await connections.write { db in
      guard try ImportTables.keepAlive(id, at: uptime, in: db) else {
        throw StoreError.importEnded
      }
      let value = try body(db)
      try self.options.beforeCommit()
      return value
    }
  }

  /// Removes what imports of ended processes left behind.
  func removeAbandoned() throws {
    let oldest = clock.uptime(at: options.now()).milliseconds - Milliseconds.day
    let imports = try connections.pool.read { db in
      try Row.fetchAll(db, sql: "SELECT id, owner, alive_at FROM import")
    }
    for row in imports {
      let owner = ProcessIdentity(text: try row.text("owner"))
      // Where the owner can't be seen, in another container, silence tells.
      let isSilent = try row.integer("alive_at", in: StoredLimits.milliseconds) < oldest
      guard owner?.hasEnded(seenBy: options.process) ?? isSilent else { continue }
      let id = try row.integer("id")
      while try connections.pool.write({ db in try ImportTables.removeSome(of: id, in: db) }) {}
    }
  }
}
