import PlaybackFacts
import QueryCore
import Synchronization
import TestSupport
import Testing

@testable import FactStore

@Suite("Journal")
struct JournalTests {
  private let day = Timeframe(
    from: Timestamp(milliseconds: 1_700_000_000_000),
    to: Timestamp(milliseconds: 1_700_086_400_000)
  )

  @Test func `answers from the journal are those of the model`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let model = FactModel()
    var builder = FactBuilder(seed: 1)
    for number in 0..<20 {
      let batch = FactBatch(
        id: UInt64(number),
        receivedAt: day.to + Int64(number),
        facts: builder.facts(50, in: day)
      )
      try await store.commit(batch)
      await model.commit(batch)

      let queries = (0..<20).map { _ in builder.query(in: day) }.filter { $0.span != .allTime }
      let answer = try await store.sums(for: queries)
      let expected = await model.sums(for: queries)
      #expect(answer.state.newestReceipt == expected.state.newestReceipt)
      for (index, query) in queries.enumerated() {
        #expect(
          answer.rows[index].isAnswer(to: query, among: expected.rows[index]),
          "\(query)"
        )
      }
    }
  }

  /// The same facts, but some viewers have another browser in the second half of the playback.
  private func changingBrowsers(_ facts: [Fact]) -> [Fact] {
    facts.map { fact in
      guard fact.playback.id.rawValue % 5 == 0, fact.time.milliseconds / 60_000 % 2 == 0 else {
        return fact
      }
      let playback = fact.playback
      return Fact(
        fact.kind,
        at: fact.time,
        value: fact.value,
        of: Playback(
          id: playback.id,
          viewer: playback.viewer,
          mediaID: playback.mediaID,
          country: playback.country,
          deviceType: playback.deviceType,
          operatingSystem: playback.operatingSystem,
          browser: "changed",
          referrer: playback.referrer,
          isBot: playback.isBot
        )
      )
    }
  }

  @Test(arguments: [3, 4, 5] as [UInt64], [false, true])
  func `slots that are settled as an hour grows do not change its answers`(
    seed: UInt64,
    areBrowsersChanging: Bool
  ) async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let model = FactModel()
    var builder = FactBuilder(seed: seed)
    let hour = Timeframe(from: Timestamp(hour: 472_223), to: Timestamp(hour: 472_224))
    // Parts of a slot come in batches far apart.
    let shuffled = builder.facts(4000, in: hour).shuffled(using: &builder.generator)
    let facts = areBrowsersChanging ? changingBrowsers(shuffled) : shuffled
    let repeated = (0..<10).map { _ in builder.query(in: hour) }.filter { $0.span != .allTime }
    for (number, start) in stride(from: 0, to: facts.count, by: 100).enumerated() {
      let batch = FactBatch(
        id: UInt64(number),
        receivedAt: hour.to,
        facts: Array(facts[start..<min(start + 100, facts.count)])
      )
      try await store.commit(batch)
      await model.commit(batch)
      // Some follow every batch, some begin late, and some have not been asked for long.
      let askedOnce = (0..<3).map { _ in builder.query(in: hour) }.filter { $0.span != .allTime }
      let queries = askedOnce + (number % 7 == 6 ? repeated : Array(repeated.prefix(5)))
      let answer = try await store.sums(for: queries)
      let expected = await model.sums(for: queries)
      for (index, query) in queries.enumerated() {
        #expect(answer.rows[index].isAnswer(to: query, among: expected.rows[index]), "\(query)")
      }
    }

    let grown = store.journal.withKnownTail { tail in
      tail.hours.values.map { (events: $0.events.count, facts: $0.factCount) }
    }
    #expect(grown.reduce(0) { $0 + $1.facts } == facts.count)
    #expect(grown.reduce(0) { $0 + $1.events } < facts.count * 9 / 10)
    #expect(try await store.summary(now: hour.to).facts == facts.count)
  }

  @Test func `what it adds up to is kept once for each question, however often it is asked`()
    async throws
  {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    var builder = FactBuilder(seed: 2)
    let batch = FactBatch(id: 1, receivedAt: day.to, facts: builder.facts(500, in: day))
    try await store.commit(batch)
    let filters = [Filter(), Filter([Filter.Clause(.country, ["FR"])])]
    let queries = filters.flatMap { filter in
      [SumQuery.Grouping.none, .dimension(.browser)].map { grouping in
        SumQuery(span: .timeframe(day), filter: filter, grouping: grouping, sums: [.plays])
      }
    }
    var bytes: Set<Int> = []
    for _ in 0..<5 {
      _ = try await store.sums(for: queries)
      bytes.insert(store.journal.withKnownTail(\.partials.byteCount))
    }

    #expect(bytes.count == 1)
    #expect(!bytes.contains(0))
  }

  @Test func `what nobody asks for any more is not kept while the hour grows`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    var builder = FactBuilder(seed: 2)
    let hour = Timeframe(from: Timestamp(hour: 472_223), to: Timestamp(hour: 472_224))
    var bytes: [Int] = []
    for number in 0..<16 {
      let facts = builder.facts(500, in: hour)
      try await store.commit(FactBatch(id: UInt64(number), receivedAt: hour.to, facts: facts))
      // What the rows of a table show: another item is asked for each time.
      let filter = Filter([Filter.Clause(.mediaID, ["vi\(number)"])])
      let query = SumQuery(
        span: .timeframe(hour),
        filter: filter,
        grouping: .none,
        sums: [.plays]
      )
      _ = try await store.sums(for: [query])
      bytes.append(store.journal.withKnownTail(\.partials.byteCount))
    }

    #expect(try #require(bytes.last) < 8 * bytes[0], "\(bytes)")
  }
}
