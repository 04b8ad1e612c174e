import Dispatch
import QueryCore
import Synchronization

extension Array where Element: Sendable {
  /// The results of a transformation in the order of the elements, made on all cores where there is
  /// enough to do for them; with an error, the first that was thrown.
  func concurrentMap<Value: Sendable>(
    isWorthIt: Bool,
    _ transform: @escaping @Sendable (Element) throws -> Value
  ) throws -> [Value] {
    guard isWorthIt, count > 1 else { return try map(transform) }
    let sharing = SharedMap(self, transform)
    for _ in 1..<Swift.min(count, QueryAdmission.cores) {
      ScanThreads.queue.add { sharing.help() }
    }
    sharing.work()
    return try sharing.results().map { try $0.get() }
  }
}

/// The threads that help those which answer questions.
private enum ScanThreads {
  static let queue = WorkQueue("store.scan", width: QueryAdmission.cores - 1)
}

/// A transformation of an array whose elements several threads take in turn.
///
/// Nobody waits for a helper that has not joined yet: it may be busy with another question.
private final class SharedMap<Element: Sendable, Value: Sendable>: Sendable {
  private struct State {
    var results: [Result<Value, any Error>?]
    var isClosed = false
  }

  private let elements: [Element]
  private let transform: @Sendable (Element) throws -> Value
  private let next = Atomic(0)
  private let helpers = DispatchGroup()
  private let state: Mutex<State>

  init(_ elements: [Element], _ transform: @escaping @Sendable (Element) throws -> Value) {
    self.elements = elements
    self.transform = transform
    state = Mutex(
      State(results: [Result<Value, any Error>?](repeating: nil, count: elements.count))
    )
  }

  /// Transforms elements until none is left, unless the results were taken already.
  func help() {
    let isClosed = state.withLock { state in
      if !state.isClosed { helpers.enter() }
      return state.isClosed
    }
    guard !isClosed else { return }
    work()
    helpers.leave()
  }

  /// Transforms elements until none is left.
  func work() {
    while true {
      let index = next.add(1, ordering: .relaxed).oldValue
      guard index < elements.count else { return }
      let result = Result { try transform(elements[index]) }
      state.withLock { $0.results[index] = result }
    }
  }

  /// All results, once the helpers are done.
  func results() -> [Result<Value, any Error>] {
    state.withLock { $0.isClosed = true }
    helpers.wait()
    return state.withLock { $0.results.compactMap(\.self) }
  }
}
