import FactStore
import PlaybackFacts
import QueryCore
import TestSupport
import Testing

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
}
