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
