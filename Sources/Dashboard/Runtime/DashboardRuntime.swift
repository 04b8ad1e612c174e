public import PlaybackFacts
public import QueryCore
import Synchronization

/// Does the work that updates ask for: the only part of the dashboard that waits.
///
/// ```
/// update ─ effects ─▶ perform ─▶ task ─▶ source
///    ▲                                      │
///    └── takeMessages ◀── mailbox ◀─────────┘   + a call of `wake`
/// ```
public final class DashboardRuntime: Sendable {
  /// The fetch on its way, and whoever limits it.
  private struct Work {
    var id: Int?
    var fetch: Task<Void, Never>?
    var limit: Task<Void, Never>?
    var watch: Task<Void, Never>?

    mutating func abandonFetch() {
      id = nil
      fetch?.cancel()
      limit?.cancel()
      fetch = nil
      limit = nil
    }
  }

  private let answering: any QueryAnswering
  private let clock: any Clock<Duration>
  private let now: @Sendable () -> Timestamp
  private let jitter: @Sendable () -> Double
  private let mailbox: Mailbox
  private let work = Mutex(Work())

  private static let watchInterval = Duration.milliseconds(250)

  /// Makes a runtime that does nothing yet.
  ///
  /// - Parameters:
  ///   - answering: the source.
  ///   - clock: measures deadlines and pauses; it should go on while the machine sleeps.
  ///   - now: the time of day.
  ///   - jitter: numbers in 0..<1 that spread tries after failures.
  ///   - wake: called from any thread when there are messages to take.
  public init(
    answering: any QueryAnswering,
    clock: any Clock<Duration> = ContinuousClock(),
    now: @escaping @Sendable () -> Timestamp,
    jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
    wake: @escaping @Sendable () -> Void
  ) {
    self.answering = answering
    self.clock = clock
    self.now = now
    self.jitter = jitter
    mailbox = Mailbox(wake: wake)
  }

  /// Begins to watch the state of the data.
  public func start() {
    work.withLock { work in
      guard work.watch == nil else { return }
      work.watch = Task { await watch() }
    }
  }

  /// Abandons all work; nothing more is posted.
  public func stop() {
    work.withLock { work in
      work.abandonFetch()
      work.watch?.cancel()
      work.watch = nil
    }
  }

  /// Does what an update asked for; repainting and quitting are left to the caller.
  public func perform(_ effect: DashboardEffect) {
    switch effect {
    case .fetch(let id, let request, let deadline): fetch(id, request, deadline)
    case .cancelFetch: work.withLock { $0.abandonFetch() }
    case .repaint, .quit: break
    }
  }

  /// What has happened since the last call, in order; two messages at most.
  public func takeMessages() -> [DashboardMessage] { mailbox.take() }

  // MARK: - Fetching

  private func fetch(_ id: Int, _ request: OverviewRequest, _ deadline: Duration) {
    work.withLock { work in
      work.abandonFetch()
      work.id = id
      work.fetch = Task {
        let asOf = now()
        do throws(QueryError) {
          let answer = try await answering.answer(request.queries)
          land(id, .snapshotLoaded(id: id, Snapshot(request, answer, asOf: asOf)))
        } catch {
          land(id, .fetchFailed(id: id, reason: error.description, jitter: jitter()))
        }
      }
      work.limit = Task {
        guard (try? await clock.sleep(for: deadline)) != nil else { return }
        let reason = "no answer within \(deadline.components.seconds) s"
        land(id, .fetchFailed(id: id, reason: reason, jitter: jitter()))
      }
    }
  }

  /// Posts how a fetch ended, unless it has ended before or was superseded.
  private func land(_ id: Int, _ message: DashboardMessage) {
    let isAwaited = work.withLock { work in
      guard work.id == id else { return false }
      work.abandonFetch()
      return true
    }
    if isAwaited { mailbox.post(fetch: message) }
  }

  // MARK: - Watching

  /// Posts the state of the data whenever it is another one.
  private func watch() async {
    var last: DashboardMessage?
    while !Task.isCancelled {
      let message: DashboardMessage
      do throws(QueryError) {
        message = .dataStateRead(try await answering.dataState())
      } catch {
        message = .dataStateFailed(reason: error.description)
      }
      if message != last, !Task.isCancelled {
        last = message
        mailbox.post(data: message)
      }
      guard (try? await clock.sleep(for: Self.watchInterval)) != nil else { return }
    }
  }
}
