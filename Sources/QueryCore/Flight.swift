import PlaybackFacts

/// What a backend was asked and has not answered yet, with everyone who waits for it.
///
/// It belongs to one ``QueryEngine`` and is touched on that actor only.
final class Flight {
  /// Rows of one snapshot of the data.
  struct Landing: Sendable {
    let state: DataState
    let rows: [Query: QueryResult.Rows]
  }

  typealias Outcome = Result<Landing, QueryError>

  /// Tells this flight from every other.
  let id: Int
  /// What is asked.
  let questions: [Query]
  /// The version of the data when it was asked; the answer may show a later one.
  let version: UInt64
  /// How many callers want to know.
  var callers = 0
  /// What came of it; nil while it is under way.
  private(set) var outcome: Outcome?
  /// The work, to be cancelled when nobody wants it any more.
  var task: Task<Void, Never>?
  private var waiters: [Int: CheckedContinuation<Outcome, Never>] = [:]

  init(id: Int, questions: [Query], version: UInt64) {
    self.id = id
    self.questions = questions
    self.version = version
  }

  /// Lets a waiter sleep until the outcome is there.
  func wait(_ waiter: Int, _ continuation: CheckedContinuation<Outcome, Never>) {
    if let outcome {
      continuation.resume(returning: outcome)
    } else {
      waiters[waiter] = continuation
    }
  }

  /// Wakes one waiter, who was cancelled; the others sleep on.
  func dismiss(_ waiter: Int) {
    waiters.removeValue(forKey: waiter)?.resume(returning: .failure(.cancelled))
  }

  /// Wakes everyone.
  func land(_ outcome: Outcome) {
    self.outcome = outcome
    for continuation in waiters.values { continuation.resume(returning: outcome) }
    waiters = [:]
  }
}
