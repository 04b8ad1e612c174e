@testable import FactStore
import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@Suite("Answers")
struct AnswerTests {
  private let days = Timeframe(
    from: noon - 60 * Milliseconds.hour,
    to: noon + 12 * Milliseconds.hour
  )

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `are the same from the journal, from segments and from both`(seed: UInt64) async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let model = FactModel()
    var builder = FactBuilder(seed: seed)
    func commit(_ count: Int, at time: Timestamp) async throws {
      let facts = builder.facts(count, in: days)
      let batch = FactBatch(id: builder.generator.next(), receivedAt: time, facts: facts)
      try await store.commit(batch)
      await model.commit(batch)
    }

    for _ in 0..<5 { try await commit(150, at: noon - 24 * Milliseconds.hour) }
    try await expectEqualAnswers(store, model, in: days, seed: seed)
    #expect(try await store.summary(now: noon).segments == 0)

    try await store.seal(now: noon - 12 * Milliseconds.hour)
    try await expectEqualAnswers(store, model, in: days, seed: seed)
    // The same questions again, from what is kept in memory.
    try await expectEqualAnswers(store, model, in: days, seed: seed)
    #expect(try await store.summary(now: noon).segments > 0)

    // Late facts, and new ones, beside segments.
    try await commit(300, at: noon - 6 * Milliseconds.hour)
    try await expectEqualAnswers(store, model, in: days, seed: seed)
    try await store.seal(now: noon)
    try await expectEqualAnswers(store, model, in: days, seed: seed)

    // Tags that come, and others instead, with all that is kept in memory.
    for _ in 0..<2 {
      let items = builder.describedMedia()
      let before = try await store.dataState()
      try await store.describe(items)
      await model.describe(items)
      #expect(try await store.dataState() != before)
      try await expectEqualAnswers(store, model, in: days, seed: seed)
    }

    try await store.compact(now: noon)
    try await commit(100, at: noon)
    try await expectEqualAnswers(store, model, in: days, questions: 200, seed: seed + 100)
    #expect(try await store.summary(now: noon).segments <= 4)
    #expect(try await store.check() == [])
  }

  @Test(arguments: [1, 2] as [UInt64])
  func `are the same from imports beside the journal and segments`(seed: UInt64) async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    var builder = FactBuilder(seed: seed)
    let facts = (0..<4).map { _ in builder.facts(400, in: days) }
    let model = FactModel()

    try await store.commit(FactBatch(id: 1, receivedAt: noon - Milliseconds.day, facts: facts[0]))
    await model.commit(FactBatch(id: 1, receivedAt: noon, facts: facts[0]))
    try await store.seal(now: noon)
    let first = try await store.beginImport()
    try await first.append(facts[1])
    try await expectEqualAnswers(store, model, in: days, seed: seed)
    try await first.finish()
    await model.commit(FactBatch(id: 2, receivedAt: noon, facts: facts[1]))
    try await expectEqualAnswers(store, model, in: days, seed: seed)
    let second = try await store.beginImport()
    for start in stride(from: 0, to: facts[2].count, by: 50) {
      try await second.append(Array(facts[2][start..<min(start + 50, facts[2].count)]))
    }
    try await second.finish()
    try await store.commit(FactBatch(id: 4, receivedAt: noon, facts: facts[3]))
    await model.commit(FactBatch(id: 3, receivedAt: noon, facts: facts[2] + facts[3]))
    try await expectEqualAnswers(store, model, in: days, questions: 100, seed: seed)
    try await store.compact(now: noon)
    try await expectEqualAnswers(store, model, in: days, questions: 100, seed: seed + 1)
    #expect(try await store.check() == [])
  }

  @Test func `are the same with no memory for results and with a little`() async throws {
    for cacheBytes in [0, 4000] {
      let folder = try TemporaryFolder()
      let store = try FactStore.open(at: folder.storePath, options: options(cacheBytes: cacheBytes))
      var builder = FactBuilder(seed: 9)
      let facts = builder.facts(800, in: days)
      try await store.commit(
        FactBatch(id: 1, receivedAt: noon - Milliseconds.day, facts: facts)
      )
      try await store.seal(now: noon)

      try await expectEqualAnswers(store, FactModel(facts), in: days)
      try await expectEqualAnswers(store, FactModel(facts), in: days)
      #expect(store.queries.cache.byteCount <= cacheBytes)
    }
  }

  @Test func `of a reader follow a writer that seals and compacts`() async throws {
    let folder = try TemporaryFolder()
    let writer = try FactStore.open(at: folder.storePath, options: options())
    let reader = try FactStore.open(at: folder.storePath, options: options(isReadOnly: true))
    let model = FactModel()
    var builder = FactBuilder(seed: 11)
    for step in 0..<6 {
      let time = noon - Int64(12 - 2 * step) * Milliseconds.hour
      let batch = FactBatch(
        id: UInt64(step),
        receivedAt: time,
        facts: builder.facts(120, in: days)
      )
      let before = try await reader.dataState()
      try await writer.commit(batch)
      await model.commit(batch)
      #expect(try await reader.dataState() != before)
      try await expectEqualAnswers(reader, model, in: days, questions: 20, seed: UInt64(step))
      try await writer.seal(now: time + 2 * Milliseconds.hour)
      try await expectEqualAnswers(reader, model, in: days, questions: 20, seed: UInt64(step))
      if step == 3 { try await writer.compact(now: time) }
    }
    try await expectEqualAnswers(reader, model, in: days)
  }

  @Test func `to many at once are each of one state while facts come and are sealed`() async throws
  {
    let folder = try TemporaryFolder()
    let writer = try FactStore.open(at: folder.storePath, options: options())
    let reader = try FactStore.open(at: folder.storePath, options: options(isReadOnly: true))
    // Each batch adds as many plays in one hour as in the other, so that any state has equal sums.
    let hours = [noon - 5 * Milliseconds.hour, noon - 3 * Milliseconds.hour]
    var builder = FactBuilder(seed: 12)
    let batches = (0..<40).map { number in
      FactBatch(
        id: UInt64(number),
        receivedAt: noon - 2 * Milliseconds.hour,
        facts: hours.map { Fact(.play, at: $0, of: builder.playback()) }
      )
    }
    let queries = hours.map { hour in
      SumQuery(
        span: .timeframe(Timeframe(from: hour, to: hour + Milliseconds.hour)),
        sums: [.plays]
      )
    }

    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for (number, batch) in batches.enumerated() {
          try await writer.commit(batch)
          if number % 5 == 4 { try await writer.seal(now: noon) }
          if number % 15 == 14 { try await writer.compact(now: noon) }
        }
      }
      for store in [reader, writer, reader] {
        group.addTask {
          for _ in 0..<60 {
            let answer = try await store.sums(for: queries)
            #expect(answer.rows[0] == answer.rows[1])
          }
        }
      }
      try await group.waitForAll()
    }

    let answer = try await reader.sums(for: queries)
    var expected = Sums()
    expected[.plays] = 40
    #expect(answer.rows == [.total(expected), .total(expected)])
  }

  @Test func `keep to totals what is kept by media`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())

    await #expect(throws: StoreError.notInTotals(dimension: "country")) {
      try await store.sums(for: [
        SumQuery(span: .allTime, grouping: .dimension(.country), sums: [.plays])
      ])
    }
  }

  @Test func `stop when their task is cancelled`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await store.sums(for: [SumQuery(span: .timeframe(days), sums: [.plays])])
    }

    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
