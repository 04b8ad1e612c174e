import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@testable import FactStore

@Suite("Watch times")
struct WatchTimeTests {
  private let days = Timeframe(from: noon - 3 * Milliseconds.day, to: noon)

  /// Playbacks that go on over hours and midnight; some of what they watched is taken back.
  private func facts(seed: UInt64) -> [Fact] {
    var builder = FactBuilder(seed: seed)
    return (0..<250).flatMap { _ -> [Fact] in
      let start = Int64.random(in: 0..<days.duration - 8_000_000, using: &builder.generator)
      let slots = builder.pick([1, 4, 40, 200, 900])
      return builder.facts(ofPlaybackFrom: days.from + start, slots: slots)
    }
  }

  private var queries: [SumQuery] {
    let filters = [
      Filter(), Filter([Filter.Clause(.mediaID, ["vi1"])]),
      Filter([Filter.Clause(.mediaType, ["live-stream"]), .init(.country, ["FR", "DE"])]),
      Filter([Filter.Clause(.mediaID, ["nothing"])]),
    ]
    let whole = Timeframe(
      from: days.from.floored(to: Milliseconds.day),
      to: days.to.ceiled(to: Milliseconds.day)
    )
    let hour = days.from.ceiled(to: Milliseconds.hour) + 20 * Milliseconds.hour
    let timeframes = [
      whole, days, Timeframe(from: hour, to: hour + 5 * Milliseconds.hour),
      Timeframe(from: hour + 123_456, to: hour + 4 * Milliseconds.hour + 7),
    ]
    return timeframes.flatMap { timeframe in
      filters.map { SumQuery(.watchTimes, in: timeframe, filter: $0) }
    }
  }

  @Test(arguments: [1, 2] as [UInt64])
  func `a playback counts once, by all that it watched, wherever that is stored`(
    seed: UInt64
  ) async throws {
    let folder = try TemporaryFolder()
    let facts = facts(seed: seed)
    let store = try FactStore.open(at: folder.storePath, options: options())
    // Half of it in segments, the other half in the journal.
    let importing = try await store.beginImport()
    try await importing.append(facts.enumerated().filter { $0.offset % 2 == 0 }.map(\.element))
    try await importing.finish()
    let rest = facts.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    try await store.commit(FactBatch(id: 1, receivedAt: noon, facts: rest))
    let model = FactModel(facts)

    let all = await model.sums(for: [queries[0]]).rows
    guard case .watchTimes(let times)? = all.first else {
      Issue.record("\(all)")
      return
    }
    #expect(times.counts.keys.max() ?? 0 > 7200 && times.counts.values.reduce(0, +) > 100)
    try await expectEqualAnswers(store, model, queries)
    // Again, from what is cached.
    try await expectEqualAnswers(store, model, queries)
  }
}
