import GRDB
public import PlaybackFacts
import QueryCore
import Synchronization

extension FactStore {
  /// What is counted under a name in the ledger.
  public enum LedgerEntry: Hashable, Sendable {
    case acceptedPings
    /// Pings that count for nothing, by reason.
    case refusedPings(String)
    case acceptedEvents, duplicateEvents, lateEvents
    /// Events that count for nothing, by reason.
    case refusedEvents(String)
    case facts

    /// The name in the file.
    var name: String {
      switch self {
      case .acceptedPings: "ping"
      case .refusedPings(let reason): "ping-refused:\(reason)"
      case .acceptedEvents: "event"
      case .duplicateEvents: "event-duplicate"
      case .lateEvents: "event-late"
      case .refusedEvents(let reason): "event-refused:\(reason)"
      case .facts: "fact"
      }
    }
  }

  /// How long counts are kept, in hours.
  private static let ledgerHours: Int64 = 30 * 24

  /// Adds to what was counted, under the hour of an instant; forgets what is older than 30 days.
  ///
  /// Collectors call it now and then with what they counted since, beside their commits: what a crash
  /// loses is at most the counts since the last call, never a fact.
  public func count(_ counts: [LedgerEntry: Int], at now: Timestamp) async throws(StoreError) {
    let added = counts.filter { $0.value != 0 }
    guard !added.isEmpty else { return }
    let hour = now.hour
    try await write { db in
      try Self.createLedger(db)
      for (entry, count) in added {
        try db.cachedStatement(
          sql: """
            INSERT INTO ledger (hour, name, count) VALUES (?, ?, ?)
            ON CONFLICT (hour, name) DO UPDATE SET count = count + excluded.count
            """
        ).execute(arguments: [hour, entry.name, count])
      }
      // When somebody listened is told of as long as facts are kept.
      try db.execute(
        sql: """
          DELETE FROM ledger WHERE hour < ? AND (hour < ? OR name NOT IN (?, ?))
          """,
        arguments: [
          hour - Self.ledgerHours, self.options.retention.edge(at: now).hour, Self.workName,
          Self.importName,
        ]
      )
    }
  }

  /// The name under which each hour has the minutes in which a collector was at work, a bit for each.
  private static let workName = "at-work"

  /// Notes that a collector is at work, though nobody may watch anything; once a minute is enough.
  public func noteWork(at now: Timestamp) async throws(StoreError) {
    try await write { db in
      try Self.createLedger(db)
      try Self.note(1 << (now.minute % 60), ofHour: now.hour, as: Self.workName, in: db)
    }
  }

  /// The name under which each hour has the minutes that were imported.
  private static let importName = "imported"

  /// Notes that somebody listened from the oldest fact of an import to its newest, of ten years at most.
  static func noteImport(of span: ClosedRange<Timestamp>, in db: Database) throws {
    try createLedger(db)
    let (first, last) = (span.lowerBound.minute, span.upperBound.minute)
    for hour in max(first / 60, last / 60 - 3660 * 24)...last / 60 {
      let minutes = max(first, hour * 60)...min(last, hour * 60 + 59)
      let bits = minutes.reduce(into: Int64(0)) { $0 |= 1 << ($1 - hour * 60) }
      try note(bits, ofHour: hour, as: importName, in: db)
    }
  }

  private static func note(
    _ minutes: Int64,
    ofHour hour: Int64,
    as name: String,
    in db: Database
  ) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO ledger (hour, name, count) VALUES (?, ?, ?)
        ON CONFLICT (hour, name) DO UPDATE SET count = count | excluded.count
        """
    ).execute(arguments: [hour, name, minutes])
  }

  /// When collectors were at work, or what was imported happened; nil where it is unknown.
  ///
  /// The epoch is that of the segments, which changes with every import.
  func collectorWork(_ epoch: Int64, _ db: Database) throws -> CollectorWork? {
    // Of a table that another connection made, the schema that this one knows may not tell yet.
    let isMade = try Bool.fetchOne(
      db.cachedStatement(
        sql: "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'ledger')"
      )
    )
    guard isMade == true else { return nil }
    let last = try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT hour, count FROM ledger WHERE name = ? ORDER BY hour DESC LIMIT 1"
      ),
      arguments: [Self.workName]
    ).map { [$0[0] as Int64, $0[1] as Int64] }
    // What was before the last hour does not change any more, but by imports.
    return try work.withLock { work in
      if let work, work.last == last, work.epoch == epoch { return work.told }
      let rows = try Row.fetchAll(
        db.cachedStatement(
          sql: "SELECT hour, count FROM ledger WHERE name IN (?, ?) ORDER BY hour"
        ),
        arguments: [Self.workName, Self.importName]
      )
      let told = CollectorWork(
        rows.map { (hour: $0[0] as Int64, minutes: UInt64(bitPattern: $0[1] as Int64)) }
      )
      work = (last, epoch, told)
      return told
    }
  }

  /// What was counted in the last 30 days by all collectors of the store; nil where nothing was.
  func ledger() async throws -> SourceHealth.Ledger? {
    try await readForCaller { db, _ in
      guard try db.tableExists("ledger") else { return nil }
      var ledger = SourceHealth.Ledger()
      let counted = try Int64.fetchOne(
        db,
        sql: "SELECT min(hour) FROM ledger WHERE name NOT IN (?, ?)",
        arguments: [Self.workName, Self.importName]
      )
      let worked = try Int64.fetchOne(
        db,
        sql: "SELECT min(hour) FROM ledger WHERE name = ?",
        arguments: [Self.workName]
      )
      guard let since = counted ?? worked else { return nil }
      let minutes = try Int64.fetchOne(
        db,
        sql: "SELECT count FROM ledger WHERE hour = ? AND name = ?",
        arguments: [since, Self.workName]
      )
      ledger.since =
        Timestamp(hour: since) + Int64((minutes ?? 1).trailingZeroBitCount) * Milliseconds.minute
      let rows = try Row.fetchAll(
        db,
        // Minutes are bits, and no sum.
        sql: """
          SELECT name, sum(count) FROM ledger WHERE name NOT IN (?, ?) GROUP BY name ORDER BY name
          """,
        arguments: [Self.workName, Self.importName]
      )
      for row in rows {
        let (name, count): (String, Int) = (row[0], row[1])
        let parts = name.split(separator: ":", maxSplits: 1)
        let reason = parts.count > 1 ? String(parts[1]) : ""
        switch parts.first {
        case "ping": ledger.acceptedPings = count
        case "ping-refused": ledger.refusedPings.append(.init(name: reason, count: count))
        case "event": ledger.acceptedEvents = count
        case "event-duplicate": ledger.duplicateEvents = count
        case "event-late": ledger.lateEvents = count
        case "event-refused": ledger.refusedEvents.append(.init(name: reason, count: count))
        case "fact": ledger.facts = count
        default: break
        }
      }
      return ledger
    }
  }

  /// The table is made when it is written to first: stores of the time before have none.
  private static func createLedger(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE IF NOT EXISTS ledger (
          hour INTEGER NOT NULL,           -- hours since 1970
          name TEXT NOT NULL,
          count INTEGER NOT NULL,
          PRIMARY KEY (hour, name)
        ) WITHOUT ROWID
        """
    )
  }
}
