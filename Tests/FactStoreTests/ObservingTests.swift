import AnalyticsSource
import FactStore
import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@Suite("Observing a store")
struct ObservingTests {
  private let now = Timestamp(seconds: 1_715_601_932)

  private func open(_ folder: TemporaryFolder) throws -> FactStore {
    let now = now
    return try FactStore.open(
      at: folder.path("a.db"),
      options: StoreOptions(now: { now }, uptime: nil)
    )
  }

  @Test func `facts pass by in the order of their commits, each once`() async throws {
    let folder = try TemporaryFolder()
    let store = try open(folder)
    var builder = FactBuilder(seed: 5)
    var all: [Fact] = []
    var seen: [Fact] = []
    var cursor: UInt64?
    for id in 1...5 as ClosedRange<UInt64> {
      let facts = builder.facts(20, in: Timeframe(from: now - 60_000, to: now))
      all += facts
      try await store.commit(FactBatch(id: id, receivedAt: now, facts: facts))
      let recent = try await store.recentFacts(after: cursor, limit: 10_000)
      #expect(recent.skipped == 0)
      cursor = recent.cursor
      seen += recent.facts
    }
    #expect(seen.count == all.count)
    #expect(Set(seen) == Set(all))
    #expect(try await store.recentFacts(after: cursor, limit: 10).facts.isEmpty)
    try store.close()
  }

  @Test func `where more passed than are wanted, the newest come and the rest is counted`()
    async throws
  {
    let folder = try TemporaryFolder()
    let store = try open(folder)
    var builder = FactBuilder(seed: 6)
    try await store.commit(FactBatch(id: 1, receivedAt: now, facts: []))
    let first = try await store.recentFacts(after: nil, limit: 1)
    var last: [Fact] = []
    var count = 0
    for id in 2...4 as ClosedRange<UInt64> {
      last = builder.facts(30, in: Timeframe(from: now - 60_000, to: now))
      count += last.count
      try await store.commit(FactBatch(id: id, receivedAt: now, facts: last))
    }

    let recent = try await store.recentFacts(after: first.cursor, limit: 7)

    #expect(recent.facts.count == 7)
    #expect(Set(recent.facts).isSubset(of: Set(last)))
    #expect(recent.skipped == count - 7)
    #expect(try await store.recentFacts(after: nil, limit: 7).skipped == 0)
    try store.close()
  }

  @Test func `what collectors count adds up, is seen by others and forgotten after 30 days`()
    async throws
  {
    let folder = try TemporaryFolder()
    let store = try open(folder)
    #expect(try await store.health().ledger == nil)

    try await store.count([.acceptedPings: 3, .refusedPings("not-json"): 2, .facts: 0], at: now)
    try await store.count([.acceptedPings: 4, .duplicateEvents: 5], at: now + 3_600_000)
    try await store.count([.otherPlaybacks(.referrer): 6, .otherPlaybacks(.mediaID): 1], at: now)
    try await store.count([.refusedReads("too-many-requests"): 8], at: now)

    let reader = try FactStore.open(
      at: folder.path("a.db"),
      options: StoreOptions(isReadOnly: true, now: { Timestamp(seconds: 1_715_601_932) })
    )
    let ledger = try #require(try await reader.health().ledger)
    #expect(ledger.acceptedPings == 7 && ledger.duplicateEvents == 5 && ledger.facts == 0)
    #expect(ledger.refusedPings == [.init(name: "not-json", count: 2)])
    #expect(
      ledger.otherPlaybacks == [
        .init(name: "media-id", count: 1), .init(name: "referrer", count: 6),
      ]
    )
    #expect(ledger.refusedReads == [.init(name: "too-many-requests", count: 8)])
    #expect(ledger.since == now.floored(to: 3_600_000))

    let later = now + 31 * Milliseconds.day
    try await store.count([.acceptedPings: 1], at: later)
    try await store.maintain(now: later)
    #expect(try await store.health().ledger?.acceptedPings == 1)
    try reader.close()
    try store.close()
  }

  @Test func `what is missing counts as nothing only where a collector was at work`() async throws {
    let folder = try TemporaryFolder()
    let store = try open(folder)
    #expect(try await store.dataState().collected == .never)
    let now = now.floored(to: Milliseconds.minute)

    try await store.noteWork(at: now)
    try await store.noteWork(at: now + 61 * Milliseconds.minute)
    try await store.noteWork(at: now + 60 * Milliseconds.minute)

    let end = now + 62 * Milliseconds.minute
    let state = try await store.dataState()
    let gap = Timeframe(from: now + Milliseconds.minute, to: end - 2 * Milliseconds.minute)
    #expect(state.collected == .during(Timeframe(from: now, to: end), gaps: [gap]))
    #expect(state.isCollected(Timeframe(from: now, to: end)))
    #expect(!state.isCollected(Timeframe(from: gap.from + 1, to: gap.to)))
    #expect(
      state.gaps(in: Timeframe(from: now, to: gap.from + 5)) == [
        Timeframe(from: gap.from, to: gap.from + 5)
      ]
    )
    #expect(state.version == 0 && state.isCollecting(at: end + Milliseconds.minute))
    #expect(!state.isCollecting(at: end + 3 * Milliseconds.minute))
    #expect(try await store.health().ledger?.acceptedPings == 0)
    #expect(try await store.health().ledger?.since == now)
    try store.close()
  }

  @Test
  func `what is imported is as old as it is, and nobody listened from then to the first collector`()
    async throws
  {
    let folder = try TemporaryFolder()
    let store = try open(folder)
    let now = now.floored(to: Milliseconds.minute)
    var builder = FactBuilder(seed: 9)
    let playback = builder.playback()
    func importFacts(at times: [Timestamp]) async throws {
      let importing = try await store.beginImport()
      try await importing.append(times.map { Fact(.play, at: $0, of: playback) })
      try await importing.finish()
    }
    try await importFacts(at: [])
    #expect(try await store.dataState().newestReceipt == nil)

    let hour = Milliseconds.hour
    try await importFacts(at: [now - 200 * hour, now - 100 * hour, now - 150 * hour])

    var state = try await store.dataState()
    #expect(state.newestReceipt == now - 100 * hour)
    #expect(state.isCollected(Timeframe(from: now - 160 * hour, to: now - 140 * hour)))
    #expect(!state.isCollected(Timeframe(from: now - 99 * hour, to: now)))
    #expect(!state.isCollecting(at: now))
    #expect(try await store.health().ledger == nil)

    try await store.noteWork(at: now)
    try await importFacts(at: [now - 50 * hour, now - 40 * hour])
    state = try await store.dataState()
    let minute = Milliseconds.minute
    #expect(
      state.gaps(in: Timeframe(from: now - 300 * hour, to: now + minute)) == [
        Timeframe(from: now - 100 * hour + minute, to: now - 50 * hour),
        Timeframe(from: now - 40 * hour + minute, to: now),
      ]
    )
    #expect(state.isCollecting(at: now))
    #expect(state.newestReceipt == now - 40 * hour)
    try store.close()
  }

  @Test func `when somebody listened is told as long as facts are kept, and is no count`()
    async throws
  {
    let folder = try TemporaryFolder()
    let store = try open(folder)
    let now = now.floored(to: Milliseconds.hour)
    let (day, minute) = (Milliseconds.day, Milliseconds.minute)
    var builder = FactBuilder(seed: 9)
    let playback = builder.playback()
    let importing = try await store.beginImport()
    try await importing.append(
      [now - 62 * day, now - 60 * day].map { Fact(.play, at: $0, of: playback) }
    )
    try await importing.finish()
    for count in 0..<(12 * 60) { try await store.noteWork(at: now + Int64(count) * minute) }

    try await store.count([.acceptedPings: 3], at: now + 12 * 60 * minute)

    let state = try await store.dataState()
    let gap = Timeframe(from: now - 60 * day + minute, to: now)
    #expect(state.gaps(in: Timeframe(from: now - 70 * day, to: now + day)) == [gap])
    let ledger = try #require(try await store.health().ledger)
    #expect(ledger.acceptedPings == 3 && ledger.since == now + 12 * 60 * minute)
    try store.close()
  }

  @Test func `the size of the store and what it will be are told`() async throws {
    let folder = try TemporaryFolder()
    let store = try open(folder)
    var builder = FactBuilder(seed: 7)
    let facts = builder.facts(50, in: Timeframe(from: now - 60_000, to: now))
    try await store.commit(FactBatch(id: 1, receivedAt: now, facts: facts))

    let health = try #require(try await store.health().store)

    #expect(health.facts == facts.count)
    #expect(health.bytes > 0)
    try store.close()
  }
}
