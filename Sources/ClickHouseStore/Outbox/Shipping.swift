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
  private let shards: Shards
  private let state = Mutex(State())
  /// That there is a batch to pack.
  private let batches = WakeSignal()
  /// That there is something to ship: other rows, and the facts of each shard.
  private let shipments = Mutex<[Int?: WakeSignal]>([:])

  private struct State {
    /// What was sent, or may have been before this process began.
    var tried: Set<Int64> = []
    var fault: String?
    var countsSentAt: ContinuousClock.Instant?
  }

  init(_ outbox: Outbox, _ connection: ClickHouseConnection, _ schema: ClickHouseSchema) {
    self.outbox = outbox
    self.connection = connection
    self.schema = schema
    shards = Shards(connection, schema)
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
      while let shards = await self.retrying({ try await self.shards.count() }) {
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
    let count = try await shards.count()
    try await outbox.packLedger()
    while try await outbox.pack(shards: count) {}
    for shard in [nil] + (0..<count).map(Optional.some) {
      while let shipment = try await outbox.next(shard: shard) { try await send(shipment) }
    }
  }

  private func packing() async {
    while !Task.isCancelled {
      let packed = await retrying {
        let shards = try await self.shards.count()
        if self.countsAreDue() { try await self.outbox.packLedger() }
        return try await self.outbox.pack(shards: shards)
      }
      // Counts and signs of life wait even where no batch does.
      for signal in shipments.withLock({ Array($0.values) }) { signal.wake() }
      if packed == true { continue }
      await batches.wait()
      // Many batches make one shipment.
      try? await Task.sleep(for: Self.gathering)
    }
  }

  /// Whether what was counted is to be sent, every ten seconds.
  private func countsAreDue() -> Bool {
    state.withLock { state in
      let now = ContinuousClock.now
      if let last = state.countsSentAt, now - last < .seconds(10) { return false }
      state.countsSentAt = now
      return true
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
    case .rows: try await connection.insert(shipment, schema)
    case .facts(let block, let number, let hours):
      let shard = try await shards.shard(number)
      // What an earlier process sent is not known here, nor what an earlier import did.
      let isNew = state.withLock { $0.tried.insert(shipment.number).inserted }
      let wasTried =
        !isNew || outbox.namesBlocksByFacts || shipment.number <= outbox.lastFormerShipment
      let completion = Completion(shard, block: block, hours: hours)
      let isThere = wasTried ? try await completion.complete(shipment.body) : false
      if !isThere { try await completion.insert(shipment.body) }
    }
    try await outbox.remove(shipment)
    _ = state.withLock { $0.tried.remove(shipment.number) }
  }
}
