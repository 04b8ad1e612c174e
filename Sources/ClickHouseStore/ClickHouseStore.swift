import AnalyticsSource
public import PlaybackFacts
public import QueryCore
import Synchronization
import TextAndBytes

/// Facts in a ClickHouse cluster: read this first.
///
/// What a collector commits is on disk in its *outbox*, a file of SQLite, and goes to the cluster from there in *blocks*,
/// each of which counts once whatever fails on the way. Questions become statements over the facts, or over sums by
/// the hour that views add up as facts come.
///
/// | to see | read |
/// |---|---|
/// | the tables and views | `Schema/ClickHouseSchema.swift`, `SumTable.swift` |
/// | how a question becomes a statement | `Queries/SumStatement.swift`, `FactConditions.swift` |
/// | how values are bound, statements sent and ended | `Connection/SQL.swift`, `ClickHouseConnection.swift` |
/// | what a `204` means, and how facts count once | `Outbox/Outbox.swift`, `Shipping.swift`, `Completion.swift` |
///
/// ```swift
/// let store = try await ClickHouseStore.open(
///   at: try ClickHouseAddress("http://127.0.0.1:8123/playhead"),
///   options: ClickHouseOptions(outboxPath: "/var/lib/playhead/outbox.db") { .now }
/// )
/// ```
public final class ClickHouseStore: Sendable {
  /// Where it is.
  public let address: ClickHouseAddress
  let options: ClickHouseOptions
  let connection: ClickHouseConnection
  let schema: ClickHouseSchema
  let outbox: Outbox?
  let shipping: Shipping?
  /// Of one of several collectors.
  let handOver: HandOver?
  let shards: Shards
  let keys: ClusterKeys
  let expiry: Expiry
  let fills = Mutex<ContinuousClock.Instant?>(nil)
  private let observer: ClusterObserver
  private let admission: StatementLimit

  /// Opens a cluster whose tables are there; without an outbox nothing can be written.
  ///
  /// It asks the cluster for nothing: a collector begins to accept pings even where the cluster can't be reached.
  public static func open(
    at address: ClickHouseAddress,
    options: ClickHouseOptions
  ) throws(ClickHouseError) -> ClickHouseStore {
    let outbox = try options.outboxPath.map { path throws(ClickHouseError) in
      try Outbox(at: path, limit: options.outboxBytes)
    }
    return ClickHouseStore(address, options, outbox)
  }

  private init(
    _ address: ClickHouseAddress,
    _ options: ClickHouseOptions,
    _ outbox: Outbox?
  ) {
    self.address = address
    self.options = options
    self.outbox = outbox
    schema = ClickHouseSchema(address)
    connection = ClickHouseConnection(
      address,
      limits: ClickHouseConnection.Limits(
        seconds: options.statementSeconds,
        memory: options.statementMemory
      )
    )
    shards = Shards(connection, schema)
    shipping = outbox.map { [connection, schema, shards] in
      Shipping($0, connection, schema, shards, collectors: options.collectors, now: options.now)
    }
    handOver =
      options.collectors > 1 ? outbox.map { [shards] in HandOver($0, shards, options) } : nil
    keys = ClusterKeys(connection, schema)
    expiry = Expiry(connection, schema)
    observer = ClusterObserver(connection, schema, options.retention)
    admission = StatementLimit(options.statementsAtOnce)
  }

  /// Makes the tables on every node, where they are not there.
  ///
  /// - Throws: ``ClickHouseError``: also where the cluster has more nodes than the address names.
  public func migrate() async throws {
    try await checkNodes()
    for statement in schema.all {
      for node in address.nodes { try await connection.run(statement, on: node, inDatabase: false) }
    }
  }

  private func checkNodes() async throws {
    guard let cluster = address.cluster else { return }
    var rows = try await connection.rows(
      "SELECT toInt64(count()) FROM system.clusters WHERE cluster = \(cluster)",
      ["database": "default"],
      of: .node
    )
    let count = try connection.reading { () throws(MalformedBytes) in try rows.int64() }
    guard count == address.nodes.count else {
      throw ClickHouseError.schema(
        cluster: address.name,
        reason: count == 0
          ? "its servers know no cluster of this name"
          : "it has \(count) servers and \(address.nodes.count) are named; name all of them to make the tables"
      )
    }
  }

  /// Whether the cluster, or a part of it, can't be reached now, which may pass by itself.
  public func isAway() async -> Bool {
    do {
      _ = try await dataState()
      return false
    } catch {
      return (error as? ClickHouseError)?.mayPass ?? false
    }
  }

  /// Sends what the outbox has, until the task is cancelled; then what is left, for at most three seconds.
  public func run() async {
    await withTaskGroup { group in
      group.addTask { await self.shipping?.run() }
      group.addTask { await self.settling() }
    }
    // In a task that is cancelled, nothing can be sent.
    await Task.detached {
      // What can't be sent now stays in the outbox.
      _ = try? await withDeadline(.seconds(3)) { try await self.flush() }
    }.value
  }

  /// Finds out what an earlier process has left unanswered, also where no ping asks for it.
  private func settling() async {
    guard let handOver else { return }
    while !Task.isCancelled {
      do {
        try await handOver.settleFormer()
        shipping?.wake()
        return
      } catch {
        // Only cancellation ends it early.
        try? await Task.sleep(for: .seconds(1))
      }
    }
  }

  /// Sends all that the outbox has now.
  ///
  /// - Throws: ``ClickHouseError`` where a part can't be sent; it stays in the outbox.
  public func flush() async throws {
    try await shipping?.drain()
  }

  /// Lets go of the outbox; what is in it stays there.
  public func close() throws(ClickHouseError) {
    try outbox?.close()
  }
}

extension ClickHouseStore: QueryBackend {
  /// The state of the data now.
  ///
  /// - Throws: ``ClickHouseError``, or `CancellationError`.
  public func dataState() async throws -> DataState {
    try await observer.history().state
  }

  /// The state of the data, as it was at most 0.2 seconds ago, and what changed up to it.
  ///
  /// To find out costs the cluster as much as a question: the questions of a refresh share it.
  ///
  /// - Throws: ``ClickHouseError``, or `CancellationError`.
  public func dataHistory() async throws -> DataHistory {
    try await observer.history(atMostAgo: .milliseconds(200))
  }

  /// Adds up what each of `queries` asks for, as many at the same time as the options allow.
  ///
  /// ClickHouse has no snapshots: what arrives while several statements run may count in one and not in another.
  /// The state is read before them, so that the next question finds what came since.
  ///
  /// - Throws: ``ClickHouseError``, or `CancellationError`.
  public func sums(for queries: [SumQuery]) async throws -> SumAnswer {
    // Whoever asks has just read it.
    let history = try await observer.history(atMostAgo: .seconds(1))
    let rows = try await withThrowingTaskGroup(of: (Int, SumRows).self) { group in
      for (number, query) in queries.enumerated() {
        group.addTask {
          (number, try await self.admission.run { try await self.rows(of: query) })
        }
      }
      var rows: [Int: SumRows] = [:]
      for try await (number, answer) in group { rows[number] = answer }
      return queries.indices.compactMap { rows[$0] }
    }
    return SumAnswer(history: history, rows: rows)
  }
}

extension ClickHouseStore {
  private func rows(of query: SumQuery) async throws -> SumRows {
    if let (kind, hours) = HourlyConcurrency.hours(of: query) {
      return try await hourlyConcurrency.answer(query, kind, hours)
    }
    let statement = SumStatement(query, schema)
    var rows = try await connection.rows(statement.sql)
    return try connection.reading { () throws(MalformedBytes) in try statement.answer(&rows) }
  }

  /// How many watched at the same time, hour by hour.
  var hourlyConcurrency: HourlyConcurrency {
    HourlyConcurrency(connection: connection, schema: schema, now: options.now)
  }
}

extension ClickHouseStore: FactSink {
  /// Keeps a batch in the outbox; when it returns, all of it is on disk, and goes to the cluster from there.
  ///
  /// One of several collectors copies the states to the cluster before it returns: another may have to go on from
  /// them.
  @discardableResult
  public func commit(_ batch: FactBatch) async throws -> CommitOutcome {
    let outbox = try writableOutbox()
    defer { shipping?.wake() }
    if let handOver {
      try await handOver.settleFormer()
      return try await handOver.commit(batch)
    }
    return CommitOutcome(version: try await outbox.commit(batch))
  }

  /// The kept states of those playbacks that have one: of the outbox, or of the cluster.
  public func playbackStates(of playbacks: [PlaybackID]) async throws -> KeptStates {
    let outbox = try writableOutbox()
    try await handOver?.settleFormer()
    return try await playbackStates(of: playbacks, waitingIn: outbox)
  }

  /// The same, where an outbox has those that the cluster has not.
  func playbackStates(
    of playbacks: [PlaybackID],
    waitingIn outbox: Outbox
  ) async throws -> KeptStates {
    let (version, own) = try await outbox.states(of: playbacks)
    // Another collector may have gone on from what waits here.
    let asked = handOver != nil ? playbacks : playbacks.filter { own[$0] == nil }
    guard !asked.isEmpty else {
      return KeptStates(version: version, states: own.mapValues(\.bytes))
    }
    let copies: [PlaybackID: StateCopies.Copy]
    do {
      copies = try await StateCopies(shards: shards, oldestDay: oldestDay).newest(of: asked)
    } catch  where own.count == playbacks.count {
      copies = [:]
    }
    let newest = own.merging(copies) { $0.version < $1.version ? $1 : $0 }
    handOver?.noteRead(newest.mapValues(\.version))
    return KeptStates(
      version: newest.values.reduce(version) { max($0, $1.version) },
      states: newest.mapValues(\.bytes)
    )
  }

  /// The first day since 1970 of which states are kept.
  private var oldestDay: Int64 {
    (options.now() - 2 * Milliseconds.day).milliseconds / Milliseconds.day
  }

  /// The key under which viewers of a UTC day are hashed; made when it is asked for first.
  ///
  /// Of several collectors that make one at the same moment, the one that was there first counts for all.
  public func viewerKey(for day: CivilDate) async throws -> SipHash.Key {
    if let key = try await keptKey(day) { return key }
    let key = options.makeViewerKey()
    let columns: SQL = "day, made, low, high"
    try await connection.run(
      """
      INSERT INTO \(schema.local("viewer_keys")) (\(columns)) SELECT toUInt32(\(day.daysSince1970)), \
      toInt64(\(options.now().milliseconds)), toUInt64(\(key.low)), toUInt64(\(key.high))
      """
    )
    return try await keptKey(day) ?? key
  }

  private func keptKey(_ day: CivilDate) async throws -> SipHash.Key? {
    var rows = try await connection.rows(
      """
      SELECT low, high FROM \(schema.whole("viewer_keys")) WHERE day = \(day.daysSince1970) \
      ORDER BY made, low, high LIMIT 1
      """
    )
    guard !rows.isAtEnd else { return nil }
    return try connection.reading { () throws(MalformedBytes) in
      SipHash.Key(low: try rows.fixed(), high: try rows.fixed())
    }
  }

  /// Which of some values are known: those that facts have, and those of the last days' batches.
  ///
  /// While a shard is away all are: limits of a day keep no playback from beginning then.
  public func knownValues(
    among values: Set<OpenValue>,
    hasDescribedMediaOnly: Bool,
    on days: Set<CivilDate>
  ) async throws -> KnownValues {
    do {
      return try await valuesThere(
        among: values,
        hasDescribedMediaOnly: hasDescribedMediaOnly,
        on: days
      )
    } catch ClickHouseError.incomplete where !hasDescribedMediaOnly {
      // A shard that is away keeps no playback from beginning: the limits wait for it.
      return KnownValues(values: values)
    }
  }

  private func valuesThere(
    among values: Set<OpenValue>,
    hasDescribedMediaOnly: Bool,
    on days: Set<CivilDate>
  ) async throws -> KnownValues {
    var known = try await self.values(
      among: values.filter { !hasDescribedMediaOnly || $0.dimension != .mediaID },
      in: "totals"
    )
    known.formUnion(try await self.values(among: values.subtracting(known), in: "new_values"))
    let media = values.filter { $0.dimension == .mediaID }
    if hasDescribedMediaOnly, !media.isEmpty {
      known = known.filter { $0.dimension != .mediaID }
      var rows = try await connection.rows(
        """
        SELECT DISTINCT id FROM \(schema.whole("media_items")) \
        WHERE id IN (\(media.map(\.text).literals))
        """
      )
      while !rows.isAtEnd {
        let id = try connection.reading { () throws(MalformedBytes) in try rows.text() }
        known.insert(OpenValue(.mediaID, id))
      }
    }
    return KnownValues(values: known, newCounts: try await newCounts(on: days))
  }

  private func values(
    among values: Set<OpenValue>,
    in table: String
  ) async throws -> Set<OpenValue> {
    var known: Set<OpenValue> = []
    for dimension in OpenValue.dimensions {
      let names = values.filter { $0.dimension == dimension }.map(\.text)
      guard !names.isEmpty, let number = dimension.number else { continue }
      var rows = try await connection.rows(
        """
        SELECT DISTINCT name FROM \(schema.whole(table)) \
        WHERE dimension = \(number) AND name IN (\(names.literals))
        """
      )
      while !rows.isAtEnd {
        let name = try connection.reading { () throws(MalformedBytes) in try rows.text() }
        known.insert(OpenValue(dimension, name))
      }
    }
    return known
  }

  private func newCounts(on days: Set<CivilDate>) async throws -> [CivilDate: [Dimension: Int]] {
    guard !days.isEmpty else { return [:] }
    let numbers = days.map { "\($0.daysSince1970)" as SQL }.joined(by: ", ")
    var rows = try await connection.rows(
      """
      SELECT toInt64(day) AS d, dimension, toInt64(uniqExact(name)) FROM \(schema.whole("new_values")) \
      WHERE day IN (\(numbers)) GROUP BY d, dimension
      """
    )
    var counts: [CivilDate: [Dimension: Int]] = [:]
    while !rows.isAtEnd {
      try connection.reading { () throws(MalformedBytes) in
        let day = CivilDate(daysSince1970: Int(try rows.int64()))
        let number = try rows.byte()
        let count = Int(try rows.int64())
        if let dimension = OpenValue.dimensions.first(where: { $0.number == number }) {
          counts[day, default: [:]][dimension] = count
        }
      }
    }
    return counts
  }

  func writableOutbox() throws(ClickHouseError) -> Outbox {
    guard let outbox else {
      throw .outbox(path: "", reason: "this program only reads")
    }
    return outbox
  }
}
