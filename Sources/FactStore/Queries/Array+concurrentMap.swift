import Dispatch
import Synchronization

extension Array where Element: Sendable {
  /// The results of a transformation in the order of the elements, made on all cores where there is
  /// enough to do for them; with an error, the first that was thrown.
  func concurrentMap<Value: Sendable>(
    isWorthIt: Bool,
    _ transform: @Sendable (Element) throws -> Value
  ) throws -> [Value] {
    guard isWorthIt, count > 1 else { return try map(transform) }
    let results = Mutex([Result<Value, any Error>?](repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: count) { index in
      let result = Result { try transform(self[index]) }
      results.withLock { $0[index] = result }
    }
    return try results.withLock { try $0.compactMap { try $0?.get() } }
  }
}
