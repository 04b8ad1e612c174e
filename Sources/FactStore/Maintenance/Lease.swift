import GRDB
import PlaybackFacts

/// The right to seal, compact and remove; one handle at a time has it, and not for long.
///
/// It expires by the uptime of the machine, which nobody can set. A lease of another start of the machine
/// has expired.
struct Lease {
  /// How long it lasts unless it is renewed, in milliseconds.
  static let duration = Milliseconds.minute

  let owner: Int64
  let now: Uptime

  /// Takes or renews the lease; false while another handle has it.
  func take(_ db: Database) throws -> Bool {
    try db.execute(
      sql: """
        INSERT INTO maintenance_lease (name, owner, expires_at, boot) VALUES ('maintenance', :owner, :until, :boot)
        ON CONFLICT (name) DO UPDATE SET
          owner = excluded.owner, expires_at = excluded.expires_at, boot = excluded.boot
        WHERE owner = :owner OR boot != :boot OR expires_at NOT BETWEEN :now + 1 AND :until
        """,
      arguments: [
        "owner": owner, "until": now.milliseconds + Self.duration, "now": now.milliseconds,
        "boot": now.boot,
      ]
    )
    return db.changesCount > 0
  }
}
