import PlaybackFacts
import Synchronization

/// What a backend was asked and has not answered yet, with everyone who waits for it.
///
/// It belongs to one ``QueryEngine`` and is touched on that actor only, but for its ``arrival``.
final class InFlightRequest {
  /// Rows of one snapshot of the data.
  struct Snapshot: Sendable {
    let history: DataHistory
    let rows: [Query: OrderedRows]

    var state: DataState { history.state }
  }

  /// What tells data that was asked from other data.
  enum Basis: Hashable {
    case version(UInt64)
    /// See ``DataGlance/changed(stamp:)``.
    case stamp(UInt64)
  }

  typealias Outcome = Result<Snapshot, QueryError>

  /// Tells this request from every other.
  let id: Int
  /// What is asked.
  let questions: [Query]
  /// The data when it was asked; the answer may show later data.
  let basis: Basis
  /// What comes of it.
  let arrival = Arrival()
  /// How many callers want to know.
  var callers = 0
  /// The work, to be cancelled when nobody wants it any more.
  var task: Task<Void, Never>?

  init(id: Int, questions: [Query], basis: Basis) {
    self.id = id
    self.questions = questions
    self.basis = basis
  }

  /// An outcome that comes once, for any number of tasks, each of which may stop waiting.
  final class Arrival: Sendable {
    private struct State {
      var outcome: Outcome?
      var lastWaiter = 0
      var waiters: [Int: CheckedContinuation<Outcome, Never>] = [:]
    }

    private let state = Mutex(State())

    /// The outcome, if it is there.
    var known: Outcome? { state.withLock { $0.outcome } }

    /// The outcome, as soon as it is there; ``QueryError/cancelled`` as soon as the task is.
    func outcome() async -> Outcome {
      let waiter = state.withLock { state in
        state.lastWaiter += 1
        return state.lastWaiter
      }
      return await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          let outcome = state.withLock { state in
            if state.outcome == nil { state.waiters[waiter] = continuation }
            return state.outcome
          }
          if let outcome { continuation.resume(returning: outcome) }
          // A task that was cancelled before this was no waiter yet when its handler ran.
          if Task.isCancelled { dismiss(waiter) }
        }
      } onCancel: {
        dismiss(waiter)
      }
    }

    /// Wakes everyone.
    func arrive(_ outcome: Outcome) {
      let waiters = state.withLock { state in
        state.outcome = outcome
        defer { state.waiters = [:] }
        return state.waiters.values
      }
      for continuation in waiters { continuation.resume(returning: outcome) }
    }

    /// Wakes one waiter; the others sleep on.
    private func dismiss(_ waiter: Int) {
      state.withLock { $0.waiters.removeValue(forKey: waiter) }?
        .resume(returning: .failure(.cancelled))
    }
  }
}

extension InFlightRequest.Snapshot {
  /// The rows of some questions at the newest of several snapshots; nil where some are no longer valid
  /// there.
  init?(_ questions: [Query], from snapshots: [InFlightRequest.Snapshot]) {
    guard let newest = snapshots.max(by: { $0.state.version < $1.state.version }) else {
      return nil
    }
    var rows: [Query: OrderedRows] = [:]
    for snapshot in snapshots {
      let changes = newest.history.log.changes(
        from: snapshot.state.version,
        to: newest.state.version
      )
      for question in questions where rows[question] == nil && !changes.affect(question) {
        rows[question] = snapshot.rows[question]
      }
    }
    guard rows.count == questions.count else { return nil }
    self.init(history: newest.history, rows: rows)
  }
}
