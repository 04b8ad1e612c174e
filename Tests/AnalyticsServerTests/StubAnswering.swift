import QueryCore
import Synchronization

/// Answers every question with the same, and remembers the questions.
final class StubAnswering: QueryAnswering {
  private let answer: @Sendable (Query) async throws(QueryError) -> QueryResult
  private let asked = Mutex([Query]())
  private let stateCount = Mutex(0)

  private let unchangedSince: UInt64?

  init(
    unchangedSince: UInt64? = nil,
    _ answer: @escaping @Sendable (Query) async throws(QueryError) -> QueryResult = { query in
      QueryResult(query: query, rows: .number(.integer(7)), itemsTotal: 1)
    }
  ) {
    self.answer = answer
    self.unchangedSince = unchangedSince
  }

  func canDiffer(_ query: Query, since version: UInt64) async throws(QueryError) -> Bool {
    unchangedSince.map { version < $0 } ?? true
  }

  /// The questions so far.
  var queries: [Query] { asked.withLock(\.self) }

  /// How often the state of the data was asked for.
  var timesStateWasAsked: Int { stateCount.withLock(\.self) }

  func dataState() async throws(QueryError) -> DataState {
    stateCount.withLock { $0 += 1 }
    let query = Query(MetricCatalog.measures[0], in: nil)
    _ = try await answer(query)
    return DataState(version: 5, newestReceipt: nil)
  }

  func answer(_ queries: [Query]) async throws(QueryError) -> QueryAnswer {
    var results: [QueryResult] = []
    for query in queries {
      asked.withLock { $0.append(query) }
      results.append(try await answer(query))
    }
    return QueryAnswer(state: DataState(version: 5, newestReceipt: nil), results: results)
  }
}
