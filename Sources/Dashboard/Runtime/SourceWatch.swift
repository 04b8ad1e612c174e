import PlaybackFacts
import Synchronization

/// Asks one of several sources who watches there, every few seconds.
///
/// At most one question is under way: a source that doesn't answer is asked nothing else meanwhile, and has a task of
/// its own, so that it keeps no other one waiting.
struct SourceWatch: Sendable {
  static let interval = Duration.seconds(5)

  let index: Int
  let source: SourceOpening
  let clock: any Clock<Duration>
  let now: @Sendable () -> Timestamp
  let post: @Sendable (DashboardMessage) -> Void

  /// Whether a question is under way.
  private final class Asking: Sendable {
    private let isUnderWay = Mutex(false)

    /// Begins a question; false while another one is under way.
    func begin() -> Bool {
      isUnderWay.withLock { isUnderWay in
        defer { isUnderWay = true }
        return !isUnderWay
      }
    }

    func end() { isUnderWay.withLock { $0 = false } }
  }

  /// Asks until it is cancelled, and cancels the question that is under way then.
  func run() async {
    let asking = Asking()
    await withTaskGroup(of: Void.self) { group in
      while !Task.isCancelled {
        if asking.begin() {
          group.addTask {
            await ask()
            asking.end()
          }
        } else {
          post(.sourceFailed(index, reason: "no answer in \(Self.interval.components.seconds) s"))
        }
        guard (try? await clock.sleep(for: Self.interval)) != nil else { break }
      }
      group.cancelAll()
    }
  }

  private func ask() async {
    let message: DashboardMessage
    do {
      message = .sourceRead(index, try await SourceReading(of: source.opened(), at: now()))
    } catch {
      message = .sourceFailed(index, reason: "\(error)")
    }
    if !Task.isCancelled { post(message) }
  }
}
