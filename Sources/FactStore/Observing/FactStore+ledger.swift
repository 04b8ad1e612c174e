import GRDB
public import PlaybackFacts
import QueryCore
import Synchronization

extension FactStore {
  /// What collectors count in the ledger.
  public enum LedgerEntry: Hashable, Sendable {
    case acceptedPings
    /// Refused pings, by reason.
    case refusedPings(String)
    case acceptedEvents, duplicateEvents, lateEvents
    /// Refused events, by reason.
    case refusedEvents(String)
    /// Playbacks whose media id or referrer is stored as `(other)`, by dimension.
    case otherPlaybacks(Dimension)
    case facts

    var kind: LedgerKind {
      switch self {
      case .acceptedPings: .acceptedPings
      case .refusedPings: .refusedPings
      case .acceptedEvents: .acceptedEvents
      case .duplicateEvents: .duplicateEvents
      case .lateEvents: .lateEvents
      case .refusedEvents: .refusedEvents
      case .otherPlaybacks: .otherPlaybacks
      case .facts: .facts
      }
    }

    var reason: String {
      switch self {
      case .refusedPings(let reason), .refusedEvents(let reason): reason
      case .otherPlaybacks(let dimension): dimension.breakdownName
      case .acceptedPings, .acceptedEvents, .duplicateEvents, .lateEvents, .facts: ""
      }
    }
  }

  /// Adds counts to the ledger, under the hour of an instant.
  ///
  /// Collectors call it now and then with what they counted since, beside their commits: a crash loses at
  /// most the counts since the last call, never a fact.
  public func count(_ counts: [LedgerEntry: Int], at now: Timestamp) async throws(StoreError) {
    let added = counts.filter { $0.value != 0 }
    guard !added.isEmpty else { return }
    let now = trustedReceipt(now).time
    try await write { db in
      for (entry, count) in added {
        try LedgerTable.add(
          Int64(count),
          of: entry.kind,
          reason: entry.reason,
          ofHour: now.hour,
          db
        )
      }
    }
  }

  /// Records that a collector is running, with or without pings; once a minute is enough.
  public func noteWork(at now: Timestamp) async throws(StoreError) {
    let now = trustedReceipt(now).time
    try await write { db in
      try CollectorMinutes.add(collected: 1 << (now.minute % 60), ofHour: now.hour, db)
    }
  }

  /// When collectors ran, or what was imported happened; nil where it is unknown.
  ///
  /// The epoch is that of the segments, which changes with every import.
  func collectorWork(_ epoch: Int64, _ db: Database) throws -> CollectorWork? {
    let last = try CollectorMinutes.last(db)
    // What was before the last hour does not change any more, but by imports.
    return try work.withLock { work in
      if let work, work.last == last, work.epoch == epoch { return work.known }
      let known = CollectorWork(try CollectorMinutes.all(db))
      work = (last, epoch, known)
      return known
    }
  }

  /// The counts of the last 30 days by all collectors of the store; nil without any.
  func ledger() async throws -> SourceHealth.Ledger? {
    try await readForCaller { db, _ in
      guard let since = try LedgerTable.start(db) ?? CollectorMinutes.start(db) else { return nil }
      var ledger = SourceHealth.Ledger()
      let minutes = try CollectorMinutes.collected(ofHour: since, db)
      ledger.since =
        Timestamp(hour: since) + Int64((minutes ?? 1).trailingZeroBitCount) * Milliseconds.minute
      for (kind, reason, count) in try LedgerTable.sums(db) {
        switch kind {
        case .acceptedPings: ledger.acceptedPings = count
        case .refusedPings: ledger.refusedPings.append(.init(name: reason, count: count))
        case .acceptedEvents: ledger.acceptedEvents = count
        case .duplicateEvents: ledger.duplicateEvents = count
        case .lateEvents: ledger.lateEvents = count
        case .refusedEvents: ledger.refusedEvents.append(.init(name: reason, count: count))
        case .otherPlaybacks: ledger.otherPlaybacks.append(.init(name: reason, count: count))
        case .facts: ledger.facts = count
        }
      }
      return ledger
    }
  }
}

/// What a row of the ledger counts; the raw value is in the file.
enum LedgerKind: Int64, CaseIterable {
  case acceptedPings = 1
  case refusedPings, acceptedEvents, duplicateEvents, lateEvents, refusedEvents, facts,
    otherPlaybacks

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
    try Int64.fetchOne(db, sql: "SELECT min(hour) FROM ledger")
  }

  /// The sums over all hours, in the order of kind and reason; kinds that are unknown are left out.
  static func sums(_ db: Database) throws -> [(kind: LedgerKind, reason: String, count: Int)] {
    try Row.fetchAll(
      db,
      sql: "SELECT kind, reason, sum(count) FROM ledger GROUP BY kind, reason ORDER BY kind, reason"
    ).compactMap { row in
      LedgerKind(rawValue: row[0]).map { ($0, row[1], row[2]) }
    }
  }

  /// Removes the hours before one, in hours since 1970.
  static func remove(before hour: Int64, _ db: Database) throws {
    try db.execute(sql: "DELETE FROM ledger WHERE hour < ?", arguments: [hour])
  }
}

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
    return rows.map { (hour: $0[0] as Int64, minutes: UInt64(bitPattern: $0[1] as Int64)) }
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
    ).map { [$0[0] as Int64, $0[1] as Int64] }
  }

  /// The first hour in which a collector ran, in hours since 1970.
  static func start(_ db: Database) throws -> Int64? {
    try Int64.fetchOne(db, sql: "SELECT min(hour) FROM collector_minutes WHERE collected != 0")
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
