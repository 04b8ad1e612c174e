import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@testable import FactStore

@Suite("Questions on the threads of a store", .timeLimit(.minutes(5)))
struct StoreExecutorTests {
  private let days = Timeframe(from: noon - 36 * Milliseconds.hour, to: noon)
  private var plays: SumQuery { SumQuery(span: .timeframe(days), sums: [.plays]) }

  @Test func `are answered as those from elsewhere, more of them than there are threads`()
    async throws
  {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    var builder = FactBuilder(seed: 1)
    let facts = builder.facts(200, in: days)
    try await store.commit(FactBatch(id: 1, receivedAt: noon, facts: facts))
    let expected = try await store.sums(for: [plays]).rows

    try await withThrowingTaskGroup(of: [SumRows].self) { tasks in
      for _ in 0..<50 {
        tasks.addTask(executorPreference: store.executor) {
          #expect(store.connections.readers.isCurrent)
          return try await store.sums(for: [plays]).rows
        }
      }
      for try await rows in tasks { #expect(rows == expected) }
    }
    #expect(!store.connections.readers.isCurrent)
  }

  @Test func `are not answered when they are cancelled, nor after the store is closed`()
    async throws
  {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    func ask(isCancelled: Bool) -> Task<SumAnswer, any Error> {
      Task(executorPreference: store.executor) {
        if isCancelled { withUnsafeCurrentTask { $0?.cancel() } }
        return try await store.sums(for: [plays])
      }
    }

    await #expect(throws: CancellationError.self) { try await ask(isCancelled: true).value }
    #expect(try await ask(isCancelled: false).value.rows == [.total(.zero)])
    try store.close()
    await #expect(throws: StoreError.closed(path: store.path)) {
      try await ask(isCancelled: false).value
    }
  }
}
