import FactStore
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

  private func batch(_ id: UInt64, _ facts: [Fact], at time: Timestamp) -> FactBatch {
    FactBatch(id: id, receivedAt: time, facts: facts)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `are the same from journal, segments and both`(seed: UInt64) async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let model = FactModel()
    var builder = FactBuilder(seed: seed)
    func commit(_ facts: [Fact], at time: Timestamp) async throws {
      let batch = batch(builder.generator.next(), facts, at: time)
      try await store.commit(batch)
      await model.commit(batch)
    }

    // A day in the journal, then sealed.
    for _ in 0..<5 {
      try await commit(builder.facts(150, in: days), at: noon - 24 * Milliseconds.hour)
    }
    try await expectEqualAnswers(store, model, in: days, seed: seed)
    try await store.seal(now: noon - 12 * Milliseconds.hour)
    try await expectEqualAnswers(store, model, in: days, seed: seed)
    // The same questions again, from what is kept in memory.
    try await expectEqualAnswers(store, model, in: days, seed: seed)
    // Late and new facts beside segments.
    try await commit(builder.facts(300, in: days), at: noon - 6 * Milliseconds.hour)
    try await expectEqualAnswers(store, model, in: days, seed: seed)
    try await store.seal(now: noon)
    try await expectEqualAnswers(store, model, in: days, seed: seed)
    try await store.compact(now: noon)
    try await expectEqualAnswers(store, model, in: days, seed: seed)
    try await commit(builder.facts(100, in: days), at: noon)
    try await expectEqualAnswers(store, model, in: days, questions: 150, seed: seed + 100)
  }
}
