import AnalyticsSource
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
  /// Opens the source of a number; it may take its time and fail.
  public typealias Opening = @Sendable (Int) async throws -> DashboardSource

  /// What is under way.
  private struct Work {
    var sourceIndex = 0
    var source: SourceOpening?
    /// Sources that are only looked at, by their numbers.
    var others: [Int: SourceOpening] = [:]
    var fetchID: Int?
    var fetch: Task<Void, Never>?
    var limit: Task<Void, Never>?
    var watch: Task<Void, Never>?
    var observation: Task<Void, Never>?
    var media: Task<Void, Never>?

    mutating func abandonFetch() {
      fetchID = nil
      fetch?.cancel()
      limit?.cancel()
      fetch = nil
      limit = nil
    }

    mutating func abandonAll() {
      abandonFetch()
      for task in [watch, observation, media] { task?.cancel() }
      source?.cancel()
      for other in others.values { other.cancel() }
      others = [:]
      (watch, observation, media, source) = (nil, nil, nil, nil)
    }
  }

  private let open: Opening
  private let sourceCount: Int
  private let clock: any Clock<Duration>
  private let now: @Sendable () -> Timestamp
  private let jitter: @Sendable () -> Double
  private let processUse: @Sendable () -> ProcessUse?
  private let mailbox: Mailbox
  private let work = Mutex(Work())

  private let watchInterval: Duration
  private let factsInterval: Duration

  private static let healthInterval = Duration.seconds(2)
  private static let mediaInterval = Duration.seconds(10)

  /// Makes a runtime that does nothing yet.
  ///
  /// - Parameters:
  ///   - open: opens a source by its number.
  ///   - sourceCount: how many sources there are, numbered from 0.
  ///   - clock: measures deadlines and pauses; it should go on while the machine sleeps.
  ///   - now: the time of day.
  ///   - refreshInterval: the source is looked at often enough for a refresh of that interval.
  ///   - jitter: numbers in 0..<1 that spread tries after failures.
  ///   - processUse: what the program takes from the machine.
  ///   - wake: called from any thread when there are messages to take.
  public init(
    open: @escaping Opening,
    sourceCount: Int = 1,
    clock: any Clock<Duration> = ContinuousClock(),
    now: @escaping @Sendable () -> Timestamp,
    refreshInterval: Duration = .seconds(1),
    jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
    processUse: @escaping @Sendable () -> ProcessUse? = { nil },
    wake: @escaping @Sendable () -> Void
  ) {
    self.open = open
    self.sourceCount = sourceCount
    self.clock = clock
    self.now = now
    watchInterval = min(refreshInterval / 4, .milliseconds(250))
    factsInterval = min(refreshInterval / 2, .milliseconds(500))
    self.jitter = jitter
    self.processUse = processUse
    mailbox = Mailbox(wake: wake)
  }

  /// Makes a runtime over one source that is open already.
  public convenience init(
    answering: any QueryAnswering,
    clock: any Clock<Duration> = ContinuousClock(),
    now: @escaping @Sendable () -> Timestamp,
    jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
    wake: @escaping @Sendable () -> Void
  ) {
    self.init(
      open: { _ in DashboardSource(answering: answering) },
      clock: clock,
      now: now,
      jitter: jitter,
      wake: wake
    )
  }

  /// Begins to watch the state of the data.
  public func start() {
    work.withLock { work in
      guard work.watch == nil else { return }
      watchSource(&work)
    }
  }

  /// Abandons all work; nothing more is posted.
  public func stop() {
    work.withLock { $0.abandonAll() }
  }

  /// Does what an update asked for; what belongs to the terminal is left to the caller.
  public func perform(_ effect: DashboardEffect) {
    switch effect {
    case .fetch(let id, let request, let deadline): fetch(id, request, deadline)
    case .cancelFetch: work.withLock { $0.abandonFetch() }
    case .observe(let observation): observe(observation)
    case .useSource(let index):
      work.withLock { work in
        work.abandonAll()
        work.sourceIndex = index
        watchSource(&work)
      }
    case .repaint, .reportMouse, .export, .quit: break
    }
  }

  /// What has happened since the last call, in order; a few messages at most.
  public func takeMessages() -> [DashboardMessage] { mailbox.take() }

  /// The source that is asked, opened when it is needed first.
  private func source(_ work: inout Work) -> SourceOpening {
    if let source = work.source { return source }
    let index = work.sourceIndex
    let open = open
    let source = SourceOpening { try await open(index) }
    work.source = source
    mailbox.listen(to: source)
    return source
  }

  private func watchSource(_ work: inout Work) {
    let source = source(&work)
    work.watch = Task { await watch(source) }
    work.media = Task { await watchMedia(source) }
  }

  // MARK: - Fetching

  private func fetch(_ id: Int, _ request: ScreenRequest, _ deadline: Duration) {
    work.withLock { work in
      work.abandonFetch()
      let source = source(&work)
      work.fetchID = id
      work.fetch = Task {
        let asOf = now()
        do {
          let snapshot = try await source.opened().answering.snapshot(of: request, asOf: asOf)
          end(id, .snapshotLoaded(id: id, snapshot), from: source)
        } catch {
          let wait = (error as? QueryError)?.retryAfterSeconds
          let reason = "\(error)"
          end(
            id,
            .fetchFailed(id: id, reason: reason, jitter: jitter(), retryAfterSeconds: wait),
            from: source
          )
        }
      }
      work.limit = Task {
        guard (try? await clock.sleep(for: deadline)) != nil else { return }
        let reason = "no answer within \(deadline.components.seconds) s"
        end(id, .fetchFailed(id: id, reason: reason, jitter: jitter()), from: source)
      }
    }
  }

  /// Posts how a fetch ended, unless it has ended before or was superseded.
  private func end(_ id: Int, _ message: DashboardMessage, from source: SourceOpening) {
    let isAwaited = work.withLock { work in
      guard work.fetchID == id else { return false }
      work.abandonFetch()
      return true
    }
    if isAwaited { mailbox.post(fetch: message, from: source) }
  }

  // MARK: - Watching

  /// Posts the state of the data whenever it is another one.
  private func watch(_ source: SourceOpening) async {
    var last: DashboardMessage?
    while !Task.isCancelled {
      let message: DashboardMessage
      do {
        message = .dataStateRead(try await source.opened().answering.dataState())
      } catch {
        let wait = (error as? QueryError)?.retryAfterSeconds
        message = .dataStateFailed(reason: "\(error)", retryAfterSeconds: wait)
      }
      if message != last, !Task.isCancelled {
        last = message
        mailbox.post(data: message, from: source)
      }
      guard (try? await clock.sleep(for: watchInterval)) != nil else { return }
    }
  }

  /// Posts what is known of media items, at first and whenever it is something else.
  private func watchMedia(_ source: SourceOpening) async {
    // That of nothing: a store without titles must not remove those that are known.
    var version: UInt64 = 0
    while !Task.isCancelled {
      do {
        guard let media = try await source.opened().media else { return }
        if let list = try await media.media(unless: version), !Task.isCancelled {
          version = list.version
          mailbox.post(media: .mediaListed(MediaNames(list.items)), from: source)
        }
      } catch QueryError.notProvided {
        return
      } catch {
        // Without titles, ids are shown; they are asked for again.
      }
      guard (try? await clock.sleep(for: Self.mediaInterval)) != nil else { return }
    }
  }

  // MARK: - Observing

  private func observe(_ observation: Observation?) {
    work.withLock { work in
      work.observation?.cancel()
      work.observation = nil
      guard let observation else { return }
      if observation == .sources { return watchSources(&work) }
      let source = source(&work)
      work.observation = Task {
        switch observation {
        case .facts: await passFacts(of: source)
        case .health: await readHealth(of: source)
        case .sources: break
        }
      }
    }
  }

  /// Asks all sources, each on its own.
  private func watchSources(_ work: inout Work) {
    let sources = (0..<sourceCount).map { index in
      if index == work.sourceIndex { return source(&work) }
      let opening = work.others[index] ?? SourceOpening { [open] in try await open(index) }
      work.others[index] = opening
      return opening
    }
    work.observation = Task {
      await withTaskGroup(of: Void.self) { group in
        for (index, source) in sources.enumerated() {
          let watch = SourceWatch(index: index, source: source, clock: clock, now: now) {
            [mailbox] in mailbox.post(source: index, $0)
          }
          group.addTask { await watch.run() }
        }
      }
    }
  }

  private func passFacts(of source: SourceOpening) async {
    var cursor: UInt64?
    var hasFailed = false
    while !Task.isCancelled {
      do {
        let recent = try await observing(source)
          .recentFacts(after: cursor, limit: Observed.limit)
        // That nothing passed by is news after a failure.
        let isNews = cursor == nil || recent.cursor != cursor || hasFailed
        cursor = recent.cursor
        hasFailed = false
        if isNews, !Task.isCancelled { mailbox.post(facts: recent, from: source) }
      } catch {
        hasFailed = true
        if !Task.isCancelled {
          mailbox.post(health: .observationFailed(reason: "\(error)"), from: source)
        }
        if error as? QueryError == .notProvided { return }
      }
      guard (try? await clock.sleep(for: factsInterval)) != nil else { return }
    }
  }

  private func readHealth(of source: SourceOpening) async {
    while !Task.isCancelled {
      let process = processUse()
      do {
        let health = try await observing(source).health()
        if !Task.isCancelled { mailbox.post(health: .healthRead(health, process), from: source) }
      } catch {
        if !Task.isCancelled {
          mailbox.post(health: .observationFailed(reason: "\(error)", process), from: source)
        }
      }
      guard (try? await clock.sleep(for: Self.healthInterval)) != nil else { return }
    }
  }

  private func observing(
    _ source: SourceOpening
  ) async throws -> any SourceObserving {
    guard let observing = try await source.opened().observing else { throw QueryError.notProvided }
    return observing
  }
}
