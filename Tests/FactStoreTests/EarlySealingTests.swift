import AnalyticsSource
import PlaybackFacts
import QueryCore
import Synchronization
import TestSupport
import Testing

@testable import FactStore

/// Where much comes, the journal is sealed before its hours are over, and they get several segments.
@Suite("Early sealing")
struct EarlySealingTests {
  private let hours = Timeframe(from: noon - 2 * Milliseconds.hour, to: noon)

  /// Options of a store that seals some hundred facts in steps of some ten.
  private func options(isReadOnly: Bool = false) -> StoreOptions {
    var options = FactStoreTests.options(isReadOnly: isReadOnly)
    options.journalLimit = 150
    options.sealingStep = 60
    return options
  }

  /// Facts of few hours whose slots are reported in parts that are far apart, some of them taken back.
  private func batches(_ builder: inout FactBuilder, _ count: Int) -> [FactBatch] {
    var facts = builder.facts(50 * count, in: hours)
    for fact in facts where fact.kind == .watch && builder.generator.chance(0.2) {
      let watched = max(0, fact.value ?? 0)
      let part = Int64.random(in: 0...watched, using: &builder.generator)
      let taken = builder.generator.chance(0.5) ? watched : part
      facts.append(Fact(.watch, at: fact.time, value: -taken, of: fact.playback))
    }
    facts.shuffle(using: &builder.generator)
    let length = facts.count / count + 1
    return stride(from: 0, to: facts.count, by: length).enumerated().map { number, start in
      FactBatch(
        id: UInt64(number),
        receivedAt: noon + Int64(number) * 1000,
        facts: Array(facts[start..<min(start + length, facts.count)])
      )
    }
  }

  @Test(arguments: UInt64(1)...6)
  func `of the same hours again and again changes no answer`(seed: UInt64) async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let reader = try FactStore.open(at: folder.storePath, options: options(isReadOnly: true))
    let model = FactModel()
    var builder = FactBuilder(seed: seed)
    let asked = Timeframe(from: hours.from - Milliseconds.hour, to: hours.to + Milliseconds.hour)
    // Asked all the time, so that what is kept in memory goes on while segments come.
    let repeated = (0..<12).map { _ in builder.query(in: asked) }
    let audience = [SumQuery.Counting.concurrency(of: .playbacks), .concurrency(of: .viewers)]
      .flatMap { counting in
        [SumQuery.Grouping.none, .dimension(.browser)].map { grouping in
          SumQuery(counting, in: asked, filter: Filter(), grouping: grouping)
        }
      }
    var mostSegments = 0
    for batch in batches(&builder, 24) {
      try await store.commit(batch)
      await model.commit(batch)
      if builder.generator.chance(0.5) { try await store.seal(now: batch.receivedAt) }
      if builder.generator.chance(0.15) { try await store.maintain(now: batch.receivedAt) }
      let queries = repeated + audience + (0..<6).map { _ in builder.query(in: asked) }
      try await expectEqualAnswers(store, model, queries)
      try await expectEqualAnswers(reader, model, queries)
      let summary = try await store.summary(now: noon)
      mostSegments = max(mostSegments, summary.segments)
    }
    #expect(mostSegments > 3)
    #expect(try await store.check() == [])

    try await store.compact(now: noon + Milliseconds.day)
    try await expectEqualAnswers(store, model, repeated + audience)
    #expect(try await store.check() == [])
  }

  private struct PowerCut: Error {}

  @Test func `that fails at any step leaves the answers as they were`() async throws {
    let folder = try TemporaryFolder()
    var builder = FactBuilder(seed: 7)
    let batches = batches(&builder, 10)
    let model = FactModel(batches.flatMap(\.facts))
    var failures = 0
    for step in 1...60 {
      let path = folder.path("store\(step).db")
      let steps = Mutex(0)
      var failing = options()
      failing.beforeCommit = {
        try steps.withLock { count in
          count += 1
          if count == step { throw PowerCut() }
        }
      }
      let store = try FactStore.open(at: path, options: failing)
      var waiting = batches[...]
      do {
        while let batch = waiting.popFirst() {
          try await store.commit(batch)
          try await store.maintain(now: batch.receivedAt)
        }
      } catch {
        failures += 1
      }
      try store.close()

      let again = try FactStore.open(at: path, options: options())
      #expect(try await again.check() == [], "step \(step)")
      for batch in waiting { try await again.commit(batch) }
      try await expectEqualAnswers(again, model, in: hours, questions: 12, seed: UInt64(step))
      try await again.maintain(now: noon + Milliseconds.minute)
      #expect(try await again.check() == [], "step \(step)")
      try await expectEqualAnswers(again, model, in: hours, questions: 12, seed: UInt64(step))
      try again.close()
    }
    #expect((8..<60).contains(failures))
  }

  @Test func `takes all but the newest facts once nothing more comes`() async throws {
    let folder = try TemporaryFolder()
    var options = options()
    options.journalLimit = 1000
    let store = try FactStore.open(at: folder.storePath, options: options)
    var builder = FactBuilder(seed: 8)
    func commit(_ id: UInt64, _ count: Int) async throws {
      let facts = Array(builder.facts(count, in: hours).prefix(count))
      try await store.commit(FactBatch(id: id, receivedAt: noon, facts: facts))
    }
    func waiting() async throws -> Int { try await store.summary(now: noon).journalFacts }

    try await commit(1, 40)
    try await store.maintain(now: noon + options.quietTime)
    #expect(try await waiting() == 40)
    try await commit(2, 40)
    try await store.maintain(now: noon + options.quietTime - 1)
    #expect(try await waiting() == 80)
    try await store.maintain(now: noon + options.quietTime)
    #expect(try await waiting() == 40)
  }

  @Test func `is due as soon as more has come than may wait, and lets go of the journal in memory`()
    async throws
  {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    var builder = FactBuilder(seed: 9)
    let facts = builder.facts(200, in: hours)
    try await store.commit(FactBatch(id: 1, receivedAt: noon, facts: Array(facts[..<100])))
    #expect(!store.isJournalFull)
    try await store.commit(FactBatch(id: 2, receivedAt: noon, facts: Array(facts[100...])))
    #expect(store.isJournalFull)
    try await expectEqualAnswers(store, FactModel(facts), in: hours, questions: 5)
    #expect(store.journal.withKnownTail { !$0.hours.isEmpty })

    try await store.maintain(now: noon)

    #expect(!store.isJournalFull)
    #expect(store.journal.withKnownTail { $0.hours.isEmpty })
    try await expectEqualAnswers(store, FactModel(facts), in: hours, questions: 5)
  }

  @Test func `leaves the newest facts to those who follow the events`() async throws {
    let folder = try TemporaryFolder()
    var options = options()
    options.journalLimit = 200
    let store = try FactStore.open(at: folder.storePath, options: options)
    var builder = FactBuilder(seed: 11)
    var facts: [Fact] = []
    for id in 1...60 as ClosedRange<UInt64> {
      facts += builder.facts(4, in: hours).prefix(4)
      let newest = Array(facts.suffix(4))
      try await store.commit(FactBatch(id: id, receivedAt: noon, facts: newest))
    }

    try await store.maintain(now: noon)

    #expect(try await store.summary(now: noon).journalFacts == 8)
    let recent = try await store.recentFacts(after: nil, limit: 100).facts
    #expect(recent == Array(facts.suffix(8)))
    try await expectEqualAnswers(store, FactModel(facts), in: hours)
  }

  @Test func `of thousands of new values gives them codes in several transactions`() async throws {
    let folder = try TemporaryFolder()
    let transactions = Mutex(0)
    var options = FactStoreTests.options()
    options.journalLimit = 1000
    options.beforeCommit = { transactions.withLock { $0 += 1 } }
    let store = try FactStore.open(at: folder.storePath, options: options)
    let facts = (0..<2500).map { number in
      let playback = Playback(
        id: PlaybackID(rawValue: UInt64(number)),
        viewer: ViewerID(rawValue: UInt64(number)),
        mediaID: "vi\(number)"
      )
      return Fact(.play, at: hours.from + Int64(number), of: playback)
    }
    try await store.commit(FactBatch(id: 1, receivedAt: noon, facts: facts))

    try await store.seal(now: noon)

    // The lease, ten times values, the segment.
    #expect(transactions.withLock { $0 } == 12)
    #expect(try await store.summary(now: noon).journalFacts == 0)
    try await expectEqualAnswers(store, FactModel(facts), in: hours)
    #expect(try await store.check() == [])
  }

  @Test func `an open hour is read like a whole one by who asks what was until now`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let open = Timeframe(from: noon + 10 * Milliseconds.minute, to: noon + 20 * Milliseconds.minute)
    var builder = FactBuilder(seed: 11)
    let facts = builder.facts(400, in: open)
    let newest = try #require(facts.map(\.time).max())
    try await store.commit(FactBatch(id: 1, receivedAt: open.to, facts: facts))
    try await store.maintain(now: open.to)
    let model = FactModel(facts)
    func bytes(_ end: Timestamp) async throws -> Int {
      let query = SumQuery(
        span: .timeframe(Timeframe(from: noon - Milliseconds.hour, to: end)),
        filter: Filter(),
        grouping: .dimension(.browser),
        sums: [.plays, .watchedMilliseconds]
      )
      let before = store.queries.cache.byteCount
      try await expectEqualAnswers(store, model, [query])
      return store.queries.cache.byteCount - before
    }

    // Nothing of the facts one by one is kept, because nothing was read of them.
    let whole = try await bytes(newest + 1)
    #expect(try await bytes(newest + Milliseconds.minute) == 0)
    #expect(try await bytes(newest) > 4 * whole)
    #expect(try await bytes(noon + 15 * Milliseconds.minute) < whole)
  }

  @Test func `and merging drop what was kept of segments that are gone`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    var builder = FactBuilder(seed: 10)
    let query = SumQuery(
      span: .timeframe(hours),
      filter: Filter([Filter.Clause(.country, ["FR"])]),
      grouping: .dimension(.browser),
      sums: [.plays]
    )
    var bytes: [Int] = []
    for number in 0..<30 {
      let facts = builder.facts(160, in: hours)
      let time = noon + Int64(number)
      try await store.commit(FactBatch(id: UInt64(number), receivedAt: time, facts: facts))
      try await store.maintain(now: time)
      _ = try await store.sums(for: [query])
      bytes.append(store.queries.cache.byteCount)
    }

    #expect(try #require(bytes.max()) < 12 * bytes[0], "\(bytes)")
  }
}
