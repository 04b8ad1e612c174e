import QueryCore

/// Fails with the same error always.
struct LostData: QueryAnswering {
  let error: QueryError

  func dataState() async throws(QueryError) -> DataState { throw error }

  func answer(_ queries: [Query]) async throws(QueryError) -> QueryAnswer { throw error }
}
