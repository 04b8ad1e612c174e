import PlaybackFacts
import Synchronization
import TextAndBytes

/// Takes what waits in an outbox to the cluster: what is for each shard in its order, and other rows in theirs.
///
/// A block of facts counts once. What became of one whose insertion ended without an answer is looked up before it
/// is sent again, when no statement of its id runs any more: see ``Completion``.
final class Shipping: Sendable {
  private let outbox: Outbox
  private let connection: ClickHouseConnection
  private let schema: ClickHouseSchema
  private let shards: Shards
  private let now: @Sendable () -> Timestamp
  private let gathering: Duration
  private let state = Mutex(State())
  /// That there is a batch to pack.
  private let batches = WakeSignal()
  /// That there are counts to pack.
  private let counts = WakeSignal()
  /// That there is something to ship: other rows, and the facts of each shard.
  private let shipments = Mutex<[Int?: WakeSignal]>([:])

  private struct State {
    /// What was sent, and may be there.
    var tried: Set<Int64> = []
    /// The shards of which a block was sent; of others an earlier process may have sent the oldest.
    var begun: Set<Int> = []
    /// Why what failed last has failed, by what it was.
    var faults: [String: ClickHouseError] = [:]
  }

  init(
    _ outbox: Outbox,
    _ connection: ClickHouseConnection,
    _ schema: ClickHouseSchema,
    _ shards: Shards,
    collectors: Int = 1,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.outbox = outbox
    self.connection = connection
    self.schema = schema
    self.shards = shards
    gathering = min(Self.gathering * collectors, .seconds(3))
    self.now = now
  }

  /// Why the last attempt failed; nil where the last one succeeded.
  var fault: ClickHouseError? {
    state.withLock { $0.faults.min { $0.key < $1.key }?.value }
  }

  /// Says that something waits.
  func wake() { batches.wake() }

  /// Says that something was counted.
  func wakeForCounts() { counts.wake() }

  /// For so long batches are gathered where one collector writes.
  ///
  /// Each block costs the cluster a part of each table. While many shipments wait, longer, so that they become larger.
  private static let gathering = Duration.milliseconds(400)
  private static let longGathering = Duration.seconds(10)
  /// For so long counts are gathered.
  private static let countGathering = Duration.seconds(10)
  private static let manyShipments = 100
  /// So often it is looked whether what was sent some time ago is still there.
  private static let lookingAgain = Duration.seconds(30)

  // MARK: - All that waits

  /// Sends, until the task is cancelled.
  func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.packing() }
      group.addTask { await self.counting() }
      group.addTask { await self.shipping(shard: nil) }
      // How many shards there are says the cluster, which may not answer yet.
      while let shards = await self.retrying("shards", { try await self.shards.count() }) {
        for shard in 0..<shards {
          group.addTask { await self.shipping(shard: shard) }
          group.addTask { await self.lookingAgain(shard: shard) }
        }
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
    _ = try await outbox.packLedger()
    while try await outbox.pack(shards: count) {}
    for shard in [nil] + (0..<count).map(Optional.some) {
      while let shipment = try await outbox.next(shard: shard) { try await send(shipment) }
    }
  }

  private func packing() async {
    while !Task.isCancelled {
      let waiting = await retrying("batches") {
        while try await self.outbox.pack(shards: try await self.shards.count()) {}
        return try await self.outbox.contents().shipments
      }
      wakeShipping()
      await batches.wait()
      // Many batches make one shipment. Only cancellation ends it early.
      let isMuch = (waiting ?? 0) > Self.manyShipments
      try? await Task.sleep(for: isMuch ? Self.longGathering : gathering)
    }
  }

  /// Packs what is counted, at most every ten seconds.
  private func counting() async {
    while !Task.isCancelled {
      let isPacked = await retrying("counts") { try await self.outbox.packLedger() }
      wakeShipping()
      // Only cancellation ends it early.
      if isPacked == true { try? await Task.sleep(for: Self.countGathering) }
      await counts.wait()
    }
  }

  private func wakeShipping() {
    for signal in shipments.withLock({ Array($0.values) }) { signal.wake() }
  }

  /// Looks at what was sent some time ago, and sends again what a server has lost since.
  private func lookingAgain(shard: Int) async {
    while !Task.isCancelled {
      // Only cancellation ends it early.
      try? await Task.sleep(for: Self.lookingAgain)
      guard !Task.isCancelled else { return }
      _ = await retrying("shard \(shard), again") {
        try await self.lookAgain(shard: shard, at: self.now())
      }
    }
  }

  /// Looks once at what was sent long enough ago, and forgets what is there.
  func lookAgain(shard: Int, at now: Timestamp) async throws {
    while let shipment = try await outbox.sent(before: now - Outbox.patience, shard: shard) {
      guard case .facts(let block, let number, let hours) = shipment.target else { return }
      let completion = Completion(try await shards.shard(number), block: block, hours: hours)
      // It is sent again where what was said of the last time is not known.
      let isNew = state.withLock { $0.tried.insert(shipment.number).inserted }
      if try await !completion.complete(shipment.body, wasJustSent: !isNew) {
        try await completion.insert(shipment.body)
      }
      try await outbox.remove(shipment)
      _ = state.withLock { $0.tried.remove(shipment.number) }
    }
  }

  private func shipping(shard: Int?) async {
    let signal = shipments.withLock { signals in
      let signal = signals[shard] ?? WakeSignal()
      signals[shard] = signal
      return signal
    }
    while !Task.isCancelled {
      let sent: Bool? = await retrying(shard.map { "shard \($0)" } ?? "rows") {
        guard let shipment = try await self.outbox.next(shard: shard) else { return false }
        try await self.send(shipment)
        return true
      }
      if sent == false { await signal.wait() }
    }
  }

  /// Tries until it succeeds, at first after a quarter of a second and later after up to eight; nil when cancelled.
  private func retrying<Value: Sendable>(
    _ name: String,
    _ work: @Sendable () async throws -> Value
  ) async -> Value? {
    var pause = Duration.milliseconds(250)
    while !Task.isCancelled {
      do {
        let value = try await work()
        state.withLock { $0.faults[name] = nil }
        return value
      } catch {
        if Task.isCancelled { return nil }
        state.withLock { $0.faults[name] = error as? ClickHouseError }
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
    case .rows(_, _, .some): try await shards.insert(shipment)
    case .rows: try await connection.insert(shipment, schema)
    case .facts(let block, let number, let hours):
      let shard = try await shards.shard(number)
      let lookup = lookup(of: shipment, into: number)
      let completion = Completion(shard, block: block, hours: hours)
      let isOnItsWay = lookup == .ofWhatIsOnItsWay
      let isThere =
        lookup == .none
        ? false : try await completion.complete(shipment.body, wasJustSent: isOnItsWay)
      if !isThere { try await completion.insert(shipment.body) }
    }
    try await outbox.noteSent(shipment, at: now())
    _ = state.withLock { $0.tried.remove(shipment.number) }
  }

  /// What is asked of the tables before a block is inserted.
  private enum Lookup {
    /// Nothing: it was never sent.
    case none
    /// Whether they have it.
    case ofWhatWasSent
    /// The same, and it may still be on its way to them.
    case ofWhatIsOnItsWay
  }

  /// An earlier process may have sent the block that is the oldest of a shard now, and an earlier import any.
  private func lookup(of shipment: Outbox.Shipment, into shard: Int) -> Lookup {
    state.withLock { state in
      guard state.tried.insert(shipment.number).inserted else { return .ofWhatIsOnItsWay }
      if outbox.namesBlocksByFacts {
        return shards.isFirstImport(into: shard) ? .ofWhatIsOnItsWay : .ofWhatWasSent
      }
      let isFirst = state.begun.insert(shard).inserted
      return isFirst && shipment.number <= outbox.lastFormerShipment ? .ofWhatIsOnItsWay : .none
    }
  }
}
