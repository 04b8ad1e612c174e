public import AnalyticsSource
import Foundation
public import PlaybackFacts

/// Facts on their way into a cluster.
///
/// They wait in a file of their own until all of them are there; then they are sent, block by block. A cluster has no
/// way to show all of them at the same moment: while they are sent, answers have a part of them. An import that was
/// interrupted then can be done again: the ids of its blocks follow from their facts, and what is there counts once.
public actor ClickHouseImport: FactImporting {
  private let store: ClickHouseStore
  private let spool: Outbox
  private let path: String
  private var lastBatch: UInt64 = 0
  private var pending: [Fact] = []
  private var isEnded = false
  /// The hours of its facts; nil where it has none.
  private var hours: ClosedRange<Int64>?

  /// So many facts are gathered in memory before they are written.
  private static let limit = 100_000

  init(_ store: ClickHouseStore, spool path: String) throws(ClickHouseError) {
    self.store = store
    self.path = path
    // What is imported is as large as it is.
    spool = try Outbox(at: path, limit: .max, namesBlocksByFacts: true)
  }

  /// Takes facts, in any order.
  public func append(_ facts: [Fact]) async throws {
    try checkEnd()
    note(facts)
    pending += facts
    if pending.count >= Self.limit { try await write() }
  }

  /// Takes facts and states of a batch.
  @discardableResult
  public func commit(_ batch: FactBatch) async throws -> CommitOutcome {
    try checkEnd()
    note(batch.facts)
    return CommitOutcome(version: try await spool.commit(batch))
  }

  /// The states of those playbacks that have one, of this import or of the cluster.
  public func playbackStates(of playbacks: [PlaybackID]) async throws -> KeptStates {
    try await store.playbackStates(of: playbacks, waitingIn: spool)
  }

  /// The key under which viewers of a UTC day are hashed.
  public func viewerKey(for day: CivilDate) async throws -> SipHash.Key {
    try await store.viewerKey(for: day)
  }

  /// Sends all of it, and remembers the SHA-256 of the file it came from, if it is to be.
  ///
  /// - Throws: ``ClickHouseError`` where a part can't be sent; then calling it again goes on.
  public func finish(sha256 digest: [UInt8]?) async throws {
    try checkEnd()
    try await write()
    if let digest {
      try await spool.add(Rows.imported(digest, at: store.options.now()))
    }
    try await Shipping(
      spool,
      store.connection,
      store.schema,
      store.shards,
      now: store.options.now
    ).drain()
    try await cancel()
    // What is not counted now is counted when it is asked for.
    if let hours {
      try? await store.fillConcurrency(
        in: hours.lowerBound..<hours.upperBound + 1,
        within: .seconds(30)
      )
    }
  }

  /// Removes what was not sent.
  public func cancel() async throws {
    guard !isEnded else { return }
    isEnded = true
    try spool.close()
    for suffix in ["", "-wal", "-shm"] {
      // What is not there need not be removed.
      try? FileManager.default.removeItem(atPath: path + suffix)
    }
  }

  private func note(_ facts: [Fact]) {
    for hour in facts.lazy.map(\.storedTime.hourNumber) {
      hours = min(hours?.lowerBound ?? hour, hour)...max(hours?.upperBound ?? hour, hour)
    }
  }

  private func checkEnd() throws(ClickHouseError) {
    if isEnded { throw .outbox(path: path, reason: "the import has ended") }
  }

  private func write() async throws {
    guard !pending.isEmpty else { return }
    lastBatch += 1
    _ = try await spool.commit(
      FactBatch(id: lastBatch, receivedAt: store.options.now(), facts: pending)
    )
    pending = []
  }
}
