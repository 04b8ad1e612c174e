import ArgumentParser
import Logging
import ServiceLifecycle
import UnixSignals

/// Runs the services of a command until a signal asks it to stop or one of them fails; its failure is the
/// command's.
///
/// ```
/// TERM or INT ─▶ the services stop, the last first ─▶ done
///                 ├ after `limit` ──────────────────▶ the process ends all the same
///                 └ a second TERM or INT ───────────▶ the process ends at once
/// HUP ─────────▶ `onHangUp`
/// ```
struct ServiceRun {
  /// The services; they stop in reverse order.
  let services: [any Service]
  /// How long they may take to stop.
  var limit: Duration = .seconds(9)
  let logger: Logger
  /// The signals to react to; nil for those sent to the process.
  var signals: AsyncStream<UnixSignal>?
  /// Called when a HUP comes.
  var onHangUp: @Sendable () async -> Void = {}
  /// Called when they begin to stop.
  var onStopping: @Sendable () async -> Void = {}
  /// Ends the process: with an error after `limit`, with the number of a second signal before.
  var end: @Sendable (Ending) async -> Void = { $0.leave() }

  /// Why the process ends before its services have.
  enum Ending: Equatable {
    case signal(Int32)
    case limit(Duration)

    /// Ends the process.
    func leave() -> Never {
      switch self {
      case .signal(let number): Main.leave(ExitCode(128 + number))
      case .limit(let limit):
        Main.leave(
          CommandError(
            "the server did not stop within \(limit.components.seconds) s; all acknowledged pings are on disk"
          )
        )
      }
    }
  }

  /// Runs them to their end.
  /// - Throws: what the first service throws that fails.
  func run() async throws {
    let group = ServiceGroup(services: services, logger: logger)
    if let signals {
      try await run(group, signals)
    } else {
      try await run(group, await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup))
    }
  }

  private func run(
    _ group: ServiceGroup,
    _ signals: some AsyncSequence<UnixSignal, Never> & Sendable
  ) async throws {
    try await withThrowingTaskGroup { tasks in
      tasks.addTask { await handle(signals, of: group) }
      defer { tasks.cancelAll() }
      try await group.run()
    }
  }

  private func handle(
    _ signals: some AsyncSequence<UnixSignal, Never> & Sendable,
    of group: ServiceGroup
  ) async {
    await withTaskGroup { tasks in
      var isStopping = false
      for await signal in signals {
        if signal == .sighup {
          await onHangUp()
        } else if isStopping {
          await end(.signal(signal.rawValue))
        } else {
          isStopping = true
          tasks.addTask {
            do { try await Task.sleep(for: limit) } catch { return }
            await end(.limit(limit))
          }
          await onStopping()
          await group.triggerGracefulShutdown()
        }
      }
      tasks.cancelAll()
    }
  }
}
