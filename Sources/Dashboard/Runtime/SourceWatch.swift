import PlaybackFacts
import QueryCore
import Synchronization

/// Asks one of several sources who watches there, every few seconds.
///
/// At most one question is under way: a source that doesn't answer is asked nothing else meanwhile, and has a task of
/// its own, so that it keeps no other one waiting. One that fails is asked less and less often, and one that says when
/// it may be asked again is left alone until then.
struct SourceWatch: Sendable {
  static let interval = Duration.seconds(5)

  let index: Int
  let source: SourceOpening
  let clock: any Clock<Duration>
  let now: @Sendable () -> Timestamp
  let post: @Sendable (DashboardMessage) -> Void

  /// When the next question is due.
  private final class Pace: Sendable {
    private struct State {
      var isUnderWay = false
      /// How many questions in a row had no answer.
      var failures = 0
      /// How many turns are left out before the next question.
      var rest = 0
    }

    private let state = Mutex(State())

    /// What a turn is for.
    enum Turn { case question, rest, lateness }

    /// A source that fails again and again is asked once a minute.
    private static let longestPause = 12

    /// Takes a turn; a question begins with it.
    func takeTurn() -> Turn {
      state.withLock { state in
        guard !state.isUnderWay else { return .lateness }
        guard state.rest == 0 else {
          state.rest -= 1
          return .rest
        }
        state.isUnderWay = true
        return .question
      }
    }

    /// Ends a question, and leaves a source alone for a while that failed, or for as long as it asks for.
    func end(after failure: (any Error)?) {
      state.withLock { state in
        state.isUnderWay = false
        guard let failure else {
          state.failures = 0
          return
        }
        state.failures += 1
        var turns = min(1 << min(state.failures - 1, 10), Self.longestPause)
        if let seconds = (failure as? QueryError)?.retryAfterSeconds {
          let interval = Int(SourceWatch.interval.components.seconds)
          turns = (min(max(1, seconds), 86_400) + interval - 1) / interval
        }
        state.rest = turns - 1
      }
    }
  }

  /// Asks until it is cancelled, and cancels the question that is under way then.
  func run() async {
    let pace = Pace()
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        switch pace.takeTurn() {
        case .question: group.addTask { pace.end(after: await ask()) }
        case .rest: break
        case .lateness:
          post(.sourceFailed(index, reason: "no answer in \(Self.interval.components.seconds) s"))
        }
        guard (try? await clock.sleep(for: Self.interval)) != nil else { break }
      }
      group.cancelAll()
    }
  }

  /// Asks once; nil where there was an answer.
  private func ask() async -> (any Error)? {
    do {
      let reading = try await SourceReading(of: source.opened(), at: now())
      if !Task.isCancelled { post(.sourceRead(index, reading)) }
      return nil
    } catch {
      let wait = (error as? QueryError)?.retryAfterSeconds
      if !Task.isCancelled {
        post(.sourceFailed(index, reason: "\(error)", retryAfterSeconds: wait))
      }
      return error
    }
  }
}
