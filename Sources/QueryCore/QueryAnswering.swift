/// Whatever answers queries: ``QueryEngine`` over a backend, or a server elsewhere.
public protocol QueryAnswering: Sendable {
  /// The state of the data now; cheap enough to ask several times a second.
  func dataState() async throws(QueryError) -> DataState

  /// Answers all questions over the same snapshot of the data.
  func answer(_ queries: [Query]) async throws(QueryError) -> QueryAnswer
}
