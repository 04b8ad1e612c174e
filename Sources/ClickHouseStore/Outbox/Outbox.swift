import AnalyticsSource
import Foundation
import GRDB
import PlaybackFacts
import TextAndBytes

/// What a collector has accepted and the cluster has not taken yet, in a file of SQLite.
///
/// A batch is on disk when ``commit(_:)`` returns. Later it becomes *shipments*, each of which goes to one table:
/// ```
///  commit ─▶ batch ──packing──▶ shipment ──shipping──▶ ClickHouse ──looking again──▶ forgotten
///            state ──┘
/// ```
/// A shipment of facts stays for ``patience`` after it was sent: servers that lose their power may have lost what they
/// acknowledged, for they leave the writing to the system. Other rows leave the file when the cluster has them.
///
/// One program alone has it open: whoever else sent what is in it would send it twice.
final class Outbox: Sendable {
  let path: String
  private let database: DatabaseQueue
  /// The most bytes that the file may take.
  private let limit: Int
  /// Shipments up to this number were there when the file was opened: one of each shard may have been sent.
  let lastFormerShipment: Int64

  /// For so long after it was sent a shipment of facts is kept, in milliseconds.
  static let patience = 10 * Milliseconds.minute
  /// So many bytes of the disk are left for sending what waits.
  private static let reserve = 16 << 20

  /// Rows for one table.
  struct Shipment: Sendable {
    /// Its place in the order; 0 of one that is not in the file yet.
    var number: Int64 = 0
    let target: Target
    /// Rows in RowBinary, packed with gzip.
    let body: [UInt8]
  }

  /// Where a shipment goes.
  enum Target: Hashable, Sendable {
    /// A block of facts, which has to count once.
    case facts(block: UInt64, shard: Int, hours: ClosedRange<Int64>)
    /// Rows of which it does not matter how often they are inserted, for one shard or for any.
    case rows(table: String, columns: String, shard: Int? = nil)
  }

  /// Whether the ids of blocks follow from their facts, so that the same facts count once even where they come out of
  /// another file.
  let namesBlocksByFacts: Bool

  /// Opens the file at a path, and makes it if there is none; only its owner may open it.
  init(
    at path: String,
    limit: Int = 8 << 30,
    namesBlocksByFacts: Bool = false
  ) throws(ClickHouseError) {
    self.path = path
    self.limit = limit
    self.namesBlocksByFacts = namesBlocksByFacts
    let failure = PrivateFiles.create(at: path)
    guard failure == 0 else {
      throw .outbox(path: path, reason: String(cString: strerror(failure)))
    }
    var configuration = Configuration()
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
      // One program alone: who else opened it would send everything twice.
      try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
    }
    do {
      database = try DatabaseQueue(path: path, configuration: configuration)
      lastFormerShipment = try database.write { db in
        try db.execute(sql: Self.tables)
        return try Int64.fetchOne(db, sql: "SELECT max(number) FROM shipment") ?? 0
      }
    } catch {
      throw Self.failure(error, path)
    }
  }

  private static let tables = """
    CREATE TABLE IF NOT EXISTS batch (
      number INTEGER PRIMARY KEY AUTOINCREMENT, unanswered INTEGER, body BLOB NOT NULL);
    CREATE INDEX IF NOT EXISTS batch_unanswered ON batch (unanswered) WHERE unanswered IS NOT NULL;
    CREATE TABLE IF NOT EXISTS kept (batch INTEGER PRIMARY KEY, at INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS kept_at ON kept (at);
    CREATE TABLE IF NOT EXISTS state (
      playback INTEGER PRIMARY KEY, version INTEGER NOT NULL, last_ping INTEGER NOT NULL,
      pack INTEGER, body BLOB NOT NULL);
    CREATE INDEX IF NOT EXISTS state_waiting ON state (version) WHERE pack IS NULL;
    CREATE INDEX IF NOT EXISTS state_of_pack ON state (pack) WHERE pack IS NOT NULL;
    CREATE TABLE IF NOT EXISTS shipment (
      number INTEGER PRIMARY KEY AUTOINCREMENT, destination TEXT NOT NULL, columns TEXT, block INTEGER,
      shard INTEGER, first_hour INTEGER, last_hour INTEGER, pack INTEGER, sent INTEGER, body BLOB NOT NULL);
    CREATE INDEX IF NOT EXISTS shipment_of_pack ON shipment (pack) WHERE pack IS NOT NULL;
    CREATE INDEX IF NOT EXISTS shipment_waiting ON shipment (shard, number) WHERE sent IS NULL;
    CREATE INDEX IF NOT EXISTS shipment_sent ON shipment (shard, sent) WHERE sent IS NOT NULL;
    CREATE TABLE IF NOT EXISTS ledger (
      hour INTEGER NOT NULL, entry INTEGER NOT NULL, reason TEXT NOT NULL, count INTEGER NOT NULL,
      PRIMARY KEY (hour, entry, reason));
    CREATE TABLE IF NOT EXISTS property (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
    """

  // MARK: - Committing

  /// Keeps a batch; one that was kept in the last hour changes nothing.
  ///
  /// - Parameters:
  ///   - batch: The batch.
  ///   - isAnswered: Whether its pings are answered at once; otherwise it waits for ``noteAnswer(_:isCopied:)``, and is an
  ///     ``unanswered()`` one if that does not come.
  ///   - known: A version that it comes after; nil for none.
  /// - Returns: a version that ascends with each batch.
  /// - Throws: ``ClickHouseError`` where the file is full or can't be written; nothing is kept then.
  func commit(
    _ batch: FactBatch,
    isAnswered: Bool = true,
    after known: Int64? = nil
  ) async throws -> Int64 {
    let isEmpty = batch.facts.isEmpty && batch.newValues.isEmpty
    // One that waits for its answer has states at least.
    let contents = isEmpty && isAnswered ? nil : BatchContents(batch).bytes
    let limit = limit
    let path = path
    return try await write { db in
      let version = try Self.next(for: batch, after: known, db)
      let now = batch.receivedAt.milliseconds
      try db.execute(
        sql: "DELETE FROM kept WHERE at < ?",
        arguments: [now - Milliseconds.hour]
      )
      try db.execute(
        sql: "INSERT OR IGNORE INTO kept (batch, at) VALUES (?, ?)",
        arguments: [Int64(bitPattern: batch.id), now]
      )
      guard db.changesCount > 0 else { return version }
      let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
      guard (pages - free) * 4096 < limit else {
        throw ClickHouseError.outboxFull(path: path, bytes: limit)
      }
      guard Self.freeBytes(path) > Self.reserve else {
        throw ClickHouseError.outbox(path: path, reason: "its disk is full")
      }
      if let contents {
        try db.execute(
          sql: "INSERT INTO batch (unanswered, body) VALUES (?, ?)",
          arguments: [isAnswered ? nil : version, Data(contents)]
        )
      }
      for state in batch.states {
        try db.execute(
          sql: """
            INSERT INTO state (playback, version, last_ping, body) VALUES (?, ?, ?, ?)
            ON CONFLICT (playback) DO UPDATE SET version = excluded.version,
              last_ping = excluded.last_ping, pack = NULL, body = excluded.body
            """,
          arguments: [
            Int64(bitPattern: state.playback.rawValue), version, state.lastPingAt.milliseconds,
            Data(state.bytes),
          ]
        )
      }
      return version
    }
  }

  /// The states of those playbacks that are not in the cluster yet, and the version now.
  func states(of playbacks: [PlaybackID]) async throws -> (
    version: Int64, states: [PlaybackID: StateCopies.Copy]
  ) {
    try await write { db in
      var found: [PlaybackID: StateCopies.Copy] = [:]
      let statement = try db.cachedStatement(
        sql: "SELECT version, body FROM state WHERE playback = ?"
      )
      for playback in playbacks {
        let row = try Row.fetchOne(statement, arguments: [Int64(bitPattern: playback.rawValue)])
        found[playback] = row.map { StateCopies.Copy(version: $0[0], bytes: Array($0[1] as Data)) }
      }
      return (try Self.property("version", db) ?? 0, found)
    }
  }

  /// Adds counts to the ledger, under an hour since 1970.
  func count(_ counts: [LedgerEntry: Int], hour: Int64) async throws {
    let added = counts.filter { $0.value != 0 }
    guard !added.isEmpty else { return }
    try await write { db in
      for (entry, count) in added {
        try db.execute(
          sql: """
            INSERT INTO ledger (hour, entry, reason, count) VALUES (?, ?, ?, ?)
            ON CONFLICT (hour, entry, reason) DO UPDATE SET count = count + excluded.count
            """,
          arguments: [hour, entry.kind.rawValue, entry.reason, count]
        )
      }
    }
  }

  /// The bytes that are free on the disk of a file; as many as there may be where that is not known.
  private static func freeBytes(_ path: String) -> Int {
    var disk = statvfs()
    guard statvfs(path, &disk) == 0 else { return .max }
    return Int(
      clamping: UInt64(disk.f_bavail).multipliedReportingOverflow(by: UInt64(disk.f_frsize))
        .partialValue
    )
  }

  /// Makes a shipment of what was counted since the last.
  ///
  /// - Returns: whether there was anything.
  func packLedger() async throws -> Bool {
    try await write { db in
      let rows = try Row.fetchAll(db, sql: "SELECT hour, entry, reason, count FROM ledger")
      guard !rows.isEmpty else { return false }
      let collector = try Self.collectorID(db)
      // Identifies these counts, in case they are sent twice.
      let number = UInt64.random(in: .min ... .max)
      let counts = rows.map { row in
        Rows.Count(hour: row[0], entry: row[1], reason: row[2], count: row[3])
      }
      try Self.insert(Rows.ledger(counts, collector: collector, number: number), db)
      try db.execute(sql: "DELETE FROM ledger")
      return true
    }
  }

  /// What waits in the file, and its size.
  struct Contents: Hashable, Sendable {
    var batches = 0
    var shipments = 0
    var bytes = 0
  }

  /// How much waits.
  func contents() async throws -> Contents {
    try await write { db in
      Contents(
        batches: try Int.fetchOne(db, sql: "SELECT count(*) FROM batch") ?? 0,
        shipments: try Int.fetchOne(db, sql: "SELECT count(*) FROM shipment WHERE sent IS NULL")
          ?? 0,
        bytes: (try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0) * 4096
      )
    }
  }

  /// Records that a collector works in a minute since 1970.
  func noteWork(minute: Int64) async throws {
    try await write { db in
      let collector = try Self.collectorID(db)
      try Self.insert(Rows.work(minute: minute, collector: collector), db)
    }
  }

  static func collectorID(_ db: Database) throws -> UInt64 {
    if let id = try property("collector", db) { return UInt64(bitPattern: id) }
    let id = UInt64.random(in: .min ... .max)
    try set("collector", Int64(bitPattern: id), db)
    return id
  }

  /// Lets go of the file.
  func close() throws(ClickHouseError) {
    do { try database.close() } catch { throw Self.failure(error, path) }
  }

  // MARK: - Transactions

  func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    let database = database
    do {
      // What was asked for is done, even where nobody waits for it any more: a server that ends writes its last counts.
      return try await Task { try await database.write(body) }.value
    } catch {
      throw Self.failure(error, path)
    }
  }

  /// Writes what may be lost with the machine's power, without waiting for the disk.
  func writeUnsynced(_ body: @escaping @Sendable (Database) throws -> Void) async throws {
    do {
      try await database.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA synchronous = NORMAL")
        defer { try? db.execute(sql: "PRAGMA synchronous = FULL") }
        try db.inTransaction {
          try body(db)
          return .commit
        }
      }
    } catch {
      throw Self.failure(error, path)
    }
  }

  private static func failure(_ error: any Error, _ path: String) -> ClickHouseError {
    switch error {
    case let error as ClickHouseError: error
    case let error as DatabaseError where error.resultCode == .SQLITE_BUSY:
      .outbox(path: path, reason: "another program has it open")
    case let error as DatabaseError:
      .outbox(path: path, reason: error.message ?? "\(error.resultCode)")
    default: .outbox(path: path, reason: "\(error)")
    }
  }

  /// The clocks of collectors differ by less, in milliseconds.
  private static let clockDifference = Milliseconds.minute

  /// The next version: it ascends with the time, so that of two collectors the later one's states win, and it comes
  /// after that of the states which are gone on from.
  ///
  /// Whoever takes over does not know the last version of the other: its own is later, whatever the two clocks say.
  private static func next(
    for batch: FactBatch,
    after known: Int64?,
    _ db: Database
  ) throws -> Int64 {
    let last = max(try property("version", db) ?? 0, batch.statesAsOf ?? 0, known ?? 0)
    let time = batch.receivedAt.milliseconds + (batch.isTakenOver ? clockDifference : 0)
    let version = max(last + 1, time << 20)
    try set("version", version, db)
    return version
  }

  static func property(_ name: String, _ db: Database) throws -> Int64? {
    let statement = try db.cachedStatement(sql: "SELECT value FROM property WHERE name = ?")
    return try Int64.fetchOne(statement, arguments: [name])
  }

  static func set(_ name: String, _ value: Int64, _ db: Database) throws {
    try db.cachedStatement(sql: "INSERT OR REPLACE INTO property (name, value) VALUES (?, ?)")
      .execute(arguments: [name, value])
  }
}
