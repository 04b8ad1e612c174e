@testable import FactStore
import Dispatch

/// Work that stands still until the test lets it go on.
final class Gate: Sendable {
  private let isReached = DispatchSemaphore(value: 0)
  private let isOpen = DispatchSemaphore(value: 0)

  func pass() {
    isReached.signal()
    isOpen.wait()
    isOpen.signal()
  }

  func open() { isOpen.signal() }

  func reached() async {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        self.isReached.wait()
        continuation.resume()
      }
    }
  }
}

extension FactStore {
  /// Begins to read from a snapshot, and holds it until a gate is opened.
  func holdSnapshot(until gate: Gate) async -> Task<Void, any Error> {
    let reading = Task {
      try await connections.readForCaller { db, _ in
        _ = try Head.fetch(db)
        gate.pass()
      }
    }
    await gate.reached()
    return reading
  }
}
