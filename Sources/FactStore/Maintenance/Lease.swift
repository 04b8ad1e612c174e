import GRDB
import PlaybackFacts

/// The right to seal, compact and drop; one handle at a time has it, and not for long.
struct Lease {
  /// How long it lasts unless it is renewed, in milliseconds.
  static let duration = Milliseconds.minute

  let owner: Int64
  let now: Timestamp

  /// Takes or renews the lease; false while another handle has it.
  func take(_ db: Database) throws -> Bool {
    try db.execute(
      sql: """
        INSERT INTO lease (name, owner, expires_at) VALUES ('maintenance', :owner, :until)
        ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at
        WHERE owner = :owner OR expires_at <= :now
        """,
      arguments: [
        "owner": owner, "until": (now + Self.duration).milliseconds, "now": now.milliseconds,
      ]
    )
    return db.changesCount > 0
  }
}
