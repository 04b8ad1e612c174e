/// Whatever answers queries: ``QueryEngine`` over a backend, or a server elsewhere.
public protocol QueryAnswering: Sendable {
  /// The state of the data now; cheap enough to ask several times a second.
  func dataState() async throws(QueryError) -> DataState

  /// Answers all questions over the same snapshot of the data.
  func answer(_ queries: [Query]) async throws(QueryError) -> QueryAnswer

  /// Answers all questions over the same snapshot of the data, in the turn of a client: what has to be computed may
  /// have to wait for others, or be refused.
  func answer(
    _ queries: [Query],
    for client: QueryClient
  ) async throws(QueryError) -> QueryAnswer

  /// Answers all questions; `skippingCaches` passes over answers that are cached for a time only, and asks a source
  /// that said it should not be asked now.
  func answer(_ queries: [Query], skippingCaches: Bool) async throws(QueryError) -> QueryAnswer

  /// Whether the answer to a question can differ from the one that was given at a version of the data.
  ///
  /// It costs no more than ``dataState()``. A source that does not know what changed says that all can.
  func canDiffer(_ query: Query, since version: UInt64) async throws(QueryError) -> Bool
}

extension QueryAnswering {
  /// Answers as always: what can be asked at any time has no caches to skip.
  public func answer(_ queries: [Query], skippingCaches _: Bool) async throws(QueryError)
    -> QueryAnswer
  {
    try await answer(queries)
  }

  /// Answers at once: there are no turns.
  public func answer(
    _ queries: [Query],
    for _: QueryClient
  ) async throws(QueryError) -> QueryAnswer {
    try await answer(queries)
  }

  /// All answers can: nothing is known of changes.
  public func canDiffer(_: Query, since _: UInt64) async throws(QueryError) -> Bool { true }
}
