import PlaybackFacts
import Synchronization
import TextAndBytes

/// Takes what waits in an outbox to the cluster: the facts of each shard in their order, and other rows in theirs.
///
/// A block of facts counts once. What became of one whose insertion ended without an answer is looked up before it
/// is sent again, when no statement of its id runs any more: see ``Completion``.
final class Shipping: Sendable {
  private let outbox: Outbox
  private let connection: ClickHouseConnection
  private let schema: ClickHouseSchema
  private let state = Mutex(State())
  /// That there is a batch to pack.
  private let batches = WakeSignal()
  /// That there is something to ship: other rows, and the facts of each shard.
  private let shipments = Mutex<[Int?: WakeSignal]>([:])

  private struct State {
    /// What was sent, or may have been before this process began.
    var tried: Set<Int64> = []
    var shards: Int?
    var fault: String?
  }

  init(_ outbox: Outbox, _ connection: ClickHouseConnection, _ schema: ClickHouseSchema) {
    self.outbox = outbox
    self.connection = connection
    self.schema = schema
  }

  /// Why the last attempt failed; nil where the last one succeeded.
  var fault: String? { state.withLock(\.fault) }

  /// Says that something waits.
  func wake() { batches.wake() }

  /// For so long batches are gathered.
  private static let gathering = Duration.milliseconds(200)

  // MARK: - All that waits

  /// Sends, until the task is cancelled.
  func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.packing() }
      group.addTask { await self.shipping(shard: nil) }
      // How many shards there are says the cluster, which may not answer yet.
      while let shards = await self.retrying({ try await self.shards() }) {
        for shard in 0..<shards { group.addTask { await self.shipping(shard: shard) } }
        break
      }
      await group.waitForAll()
    }
  }

  /// Sends all that waits, once.
  ///
  /// - Throws: what the first failure is.
  func drain() async throws {
    let shards = try await shards()
    while try await outbox.pack(shards: shards) {}
    for shard in [nil] + (0..<shards).map(Optional.some) {
      while let shipment = try await outbox.next(shard: shard) { try await send(shipment) }
    }
  }

  /// How many shards the cluster has.
  func shards() async throws -> Int {
    if let known = state.withLock(\.shards) { return known }
    var count = 1
    if let cluster = schema.cluster {
      var rows = try await connection.rows(
        "SELECT toInt64(max(shard_num)) FROM system.clusters WHERE cluster = \(cluster)"
      )
      count = Int(try connection.reading { () throws(MalformedBytes) in try rows.int64() })
      guard count > 0 else {
        throw ClickHouseError.schema(
          cluster: connection.address.name,
          reason: "its servers know no cluster of this name"
        )
      }
    }
    state.withLock { $0.shards = count }
    return count
  }

  private func packing() async {
    while !Task.isCancelled {
      let packed = await retrying { try await self.outbox.pack(shards: try await self.shards()) }
      guard packed == false else {
        for signal in shipments.withLock({ Array($0.values) }) { signal.wake() }
        continue
      }
      await batches.wait()
      // Many batches make one shipment.
      try? await Task.sleep(for: Self.gathering)
    }
  }

  private func shipping(shard: Int?) async {
    let signal = shipments.withLock { signals in
      let signal = signals[shard] ?? WakeSignal()
      signals[shard] = signal
      return signal
    }
    while !Task.isCancelled {
      let sent: Bool? = await retrying {
        guard let shipment = try await self.outbox.next(shard: shard) else { return false }
        try await self.send(shipment)
        return true
      }
      if sent == false { await signal.wait() }
    }
  }

  /// Tries until it succeeds, at first after a quarter of a second and later after up to eight; nil when cancelled.
  private func retrying<Value: Sendable>(
    _ work: @Sendable () async throws -> Value
  ) async -> Value? {
    var pause = Duration.milliseconds(250)
    while !Task.isCancelled {
      do {
        let value = try await work()
        state.withLock { $0.fault = nil }
        return value
      } catch {
        if Task.isCancelled { return nil }
        state.withLock { $0.fault = publicDescription(of: error) }
        // Only cancellation ends it early.
        try? await Task.sleep(for: pause)
        pause = min(pause * 2, .seconds(8))
      }
    }
    return nil
  }

  // MARK: - One shipment

  private func send(_ shipment: Outbox.Shipment) async throws {
    switch shipment.target {
    case .rows(let table, let columns):
      try await connection.insert(
        shipment.body,
        into: schema.whole(table),
        columns: SQL.word(columns),
        id: ClickHouseConnection.newID()
      )
    case .facts(let block, _, let hours):
      // What an earlier process sent is not known here.
      let isNew = state.withLock { $0.tried.insert(shipment.number).inserted }
      let wasTried = !isNew || shipment.number <= outbox.lastFormerShipment
      let isThere = wasTried ? try await isThere(block, hours, shipment.body) : false
      if !isThere {
        try await connection.insert(
          shipment.body,
          into: schema.whole("facts_in"),
          columns: FactBlock.columns,
          id: Self.statementID(of: block)
        )
      }
    }
    try await outbox.remove(shipment)
    _ = state.withLock { $0.tried.remove(shipment.number) }
  }

  private static func statementID(of block: UInt64) -> String { "playhead-block-\(block)" }

  /// Whether all tables have a block that was sent before; where some have it, the others get it.
  private func isThere(
    _ block: UInt64,
    _ hours: ClosedRange<Int64>,
    _ body: [UInt8]
  ) async throws -> Bool {
    while try await connection.isRunning(Self.statementID(of: block)) {
      try await Task.sleep(for: .milliseconds(200))
    }
    return try await Completion(connection, schema, block: block, hours: hours).complete(body)
  }
}
