import GRDB
import PlaybackFacts
import Synchronization

/// The right to seal, compact and remove; one handle at a time has it, and not for long.
///
/// It expires by the uptime of the machine, which nobody can set. A lease of another start of the machine
/// has expired. The lock is held for the flag alone.
final class Lease: Sendable {
  /// How long it lasts unless it is renewed, in milliseconds.
  static let duration = Milliseconds.minute

  private let connections: Connections
  private let options: StoreOptions
  /// Tells this handle from all others where a lease is held.
  private let owner = Int64.random(in: 1...Int64.max)
  private let isHeld = Mutex(false)

  init(_ connections: Connections, _ options: StoreOptions) {
    self.connections = connections
    self.options = options
  }

  /// Takes or renews the lease before long work; false while another handle has it.
  func take(now: Timestamp) async throws(StoreError) -> Bool {
    try await write(now: now) { _ in true } ?? false
  }

  /// One transaction of maintenance; nil, and nothing is written, while another handle does it.
  func write<Value: Sendable>(
    now: Timestamp,
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(StoreError) -> Value? {
    try await connections.write { db -> Value? in
      // The uptime of this moment: long work may lie behind it, or a pause of the whole process.
      let uptime = self.options.reading(at: now).uptime
      guard try Self.take(db, owner: self.owner, now: uptime) else { return nil }
      self.isHeld.withLock { $0 = true }
      let value = try body(db)
      try self.options.beforeCommit()
      return value
    }
  }

  /// Does work that takes the lease where it needs it, and gives it back, also after an error.
  func during(
    _ body: () async throws(StoreError) -> Void
  ) async throws(StoreError) {
    do {
      try await body()
    } catch {
      // The first error says more; a lease that can't be given back expires.
      try? await end()
      throw error
    }
    try await end()
  }

  /// Lets others work without waiting for the lease to expire.
  private func end() async throws(StoreError) {
    let wasHeld = isHeld.withLock { isHeld in
      defer { isHeld = false }
      return isHeld
    }
    guard wasHeld else { return }
    let owner = owner
    try await connections.write { db in
      try db.execute(sql: "DELETE FROM maintenance_lease WHERE owner = ?", arguments: [owner])
    }
  }

  /// Takes or renews the lease at an uptime; false while another handle has it.
  private static func take(_ db: Database, owner: Int64, now: Uptime) throws -> Bool {
    try db.execute(
      sql: """
        INSERT INTO maintenance_lease (name, owner, expires_at, boot) VALUES ('maintenance', :owner, :until, :boot)
        ON CONFLICT (name) DO UPDATE SET
          owner = excluded.owner, expires_at = excluded.expires_at, boot = excluded.boot
        WHERE owner = :owner OR boot != :boot OR expires_at NOT BETWEEN :now + 1 AND :until
        """,
      arguments: [
        "owner": owner, "until": now.milliseconds + duration, "now": now.milliseconds,
        "boot": now.boot,
      ]
    )
    return db.changesCount > 0
  }
}
