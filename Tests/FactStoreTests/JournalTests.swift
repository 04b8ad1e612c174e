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
    let store = try FactStore.open(at: folder.storePath)
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
          answer.rows[index].reduced(to: query.sums) == expected.rows[index],
          "\(query)"
        )
      }
    }
  }
  @Test func `what it adds up to is kept once for each question, however often it is asked`()
    async throws
  {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath)
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
      bytes.insert(store.tail.withLock(\.partials.byteCount))
    }

    #expect(bytes.count == 1)
    #expect(!bytes.contains(0))
  }
}
