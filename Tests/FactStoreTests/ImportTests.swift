@testable import FactStore
import GRDB
import PlaybackFacts
import QueryCore
import Synchronization
import TestSupport
import Testing

@Suite("Import")
struct ImportTests {
  private let days = Timeframe(
    from: noon - 36 * Milliseconds.hour,
    to: noon + 12 * Milliseconds.hour
  )

  /// Options of a process that has ended.
  private func endedProcess() -> StoreOptions {
    var options = options()
    options.importLimit = 500
    let current = ProcessIdentity.current
    options.process = ProcessIdentity(
      boot: current.boot,
      namespace: current.namespace,
      number: current.number,
      startedAt: "before"
    )
    return options
  }

  @Test func `is invisible until it is finished, then counts at once`() async throws {
    let folder = try TemporaryFolder()
    var options = options()
    // Less than there is, so that some of it is written before the end.
    options.importLimit = 500
    let store = try FactStore.open(at: folder.storePath, options: options)
    options.isReadOnly = true
    let reader = try FactStore.open(at: folder.storePath, options: options)
    var builder = FactBuilder(seed: 1)
    let facts = builder.facts(2000, in: days)
    let segments = "SELECT count(*) FROM segment"
    let importing = try await store.beginImport()
    let before = try await reader.dataState()
    for start in stride(from: 0, to: facts.count, by: 100) {
      try await importing.append(Array(facts[start..<min(start + 100, facts.count)]))
    }

    #expect(try await reader.connections.read { try Int.fetchOne($0, sql: segments) ?? 0 } > 1)
    #expect(try await reader.summary(now: noon).facts == 0)
    try await expectEqualAnswers(reader, FactModel(), in: days, questions: 10)
    #expect(try await reader.dataState() == before)
    #expect(try await store.check() == [])
    try await importing.finish(sha256: [7])

    #expect(try await reader.summary(now: noon).facts > 1500)
    try await expectEqualAnswers(reader, FactModel(facts), in: days)
    #expect(try await reader.dataState().version != before.version)
    #expect(
      try await reader.dataState().newestReceipt == facts.map(\.time).max().map { min($0, noon) }
    )
    #expect(try await reader.hasImported(sha256: [7]))
    #expect(try await !reader.hasImported(sha256: [8]))
    #expect(try await store.check() == [])
    await #expect(throws: StoreError.importEnded) { try await importing.append(facts) }
    await #expect(throws: StoreError.importEnded) { try await importing.finish() }
  }

  @Test func `leaves nothing when it is cancelled`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    var builder = FactBuilder(seed: 2)
    let importing = try await store.beginImport()
    try await importing.commit(
      FactBatch(
        id: 1,
        receivedAt: noon,
        facts: builder.facts(100, in: days),
        states: [PlaybackState(playback: PlaybackID("a"), lastPingAt: noon, bytes: [1])]
      )
    )

    try await importing.cancel()

    #expect(try await store.summary(now: noon).facts == 0)
    #expect(try await store.playbackStates(of: [PlaybackID("a")]).states == [:])
    #expect(try await store.check() == [])
  }

  @Test func `that was killed is removed when the store is opened next`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.storePath
    var builder = FactBuilder(seed: 3)
    let store = try FactStore.open(at: path, options: endedProcess())
    let importing = try await store.beginImport()
    try await importing.append(builder.facts(1000, in: days))
    try await importing.finishWriting()
    let segments = "SELECT count(*) FROM segment"
    #expect(try await store.connections.read { try Int.fetchOne($0, sql: segments) ?? 0 } > 0)

    let next = try FactStore.open(at: path, options: options())

    #expect(try await next.connections.read { try Int.fetchOne($0, sql: segments) } == 0)
    #expect(try await next.check() == [])
    await #expect(throws: StoreError.importEnded) { try await importing.finish() }
  }

  @Test func `that goes on is left alone when the store is opened elsewhere`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let importing = try await store.beginImport()
    var builder = FactBuilder(seed: 4)
    let facts = builder.facts(100, in: days)
    try await importing.append(facts)

    let next = try FactStore.open(at: folder.storePath, options: options())
    try await importing.finish()

    try await expectEqualAnswers(next, FactModel(facts), in: days)
  }

  @Test func `takes states and keys, its own and the store's`() async throws {
    let folder = try TemporaryFolder()
    let keys = Mutex(SeededGenerator(seed: 5))
    var options = options()
    options.makeViewerKey = { keys.withLock { SipHash.Key(using: &$0) } }
    let store = try FactStore.open(at: folder.storePath, options: options)
    func batch(_ id: String, _ byte: UInt8) -> FactBatch {
      FactBatch(
        id: UInt64(byte),
        receivedAt: noon,
        facts: [],
        states: [PlaybackState(playback: PlaybackID(id), lastPingAt: noon, bytes: [byte])]
      )
    }
    let (a, b, c) = (PlaybackID("a"), PlaybackID("b"), PlaybackID("c"))
    let day = CivilDate(daysSince1970: 19_000)
    let key = try await store.viewerKey(for: day)
    try await store.commit(batch("a", 1))
    try await store.commit(batch("b", 2))
    let importing = try await store.beginImport()
    try await importing.commit(batch("b", 3))
    try await importing.commit(batch("c", 4))

    #expect(try await importing.playbackStates(of: [a, b, c]).states == [a: [1], b: [3], c: [4]])
    #expect(try await store.playbackStates(of: [a, b, c]).states == [a: [1], b: [2]])
    #expect(try await importing.viewerKey(for: day) == key)
    let old = CivilDate(daysSince1970: 18_000)
    let random = try await importing.viewerKey(for: old)
    #expect(try await importing.viewerKey(for: old) == random)
    #expect(try await store.viewerKey(for: old) != random)
    try await store.maintain(now: noon)
    try await importing.finish()

    #expect(try await store.playbackStates(of: [a, b, c]).states == [a: [1], b: [3], c: [4]])
  }

  @Test func `is judged dead by its process, and by silence where that can't be seen`() throws {
    let current = ProcessIdentity.current
    func other(
      boot: String? = nil,
      namespace: String? = nil,
      startedAt: String? = nil
    ) -> ProcessIdentity {
      ProcessIdentity(
        boot: boot ?? current.boot,
        namespace: namespace ?? current.namespace,
        number: current.number,
        startedAt: startedAt ?? current.startedAt
      )
    }

    #expect(current.hasEnded(seenBy: current) == false)
    #expect(other(startedAt: "1").hasEnded(seenBy: current) == true)
    #expect(other(boot: "another").hasEnded(seenBy: current) == true)
    #expect(other(namespace: "another").hasEnded(seenBy: current) == nil)
    #expect(ProcessIdentity(text: current.text) == current)
    // Of another user's process, what systemd or a mount option hides, only its number may be seen.
    for (seen, exists, hasEnded) in [
      ("1", true, false), ("2", true, true), (nil, true, nil), (nil, false, true),
    ] as [(String?, Bool, Bool?)] {
      #expect(ProcessIdentity.hasEnded("1", seen: seen) { exists } == hasEnded)
    }
  }
}
