import AnalyticsSource
import Foundation
import GRDB
import PlaybackFacts
import TextAndBytes

/// What a collector has accepted and the cluster has not taken yet, in a file of SQLite.
///
/// A batch is on disk when ``commit(_:)`` returns. Later it becomes *shipments*, each of which goes to one table and
/// leaves the file when the cluster has it:
/// ```
///  commit ─▶ batch ──packing──▶ shipment ──shipping──▶ ClickHouse
///            state ──┘
/// ```
/// One program alone has it open: whoever else sent what is in it would send it twice.
final class Outbox: Sendable {
  let path: String
  private let database: DatabaseQueue
  /// The most bytes that the file may take.
  private let limit: Int
  /// Shipments up to this number were there when the file was opened: they may have been sent.
  let lastFormerShipment: Int64

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
    /// Rows of which it does not matter how often they are inserted.
    case rows(table: String, columns: String)
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
    CREATE TABLE IF NOT EXISTS batch (number INTEGER PRIMARY KEY, body BLOB NOT NULL);
    CREATE TABLE IF NOT EXISTS kept (batch INTEGER PRIMARY KEY, at INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS state (
      playback INTEGER PRIMARY KEY, version INTEGER NOT NULL, last_ping INTEGER NOT NULL,
      shipment INTEGER, body BLOB NOT NULL);
    CREATE TABLE IF NOT EXISTS shipment (
      number INTEGER PRIMARY KEY AUTOINCREMENT, destination TEXT NOT NULL, columns TEXT, block INTEGER,
      shard INTEGER, first_hour INTEGER, last_hour INTEGER, body BLOB NOT NULL);
    CREATE TABLE IF NOT EXISTS ledger (
      hour INTEGER NOT NULL, entry INTEGER NOT NULL, reason TEXT NOT NULL, count INTEGER NOT NULL,
      PRIMARY KEY (hour, entry, reason));
    CREATE TABLE IF NOT EXISTS property (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
    """

  // MARK: - Committing

  /// Keeps a batch; one that was kept in the last hour changes nothing.
  ///
  /// - Returns: a version that ascends with each batch.
  func commit(_ batch: FactBatch) async throws -> Int64 {
    let contents = batch.facts.isEmpty && batch.newValues.isEmpty ? nil : BatchContents(batch).bytes
    let limit = limit
    let path = path
    return try await write { db in
      let version = try Self.next(batch.receivedAt, db)
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
      if let contents {
        try db.execute(sql: "INSERT INTO batch (body) VALUES (?)", arguments: [Data(contents)])
      }
      for state in batch.states {
        try db.execute(
          sql: """
            INSERT INTO state (playback, version, last_ping, body) VALUES (?, ?, ?, ?)
            ON CONFLICT (playback) DO UPDATE SET version = excluded.version,
              last_ping = excluded.last_ping, shipment = NULL, body = excluded.body
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
    version: Int64, states: [PlaybackID: [UInt8]]
  ) {
    try await write { db in
      var found: [PlaybackID: [UInt8]] = [:]
      let statement = try db.cachedStatement(sql: "SELECT body FROM state WHERE playback = ?")
      for playback in playbacks {
        let body = try Data.fetchOne(
          statement,
          arguments: [Int64(bitPattern: playback.rawValue)]
        )
        found[playback] = body.map(Array.init)
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

  /// Makes a shipment of what was counted since the last.
  func packLedger() async throws {
    try await write { db in
      let rows = try Row.fetchAll(db, sql: "SELECT hour, entry, reason, count FROM ledger")
      guard !rows.isEmpty else { return }
      let collector = try Self.collectorID(db)
      // Tells these counts from those of other shipments, in case they are sent twice.
      let number = UInt64.random(in: .min ... .max)
      let counts = rows.map { row in
        Rows.Count(hour: row[0], entry: row[1], reason: row[2], count: row[3])
      }
      try Self.insert(Rows.ledger(counts, collector: collector, number: number), db)
      try db.execute(sql: "DELETE FROM ledger")
    }
  }

  // MARK: - Packing

  /// Makes shipments of the oldest batches, at most about so many facts.
  ///
  /// - Returns: whether there was anything to pack.
  func pack(shards: Int, facts limit: Int = 4 * FactBlock.limit) async throws -> Bool {
    let namesByFacts = namesBlocksByFacts
    return try await write { db in
      var facts: [Fact] = []
      var newValues: [NewValue] = []
      var receivedAt: Timestamp?
      var last: Int64 = 0
      let rows = try Row.fetchCursor(db, sql: "SELECT number, body FROM batch ORDER BY number")
      while facts.count < limit, let row = try rows.next() {
        let contents = try BatchContents(Array(row[1] as Data))
        facts += contents.facts
        newValues += contents.newValues
        receivedAt = max(receivedAt ?? contents.receivedAt, contents.receivedAt)
        last = row[0]
      }
      // States are sent before the facts that they count, so that nothing counts again after a crash.
      let packedStates = try Self.packStates(db)
      guard let receivedAt else { return packedStates }
      if !newValues.isEmpty {
        try Self.insert(Rows.newValues(newValues), db)
      }
      let blocks = FactBlock.blocks(of: facts, shards: shards, receivedAt: receivedAt) {
        UInt64.random(in: .min ... .max)
      }
      for block in blocks {
        try Self.insert(Rows.facts(namesByFacts ? block.namedByFacts : block), db)
      }
      try db.execute(sql: "DELETE FROM batch WHERE number <= ?", arguments: [last])
      return true
    }
  }

  private static func packStates(_ db: Database) throws -> Bool {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT playback, version, last_ping, body FROM state WHERE shipment IS NULL
        ORDER BY version LIMIT 50000
        """
    )
    guard let version = rows.last?[1] as Int64? else { return false }
    let states = rows.map { row in
      Rows.State(
        playback: UInt64(bitPattern: row[0]),
        version: row[1],
        lastPing: row[2],
        body: Array(row[3] as Data)
      )
    }
    try insert(Rows.states(states), db)
    try db.execute(
      sql: "UPDATE state SET shipment = ? WHERE shipment IS NULL AND version <= ?",
      arguments: [db.lastInsertedRowID, version]
    )
    return true
  }

  /// Keeps rows for a table that the collector did not commit.
  func add(_ shipment: Shipment) async throws {
    try await write { try Self.insert(shipment, $0) }
  }

  private static func insert(_ shipment: Shipment, _ db: Database) throws {
    switch shipment.target {
    case .facts(let block, let shard, let hours):
      try db.execute(
        sql: """
          INSERT INTO shipment (destination, block, shard, first_hour, last_hour, body)
          VALUES ('facts_in', ?, ?, ?, ?, ?)
          """,
        arguments: [
          Int64(bitPattern: block), shard, hours.lowerBound, hours.upperBound, Data(shipment.body),
        ]
      )
    case .rows(let table, let columns):
      try db.execute(
        sql: "INSERT INTO shipment (destination, columns, body) VALUES (?, ?, ?)",
        arguments: [table, columns, Data(shipment.body)]
      )
    }
  }

  // MARK: - Shipping

  /// The oldest shipment of facts for a shard, or of other rows.
  func next(shard: Int?) async throws -> Shipment? {
    try await write { db in
      let row = try Row.fetchOne(
        db,
        sql: "SELECT * FROM shipment WHERE shard IS ? ORDER BY number LIMIT 1",
        arguments: [shard]
      )
      return row.map { row in
        let target: Target
        if let block = row["block"] as Int64? {
          target = .facts(
            block: UInt64(bitPattern: block),
            shard: row["shard"],
            hours: (row["first_hour"] as Int64)...(row["last_hour"] as Int64)
          )
        } else {
          target = .rows(table: row["destination"], columns: row["columns"])
        }
        return Shipment(number: row["number"], target: target, body: Array(row["body"] as Data))
      }
    }
  }

  /// Forgets a shipment that the cluster has.
  func remove(_ shipment: Shipment) async throws {
    try await write { db in
      try db.execute(
        sql: "DELETE FROM shipment WHERE number = ?",
        arguments: [shipment.number]
      )
      // What changed since is of no shipment yet.
      try db.execute(sql: "DELETE FROM state WHERE shipment = ?", arguments: [shipment.number])
    }
  }

  /// What waits in the file.
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
        shipments: try Int.fetchOne(db, sql: "SELECT count(*) FROM shipment") ?? 0,
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

  /// A number that stays with the file: it tells this collector from others.
  private static func collectorID(_ db: Database) throws -> UInt64 {
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

  private func write<Value: Sendable>(
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

  /// The next version: it ascends with the time, so that of two collectors the later one's states win.
  private static func next(_ now: Timestamp, _ db: Database) throws -> Int64 {
    let version = max((try property("version", db) ?? 0) + 1, now.milliseconds << 20)
    try set("version", version, db)
    return version
  }

  private static func property(_ name: String, _ db: Database) throws -> Int64? {
    let statement = try db.cachedStatement(sql: "SELECT value FROM property WHERE name = ?")
    return try Int64.fetchOne(statement, arguments: [name])
  }

  private static func set(_ name: String, _ value: Int64, _ db: Database) throws {
    try db.cachedStatement(sql: "INSERT OR REPLACE INTO property (name, value) VALUES (?, ?)")
      .execute(arguments: [name, value])
  }
}
