import AnalyticsSource
import GRDB
import PlaybackFacts

extension LedgerKind {
  /// Reads the name that format 1 had for it, without the reason.
  init?(nameInFormat1 name: String) {
    switch name {
    case "ping": self = .acceptedPings
    case "ping-refused": self = .refusedPings
    case "event": self = .acceptedEvents
    case "event-duplicate": self = .duplicateEvents
    case "event-late": self = .lateEvents
    case "event-refused": self = .refusedEvents
    case "fact": self = .facts
    default: return nil
    }
  }
}

/// The table `ledger`.
enum LedgerTable {
  static func add(
    _ count: Int64,
    of kind: LedgerKind,
    reason: String,
    ofHour hour: Int64,
    _ db: Database
  ) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO ledger (hour, kind, reason, count) VALUES (?, ?, ?, ?)
        ON CONFLICT (hour, kind, reason) DO UPDATE SET count = count + excluded.count
        """
    ).execute(arguments: [hour, kind.rawValue, reason, count])
  }

  /// The first hour with counts, in hours since 1970.
  static func start(_ db: Database) throws -> Int64? {
    try Row.fetchOne(db, sql: "SELECT min(hour) AS hour FROM ledger")?
      .optionalInteger(0, in: StoredLimits.hours)
  }

  /// The sums over all hours, in the order of kind and reason; kinds that are unknown are left out.
  static func sums(_ db: Database) throws -> [(kind: LedgerKind, reason: String, count: Int)] {
    try Row.fetchAll(
      db,
      sql:
        "SELECT kind, reason, sum(count) AS count FROM ledger GROUP BY kind, reason ORDER BY kind, reason"
    ).compactMap { row in
      guard let kind = LedgerKind(rawValue: try row.integer(0)) else { return nil }
      return (kind, try row.text(1), Int(try row.integer(2)))
    }
  }

  /// Removes the hours before one, in hours since 1970.
  static func remove(before hour: Int64, _ db: Database) throws {
    try db.execute(sql: "DELETE FROM ledger WHERE hour < ?", arguments: [hour])
  }
}
