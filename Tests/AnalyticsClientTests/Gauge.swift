import QueryCore
import Synchronization

/// Measures how many questions are answered at the same time; answers three at once, or never.
final class Gauge: QueryAnswering {
  private let state = Mutex((now: 0, highest: 0))

  /// The most that were under way together.
  var highest: Int { state.withLock(\.highest) }

  func dataState() async throws(QueryError) -> DataState {
    DataState(version: 1, newestReceipt: nil)
  }

  func answer(_ queries: [Query]) async throws(QueryError) -> QueryAnswer {
    state.withLock { state in
      state.now += 1
      state.highest = max(state.highest, state.now)
    }
    defer { state.withLock { $0.now -= 1 } }
    while highest < 3 { await Task.yield() }
    let results = queries.map { QueryResult(query: $0, rows: .buckets([]), itemsTotal: 0) }
    return QueryAnswer(state: DataState(version: 1, newestReceipt: nil), results: results)
  }
}
