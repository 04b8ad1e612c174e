import QueryCore
import Synchronization

/// Measures how many questions are answered at the same time; answers three at once, or never.
final class Gauge: QueryAnswering {
  private struct State {
    var now = 0
    var highest = 0
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  /// The most that were under way together.
  var highest: Int { state.withLock { $0.highest } }

  func dataState() async throws(QueryError) -> DataState {
    DataState(version: 1, newestReceipt: nil)
  }

  func answer(_ queries: [Query]) async throws(QueryError) -> QueryAnswer {
    defer { state.withLock { $0.now -= 1 } }
    // Asked on the event loop, which others need meanwhile.
    await withCheckedContinuation { continuation in
      let ready = state.withLock { state in
        state.now += 1
        state.highest = max(state.highest, state.now)
        state.waiting.append(continuation)
        guard state.highest >= 3 else { return [CheckedContinuation<Void, Never>]() }
        defer { state.waiting = [] }
        return state.waiting
      }
      for waiting in ready { waiting.resume() }
    }
    let results = queries.map { QueryResult(query: $0, rows: .buckets([]), itemsTotal: 0) }
    return QueryAnswer(state: DataState(version: 1, newestReceipt: nil), results: results)
  }
}
