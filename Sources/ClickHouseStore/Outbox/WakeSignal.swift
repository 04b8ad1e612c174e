import Synchronization

/// Lets one task wait until another has something for it.
final class WakeSignal: Sendable {
  private enum State {
    case idle
    case woken
    case waiting(CheckedContinuation<Void, Never>)
  }

  private let state = Mutex(State.idle)

  /// Ends the wait, or the next one.
  func wake() {
    let waiting: CheckedContinuation<Void, Never>? = state.withLock { state in
      if case .waiting(let continuation) = state {
        state = .idle
        return continuation
      }
      state = .woken
      return nil
    }
    waiting?.resume()
  }

  /// Waits for ``wake()``, or until the task is cancelled; returns at once where it was called before.
  func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isWoken = state.withLock { state in
          if case .woken = state {
            state = .idle
            return true
          }
          state = .waiting(continuation)
          return false
        }
        if isWoken || Task.isCancelled { isWoken ? continuation.resume() : wake() }
      }
    } onCancel: {
      wake()
    }
  }
}
