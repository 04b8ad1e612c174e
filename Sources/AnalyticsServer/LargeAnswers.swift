import AnalyticsAPI
import Hummingbird
import QueryCore

// Answers that take long to make: not on an event loop, where all its connections would wait, and no more at once
// than there are places.
extension ServedEnvironment {
  /// Reads much and makes the answer of it, in the turn of a client and away from the event loop; gives up after
  /// `deadline`.
  ///
  /// - Throws: What `make` throws; ``QueryError`` where it is not its turn in time.
  func answerInTurn(
    of client: QueryClient,
    within deadline: Duration,
    _ make: @escaping @Sendable () async throws(QueryError) -> Response
  ) async throws(QueryError) -> Response {
    let (admission, executor) = (admission, executor)
    return try await countingRefusals { () async throws(QueryError) -> Response in
      try await inTime(deadline) { () async throws(QueryError) -> Response in
        try await admission.inTurn(of: client) { () async throws(QueryError) -> Response in
          try await elsewhere(executor, make)
        }
      }
    }
  }

  /// The answers to some questions in the turn of a client; gives up after `deadline`.
  func answer(
    _ queries: [Query],
    for client: QueryClient,
    within deadline: Duration
  ) async throws(QueryError) -> QueryAnswer {
    let answer = try await countingRefusals { () async throws(QueryError) -> QueryAnswer in
      try await inTime(deadline) { [data] () async throws(QueryError) -> QueryAnswer in
        try await data.answer(queries, for: client)
      }
    }
    guard answer.results.count == queries.count else {
      throw .unavailable(reason: "The query was not answered.")
    }
    return answer
  }

  /// What a body of so many rows is made of, away from the event loop if they are many.
  func made<Value: Sendable>(
    ofRows count: Int,
    _ make: @escaping @Sendable () -> Value
  ) async -> Value {
    guard count > Self.mostRowsOnLoop else { return make() }
    return await elsewhere(executor) { make() }
  }

  /// To write so many rows takes some tenths of a millisecond.
  private static let mostRowsOnLoop = 300

  private func countingRefusals<Value>(
    _ work: () async throws(QueryError) -> Value
  ) async throws(QueryError) -> Value {
    do {
      return try await work()
    } catch {
      if case .tooManyWaiting = error { refusals.addWaitingRead() }
      throw error
    }
  }
}

extension QueryResult {
  /// How many rows a body has.
  var rowCount: Int {
    switch rows {
    case .number: 1
    case .buckets(let buckets): buckets.count
    case .timeseries(let points): points.count
    case .histogram(let bins): bins.count
    }
  }
}

/// Works on threads of an executor, or of the shared pool where it is nil.
func elsewhere<Value: Sendable, Failure: Error>(
  _ executor: (any TaskExecutor)?,
  _ work: @escaping @Sendable () async throws(Failure) -> Value
) async throws(Failure) -> Value {
  try await withTaskExecutorPreference(executor ?? globalConcurrentExecutor) {
    () async throws(Failure) -> Value in
    try await there(work)
  }
}

/// Does work where tasks run that prefer no actor: on the executor that the task prefers.
@concurrent
private func there<Value: Sendable, Failure: Error>(
  _ work: @Sendable () async throws(Failure) -> Value
) async throws(Failure) -> Value {
  try await work()
}
