import Dispatch
import Logging
import ServiceLifecycle
import Synchronization

/// Services that run beside a screen; where one fails, the screen ends, and its failure is the command's.
final class ScreenWork: Sendable {
  private struct State {
    var task: Task<Void, Never>?
    var failure: (any Error)?
    var onFailure: @Sendable () -> Void = {}
  }

  private let group: ServiceGroup
  private let state = Mutex(State())
  private let ended = DispatchSemaphore(value: 0)

  init(_ services: [any Service]) {
    group = ServiceGroup(
      services: services,
      logger: Logger(label: "playhead") { _ in SwiftLogNoOpLogHandler() }
    )
  }

  /// The error of the service that failed; nil while all run.
  var failure: (any Error)? { state.withLock(\.failure) }

  /// Calls `body` when a service fails.
  func onFailure(_ body: @escaping @Sendable () -> Void) {
    state.withLock { $0.onFailure = body }
  }

  /// Runs the services, if they don't run already.
  func start() {
    state.withLock { state in
      guard state.task == nil else { return }
      state.task = Task {
        do { try await group.run() } catch { note(error) }
        ended.signal()
      }
    }
  }

  private func note(_ error: any Error) {
    let onFailure = state.withLock { state in
      if state.failure == nil { state.failure = error }
      return state.onFailure
    }
    onFailure()
  }

  /// Stops the services; call it on a thread that may wait.
  /// - Parameter patience: How long to wait for them: a user who quits wants the prompt back.
  /// - Throws: The error of a service that failed.
  func end(patience: DispatchTimeInterval = .milliseconds(250)) throws {
    let (task, failure) = state.withLock { ($0.task, $0.failure) }
    if let task {
      task.cancel()
      _ = ended.wait(timeout: .now() + patience)
    }
    if let failure { throw failure }
  }
}
