@testable import FactStore
import GRDB
import PlaybackFacts
import QueryCore
import Synchronization
import TestSupport
import Testing

@Suite("Failures")
struct FailureTests {
  private struct PowerCut: Error {}

  private let days = Timeframe(
    from: noon - 36 * Milliseconds.hour,
    to: noon + 2 * Milliseconds.hour
  )

  /// Options whose transaction number `step` fails before it commits.
  private func options(failingAt step: Int) -> StoreOptions {
    let steps = Mutex(0)
    var options = options(retention: .days(1))
    options.beforeCommit = {
      try steps.withLock { count in
        count += 1
        if count == step { throw PowerCut() }
      }
    }
    return options
  }

  private func options(retention: Retention) -> StoreOptions {
    FactStoreTests.options(retention: retention)
  }

  /// Whatever step of maintenance fails, what was there before it is what is there after it.
  @Test func `at any step of sealing, merging and dropping leave the answers as they were`()
    async throws
  {
    let folder = try TemporaryFolder()
    var builder = FactBuilder(seed: 1)
    let batches = (0..<4).map { number in
      FactBatch(
        id: UInt64(number),
        receivedAt: noon + Int64(number),
        facts: builder.facts(120, in: days),
        states: [PlaybackState(playback: PlaybackID("p"), lastPingAt: noon, bytes: [1])]
      )
    }
    let facts = batches.flatMap(\.facts)
    let edge = Retention.days(1).edge(at: noon + Milliseconds.day)
    let recent = Timeframe(from: edge, to: days.to)

    var failures = 0
    for step in 1...40 {
      let path = folder.path("store\(step).db")
      let store = try FactStore.open(at: path, options: options(failingAt: step))
      var waiting = batches[...]
      func commit() async throws {
        if let batch = waiting.popFirst() { try await store.commit(batch) }
      }
      do {
        try await commit()
        try await commit()
        try await store.maintain(now: noon + 2 * Milliseconds.hour)
        try await commit()
        try await store.maintain(now: noon + 4 * Milliseconds.hour)
        try await store.compact(now: noon + 4 * Milliseconds.hour)
        try await commit()
        try await store.compact(now: noon + Milliseconds.day)
      } catch {
        failures += 1
      }
      try store.close()

      let again = try FactStore.open(at: path, options: options(retention: .days(1)))
      #expect(try await again.check() == [], "step \(step)")
      for batch in waiting { try await again.commit(batch) }
      let model = FactModel(facts)
      try await expectEqualAnswers(again, model, in: recent, questions: 15, seed: UInt64(step))
      try await again.compact(now: noon + Milliseconds.day)
      #expect(try await again.check() == [], "step \(step)")
      try await expectEqualAnswers(again, model, in: recent, questions: 15, seed: UInt64(step))
      try again.close()
    }
    // The steps did run out: all of them were tried.
    #expect((8..<40).contains(failures))
  }

  @Test func `at any step of an import leave nothing of it to be seen`() async throws {
    let folder = try TemporaryFolder()
    var builder = FactBuilder(seed: 2)
    let facts = builder.facts(300, in: days)
    var failures = 0
    for step in 1...10 {
      let path = folder.path("store\(step).db")
      let store = try FactStore.open(at: path, options: options(failingAt: step))
      let importing = try await store.beginImport()
      do {
        try await importing.append(facts)
        try await importing.finish(sha256: [1, 2, 3])
        #expect(try await store.hasImported(sha256: [1, 2, 3]))
      } catch {
        failures += 1
        try await expectEqualAnswers(store, FactModel(), in: days)
        try await importing.cancel()
        #expect(try await !store.hasImported(sha256: [1, 2, 3]))
        #expect(try await store.summary(now: noon).segments == 0)
      }
      #expect(try await store.check() == [])
    }
    #expect((3..<10).contains(failures))
  }

  @Test func `of the disk are said, and what was kept before stays`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options(retention: .days(9)))
    var builder = FactBuilder(seed: 3)
    let facts = builder.facts(100, in: days)
    try await store.commit(FactBatch(id: 1, receivedAt: noon, facts: facts))
    try await store.connections.writeOutsideTransaction { db in
      try db.execute(sql: "PRAGMA max_page_count = 1")
    }

    await #expect(throws: StoreError.diskFull(path: folder.storePath)) {
      for id in 2...50 as ClosedRange<UInt64> {
        try await store.commit(
          FactBatch(
            id: id,
            receivedAt: noon,
            facts: [],
            states: [
              PlaybackState(
                playback: PlaybackID("\(id)"),
                lastPingAt: noon,
                bytes: [UInt8](repeating: 0, count: 50_000)
              )
            ]
          )
        )
      }
    }

    try await expectEqualAnswers(store, FactModel(facts), in: days)
    #expect(try await store.check() == [])
  }

  @Test func `of another's long transaction end in a sentence`() async throws {
    let folder = try TemporaryFolder()
    var options = options(retention: .days(9))
    options.patience = 0.05
    let store = try FactStore.open(at: folder.storePath, options: options)
    let path = folder.storePath
    let batch = FactBatch(id: 1, receivedAt: noon, facts: [])
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let other = try DatabaseQueue(path: path, configuration: configuration)

    try other.inDatabase { db in try db.execute(sql: "BEGIN IMMEDIATE") }
    await #expect(throws: StoreError.locked(path: path)) { try await store.commit(batch) }
    try other.inDatabase { db in try db.execute(sql: "ROLLBACK") }

    try await store.commit(batch)
  }
}
