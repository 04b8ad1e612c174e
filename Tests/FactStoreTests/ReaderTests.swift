import AnalyticsSource
import Dispatch
import Foundation
import PlaybackFacts
import QueryCore
import Synchronization
import TestSupport
import Testing

@testable import FactStore

@Suite("Readers of a store", .timeLimit(.minutes(5)))
struct ReaderTests {
  private let days = Timeframe(
    from: noon - 36 * Milliseconds.hour,
    to: noon + 2 * Milliseconds.hour
  )

  private func batch(_ id: UInt64, _ facts: [Fact]) -> FactBatch {
    FactBatch(id: id, receivedAt: noon + Int64(id), facts: facts)
  }

  @Test func `that stand still keep nobody from writing, and nobody from the state`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    var builder = FactBuilder(seed: 1)
    let gate = Gate()
    let stuck = (0..<8).map { _ in
      Task {
        try await store.connections.readForCaller { db, _ in
          _ = try Head.fetch(db)
          gate.pass()
        }
      }
    }
    await gate.reached()

    try await store.commit(batch(1, builder.facts(20, in: days)))

    #expect(try await store.dataState().newestReceipt == noon + 1)
    gate.open()
    for task in stuck { try await task.value }
    try store.close()
  }

  @Test func `leave at once when nobody waits for them any more`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let gate = Gate()
    let stuck = (0..<8).map { _ in
      Task {
        try await store.connections.readForCaller { _, _ in
          gate.pass()
        }
      }
    }
    await gate.reached()
    let waiting = [
      Task { _ = try await store.sums(for: [SumQuery(span: .allTime, sums: [.plays])]) },
      Task { _ = try await store.media(unless: nil) },
      Task { _ = try await store.health() },
      Task { _ = try await store.recentFacts(after: nil, limit: 1) },
      Task { try await store.forEachFact(in: days) { _ in } },
    ]

    for task in stuck + waiting { task.cancel() }

    for task in stuck + waiting {
      await #expect(throws: (any Error).self) { try await task.value }
    }
    gate.open()
    try store.close()
  }

  @Test func `of the state leave at once, and commits go on, where looking at it stands still`()
    async throws
  {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    var builder = FactBuilder(seed: 2)
    let facts = builder.facts(20, in: days)
    let gate = Gate()
    let stuck = Task { try await store.connections.observe { _, _ in gate.pass() } }
    await gate.reached()
    try await store.commit(batch(1, facts))
    let waiting = Task { try await store.dataState() }

    waiting.cancel()

    await #expect(throws: CancellationError.self) { try await waiting.value }
    try await expectEqualAnswers(store, FactModel(facts), in: days, questions: 10)
    gate.open()
    try await stuck.value
    #expect(try await store.dataState().newestReceipt == noon + 1)
  }

  @Test func `see each commit, of this process and of others, in the next state`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let reader = try FactStore.open(at: folder.storePath, options: options(isReadOnly: true))
    var builder = FactBuilder(seed: 3)

    for number in 1...50 {
      try await store.commit(batch(UInt64(number), builder.facts(5, in: days)))
      for store in [store, reader] {
        let state = try await store.dataState()
        #expect(state.newestReceipt == noon + Int64(number))
        // The second is answered from memory.
        #expect(try await store.dataState() == state)
      }
      if number % 10 == 0 { try await store.maintain(now: noon + Int64(number)) }
    }
  }

  @Test func `export in steps: what is sealed and merged meanwhile is neither lost nor doubled`()
    async throws
  {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    var builder = FactBuilder(seed: 4)
    let facts = builder.facts(30_000, in: days)
    for (number, start) in stride(from: 0, to: facts.count, by: 5000).enumerated() {
      let part = Array(facts[start..<min(start + 5000, facts.count)])
      try await store.commit(batch(UInt64(number), part))
    }
    let before = Mutex<[Fact]>([])
    try await store.forEachFact(in: days) { fact in before.withLock { $0.append(fact) } }

    let during = Mutex<[Fact]>([])
    let steps = Mutex(0)
    let (events, more) = AsyncStream.makeStream(of: Void.self)
    let gate = DispatchSemaphore(value: 0)
    async let maintenance: Void = {
      for await _ in events {
        let step = steps.withLock { $0 }
        if step == 1 { try await store.seal(now: noon + 3 * Milliseconds.hour) }
        if step == 2 { try await store.compact(now: noon + 9 * Milliseconds.day) }
        gate.signal()
      }
    }()
    try await store.forEachFact(in: days) { fact in
      let count = during.withLock { facts in
        facts.append(fact)
        return facts.count
      }
      guard count == 1 || count == 15_000 else { return }
      steps.withLock { $0 += 1 }
      more.yield()
      gate.wait()
    }
    more.finish()
    try await maintenance

    #expect(steps.withLock { $0 } == 2)
    let isSame = sums(during.withLock { $0 }) == sums(before.withLock { $0 })
    #expect(isSame)
  }

  /// What facts add up to: sealing makes one of all that a playback has in a slot.
  private func sums(_ facts: [Fact]) -> [Fact: Int64] {
    var sums: [Fact: Int64] = [:]
    for fact in facts {
      let isSlotted = fact.kind == .watch || fact.kind == .stall
      let value = isSlotted ? nil : fact.value
      let key = Fact(fact.kind, at: fact.time, value: value, of: fact.playback)
      sums[key, default: 0] += isSlotted ? fact.value ?? 0 : 1
    }
    return sums.filter { $0.value != 0 }
  }

  @Test func `that pause between steps keep nobody from emptying the log`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    var builder = FactBuilder(seed: 5)
    try await store.commit(batch(1, builder.facts(2000, in: days)))
    let gate = Gate()
    let paused = Task { try await store.forEachFact(in: days) { _ in gate.pass() } }
    await gate.reached()

    try await store.commit(batch(2, builder.facts(2000, in: days)))
    store.log.noteDestroyedKeys()
    try await store.log.emptyWhereDue()

    #expect(StoreOpening.size(of: folder.storePath + "-wal") == 0)
    gate.open()
    try await paused.value
  }

  @Test func `that read while a key is destroyed delay it only until they are done`() async throws {
    let folder = try TemporaryFolder()
    var options = options()
    let key = SipHash.Key(low: 0x0123_4567_89ab_cdef, high: 0x7edc_ba98_7654_3210)
    options.makeViewerKey = { key }
    let store = try FactStore.open(at: folder.storePath, options: options)
    let reader = try FactStore.open(at: folder.storePath, options: options)
    let day = noon.floored(to: Milliseconds.day)
    _ = try await store.viewerKey(for: CivilDate(daysSince1970: Int(day.day)))
    func isInFiles() throws -> Bool {
      let bytes = withUnsafeBytes(of: key.low.bigEndian) { Data($0) }
      return try ["", "-wal"].contains { suffix in
        try Data(contentsOf: URL(filePath: folder.storePath + suffix)).range(of: bytes) != nil
      }
    }
    #expect(try isInFiles())
    let gate = Gate()
    let reading = await reader.holdSnapshot(until: gate)

    try await store.maintain(now: day + 3 * Milliseconds.day + 1)
    #expect(try isInFiles())
    gate.open()
    try await reading.value
    try await store.maintain(now: day + 3 * Milliseconds.day + 2)

    #expect(try !isInFiles())
  }

  @Test func `a log that readers let grow shrinks when they are gone`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let gate = Gate()
    let reading = await store.holdSnapshot(until: gate)
    let state = PlaybackState(
      playback: PlaybackID("p"),
      lastPingAt: noon,
      bytes: [UInt8](repeating: 7, count: 1 << 20)
    )
    for number in 0..<24 {
      try await store.commit(
        FactBatch(id: UInt64(number), receivedAt: noon, facts: [], states: [state])
      )
    }
    #expect(try await store.health().store?.logBytes ?? 0 > 24 << 20)
    gate.open()
    try await reading.value

    try await store.maintain(now: noon)

    #expect(try await store.health().store?.logBytes ?? 1 << 30 <= WriteAheadLog.usualBytes)
  }

  @Test func `thousands of states in one batch are found after a restart`() async throws {
    let folder = try TemporaryFolder()
    func states(_ numbers: Range<UInt64>, _ byte: UInt8) -> [PlaybackState] {
      numbers.map { number in
        PlaybackState(
          playback: PlaybackID(rawValue: number &* 0x9e37_79b9_7f4a_7c15),
          lastPingAt: noon,
          bytes: [UInt8](repeating: byte, count: Int(number % 90)) + [UInt8(number & 0xff)]
        )
      }
    }
    let first = states(0..<4000, 1)
    let second = states(3000..<5000, 2)
    var store = try FactStore.open(at: folder.storePath, options: options())
    try await store.commit(FactBatch(id: 1, receivedAt: noon, facts: [], states: first))
    try await store.commit(FactBatch(id: 2, receivedAt: noon + 1, facts: [], states: second))
    try store.close()
    store = try FactStore.open(at: folder.storePath, options: options())
    let expected = Dictionary((first + second).map { ($0.playback, $0.bytes) }) { $1 }
    let asked = Array(expected.keys) + [PlaybackID(rawValue: 1)]

    #expect(try await store.playbackStates(of: asked).states == expected)
    try await store.maintain(now: noon)
    #expect(try await store.playbackStates(of: asked).states == expected)
  }

  @Test func `many media items are read in parts`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let items = (0..<25_000).map { MediaItem(id: "vi\($0)", title: "\($0)", tags: ["a"]) }
    try await store.describe(items)

    let list = try #require(try await store.media(unless: nil))

    #expect(list.items == items.sorted { $0.id < $1.id })
    #expect(try await store.media(unless: list.version) == nil)
  }
}
