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
  ///   - isAnswered: Whether its pings are answered at once; otherwise it waits for ``noteAnswer()``, and is an
  ///     ``unanswered()`` one if that does not come.
  /// - Returns: a version that ascends with each batch.
  func commit(_ batch: FactBatch, isAnswered: Bool = true) async throws -> Int64 {
    let contents = batch.facts.isEmpty && batch.newValues.isEmpty ? nil : BatchContents(batch).bytes
    let limit = limit
    let path = path
    return try await write { db in
      let version = try Self.next(for: batch, db)
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

  /// The batch whose pings were not answered when the last process ended, as it may be where there are several
  /// collectors.
  struct Unanswered: Sendable {
    let version: Int64
    let contents: BatchContents
    /// The states that came with it.
    let states: [Rows.State]
  }

  /// Batches whose pings have no answer, of which there is one at most unless notes of answers failed.
  func unanswered() async throws -> [Unanswered] {
    try await write { db in
      let rows = try Row.fetchAll(
        db,
        sql: "SELECT unanswered, body FROM batch WHERE unanswered IS NOT NULL ORDER BY number"
      )
      return try rows.map { row in
        let states = try Row.fetchAll(
          db,
          sql: "SELECT playback, version, last_ping, body FROM state WHERE version = ?",
          arguments: [row[0] as Int64]
        )
        return Unanswered(
          version: row[0],
          contents: try BatchContents(Array(row[1] as Data)),
          states: states.map(Self.state)
        )
      }
    }
  }

  /// Notes that the pings of all batches are answered.
  func noteAnswer() async throws {
    try await write { db in
      try db.execute(sql: "UPDATE batch SET unanswered = NULL WHERE unanswered IS NOT NULL")
    }
  }

  /// Forgets what an unanswered batch has of some playbacks; the rest of it counts.
  func settle(_ batch: Unanswered, without playbacks: Set<PlaybackID>) async throws {
    let contents = batch.contents.without(playbacks).bytes
    try await write { db in
      for playback in playbacks {
        try db.execute(
          sql: "DELETE FROM state WHERE playback = ? AND version = ?",
          arguments: [Int64(bitPattern: playback.rawValue), batch.version]
        )
      }
      try db.execute(
        sql: "UPDATE batch SET unanswered = NULL, body = ? WHERE unanswered = ?",
        arguments: [Data(contents), batch.version]
      )
    }
  }

  /// A number that stays with the file: it marks what this collector alone writes.
  func collectorID() async throws -> UInt64 { try await write { try Self.collectorID($0) } }

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

  // MARK: - Packing

  /// What is packed at once.
  private struct Waiting: Sendable {
    var facts: [Fact] = []
    var newValues: [NewValue] = []
    var receivedAt: Timestamp?
    var batches = 0
    /// The number of the last batch.
    var lastBatch: Int64 = 0
    var states: [Rows.State] = []
  }

  /// At most so many states are packed at once.
  private static let packedStates = 50_000

  /// Makes shipments of the oldest batches, at most about so many facts.
  ///
  /// Pings wait only while it reads and writes: the shipments are made in between.
  ///
  /// - Returns: whether there was anything to pack.
  func pack(shards: Int, facts limit: Int = 4 * FactBlock.limit) async throws -> Bool {
    let waiting = try await write { try Self.waiting($0, facts: limit) }
    guard waiting.receivedAt != nil || !waiting.states.isEmpty else { return false }
    // States are sent before the facts that they count, so that nothing counts again after a crash.
    let states = try StateCopies.shipments(of: waiting.states, shards: shards)
    var shipments: [Shipment] = []
    if !waiting.newValues.isEmpty { shipments.append(try Rows.newValues(waiting.newValues)) }
    if let receivedAt = waiting.receivedAt {
      shipments += try FactBlock.blocks(
        of: waiting.facts,
        shards: shards,
        receivedAt: receivedAt,
        id: { UInt64.random(in: .min ... .max) }
      ).map { try Rows.facts(namesBlocksByFacts ? $0.namedByFacts : $0) }
    }
    let others = shipments
    try await write { db in
      let batches = try Int.fetchOne(
        db,
        sql: "SELECT count(*) FROM batch WHERE number <= ? AND unanswered IS NULL",
        arguments: [waiting.lastBatch]
      )
      // Otherwise another task has packed them meanwhile, and they would count twice.
      guard batches == waiting.batches else { return }
      let pack = (try Self.property("pack", db) ?? 0) + 1
      try Self.set("pack", pack, db)
      for shipment in states { try Self.insert(shipment, db, pack: pack) }
      for shipment in others { try Self.insert(shipment, db) }
      try db.execute(
        sql: "DELETE FROM batch WHERE number <= ? AND unanswered IS NULL",
        arguments: [waiting.lastBatch]
      )
      // A state that changed meanwhile is packed again.
      let statement = try db.cachedStatement(
        sql: "UPDATE state SET pack = ? WHERE playback = ? AND version = ?"
      )
      for state in waiting.states {
        try statement.execute(
          arguments: [pack, Int64(bitPattern: state.playback), state.version]
        )
      }
    }
    return true
  }

  private static func waiting(_ db: Database, facts limit: Int) throws -> Waiting {
    var waiting = Waiting()
    let rows = try Row.fetchCursor(
      db,
      sql: "SELECT number, body FROM batch WHERE unanswered IS NULL ORDER BY number"
    )
    while waiting.facts.count < limit, let row = try rows.next() {
      let contents = try BatchContents(Array(row[1] as Data))
      waiting.facts += contents.facts
      waiting.newValues += contents.newValues
      waiting.receivedAt = max(waiting.receivedAt ?? contents.receivedAt, contents.receivedAt)
      waiting.batches += 1
      waiting.lastBatch = row[0]
    }
    waiting.states = try Row.fetchAll(
      db,
      sql: """
        SELECT playback, version, last_ping, body FROM state WHERE pack IS NULL AND version NOT IN
        (SELECT unanswered FROM batch WHERE unanswered IS NOT NULL) ORDER BY version LIMIT \(packedStates)
        """
    ).map(Self.state)
    return waiting
  }

  private static func state(_ row: Row) -> Rows.State {
    Rows.State(
      playback: UInt64(bitPattern: row[0]),
      version: row[1],
      lastPing: row[2],
      body: Array(row[3] as Data)
    )
  }

  /// Keeps rows for a table that the collector did not commit.
  func add(_ shipment: Shipment) async throws {
    try await write { try Self.insert(shipment, $0) }
  }

  private static func insert(_ shipment: Shipment, _ db: Database, pack: Int64? = nil) throws {
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
    case .rows(let table, let columns, let shard):
      try db.execute(
        sql: """
          INSERT INTO shipment (destination, columns, shard, pack, body) VALUES (?, ?, ?, ?, ?)
          """,
        arguments: [table, columns, shard, pack, Data(shipment.body)]
      )
    }
  }

  // MARK: - Shipping

  /// The oldest shipment that was not sent, of those for a shard or of those for any.
  func next(shard: Int?) async throws -> Shipment? {
    try await write { db in
      let row = try Row.fetchOne(
        db,
        sql: "SELECT * FROM shipment WHERE shard IS ? AND sent IS NULL ORDER BY number LIMIT 1",
        arguments: [shard]
      )
      return row.map(Self.shipment)
    }
  }

  /// A shipment of facts for a shard that was sent up to some time.
  func sent(before time: Timestamp, shard: Int) async throws -> Shipment? {
    try await write { db in
      let row = try Row.fetchOne(
        db,
        sql: "SELECT * FROM shipment WHERE shard = ? AND sent <= ? ORDER BY sent LIMIT 1",
        arguments: [shard, time.milliseconds]
      )
      return row.map(Self.shipment)
    }
  }

  private static func shipment(_ row: Row) -> Shipment {
    let target: Target
    if let block = row["block"] as Int64? {
      target = .facts(
        block: UInt64(bitPattern: block),
        shard: row["shard"],
        hours: (row["first_hour"] as Int64)...(row["last_hour"] as Int64)
      )
    } else {
      target = .rows(table: row["destination"], columns: row["columns"], shard: row["shard"])
    }
    return Shipment(number: row["number"], target: target, body: Array(row["body"] as Data))
  }

  /// Notes that the cluster has acknowledged a shipment: facts are kept for a while, other rows forgotten.
  func noteSent(_ shipment: Shipment, at now: Timestamp) async throws {
    guard case .facts = shipment.target else { return try await remove(shipment) }
    try await write { db in
      try db.execute(
        sql: "UPDATE shipment SET sent = ? WHERE number = ?",
        arguments: [now.milliseconds, shipment.number]
      )
    }
  }

  /// Forgets a shipment that the cluster has.
  func remove(_ shipment: Shipment) async throws {
    try await write { db in
      let pack = try Int64.fetchOne(
        db,
        sql: "SELECT pack FROM shipment WHERE number = ?",
        arguments: [shipment.number]
      )
      try db.execute(
        sql: "DELETE FROM shipment WHERE number = ?",
        arguments: [shipment.number]
      )
      guard let pack else { return }
      let rest = try Bool.fetchOne(
        db,
        sql: "SELECT EXISTS (SELECT 1 FROM shipment WHERE pack = ?)",
        arguments: [pack]
      )
      guard rest == false else { return }
      // All shards that get them have them; what changed since is of no pack yet.
      try db.execute(sql: "DELETE FROM state WHERE pack = ?", arguments: [pack])
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

  /// The clocks of collectors differ by less, in milliseconds.
  private static let clockDifference = Milliseconds.minute

  /// The next version: it ascends with the time, so that of two collectors the later one's states win, and it comes
  /// after that of the states which are gone on from.
  ///
  /// Whoever takes over does not know the last version of the other: its own is later, whatever the two clocks say.
  private static func next(for batch: FactBatch, _ db: Database) throws -> Int64 {
    let last = max(try property("version", db) ?? 0, batch.statesAsOf ?? 0)
    let time = batch.receivedAt.milliseconds + (batch.isTakenOver ? clockDifference : 0)
    let version = max(last + 1, time << 20)
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
