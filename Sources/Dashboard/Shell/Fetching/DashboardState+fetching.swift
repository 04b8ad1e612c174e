import PlaybackFacts
import QueryCore

extension DashboardState {
  /// How long after the last ``DashboardMessage/ticked(_:uptime:)`` the next should come: the clock
  /// shows another second, or a question is due.
  public var untilNextTick: Duration {
    let second = Duration.milliseconds((now + 1).ceiled(to: Milliseconds.second) - now)
    if let inFlight = fetching.inFlight, isOutdated,
      uptime < inFlight.startedAt + Self.answerPatience
    {
      return min(second, inFlight.startedAt + Self.answerPatience - uptime)
    }
    guard fetching.inFlight == nil, isFetchNeeded, let due = earliestFetch else { return second }
    return max(.milliseconds(1), min(second, due - uptime))
  }

  mutating func tick(_ time: Timestamp, _ uptime: Duration) {
    let passed = uptime - self.uptime
    let isClockSet = !Self.clockTolerance.contains(.milliseconds(time - now) - passed)
    now = time
    self.uptime = uptime
    extendRange()
    turnIfDue()
    guard mode == .live, view.traits.time != .none, isClockSet || passed > Self.longestTurn else {
      return
    }
    // What is on its way is about another time, and may have been for hours.
    fetching.inFlight = nil
    fetching.isForced = true
  }

  private mutating func turnIfDue() {
    guard var cycle, uptime >= cycle.nextAt else { return }
    // By a clock of its own: a tick that comes late makes no turn late but its own.
    let next = cycle.nextAt + .milliseconds(cycle.options.period)
    cycle.nextAt = next > uptime ? next : uptime + .milliseconds(cycle.options.period)
    self.cycle = cycle
    if case .paused = mode { return }
    if overlay == nil { turn(to: cycle.view(after: view)) }
  }

  mutating func read(_ state: DataState) {
    let isRetentionChanged = retention != (state.retention ?? source.retention)
    data = state
    if isRetentionChanged {
      // What is on its way, or on the screen, is about time that may have expired there.
      fetching.inFlight = nil
      fetching.isForced = true
    }
    guard fetching.dataFailure != nil else { return }
    fetching.dataFailure = nil
    fetching.limitedUntil = nil
    fetching.retryAt = nil
  }

  mutating func load(_ id: Int, _ snapshot: Snapshot) {
    guard let inFlight = fetching.inFlight, inFlight.id == id else { return }
    fetching.inFlight = nil
    fetching.lastDuration = Int64((uptime - inFlight.startedAt) / .milliseconds(1))
    fetching.shownSince = inFlight.startedAt
    fetching.durations =
      fetching.durations.suffix(Fetching.durationLimit - 1) + [fetching.lastDuration]
    fetching.failures = 0
    fetching.failureReason = nil
    fetching.failedSubject = nil
    fetching.retryAt = nil
    if fetching.limitedUntil != nil {
      // It answers again, whoever asked.
      fetching.limitedUntil = nil
      fetching.dataFailure = nil
    }
    fetching.rest = snapshot.rest.milliseconds
    let isAnotherQuestion =
      self.snapshot?.request.subject.isAlike(snapshot.request.subject) == false
    self.snapshot = snapshot
    if isAnotherQuestion { followSelectedRow() }
    checkTypedFilters(snapshot)
    showValues()
  }

  /// Notes a failure; `wait` is after how many seconds the source may be asked again, if it said so.
  mutating func fail(_ id: Int, _ reason: String, _ jitter: Double, _ wait: Int?) {
    guard let inFlight = fetching.inFlight, inFlight.id == id else { return }
    fetching.inFlight = nil
    // A key that asks something else of a source that fails must not put off the next try.
    let isAgain = fetching.failedSubject == inFlight.request.subject
    fetching.failures = isAgain ? fetching.failures + 1 : max(1, fetching.failures)
    fetching.failureReason = reason
    fetching.failedSubject = inFlight.request.subject
    if let wait {
      let retryAt = uptime + .milliseconds(Fetching.wait(seconds: wait, jitter: jitter))
      fetching.retryAt = retryAt
      fetching.limitedUntil = retryAt
    } else {
      let wait = Fetching.backOff(after: fetching.failures, jitter: jitter)
      fetching.retryAt = uptime + .milliseconds(wait)
      fetching.limitedUntil = nil
    }
  }

  /// Asks the source if something else is shown than what should be.
  ///
  /// At most one request is in flight. What the user chose supersedes it; news of the data
  /// and the end of an interval wait for its answer.
  mutating func fetchIfNeeded() -> [DashboardEffect] {
    guard view.traits.time != .none else {
      guard fetching.inFlight != nil else { return [] }
      fetching.inFlight = nil
      return [.cancelFetch]
    }
    let subject = subject
    if let inFlight = fetching.inFlight {
      guard inFlight.request.subject != subject else { return [] }
      guard isFetchNeeded else {
        fetching.inFlight = nil
        return [.cancelFetch]
      }
    } else {
      guard isFetchNeeded, earliestFetch.map({ $0 <= uptime }) ?? true else { return [] }
    }
    if let snapshot, isShown(by: snapshot), snapshot.request.detail != detail {
      fetching.detailTries += 1
    } else {
      fetching.detailTries = 0
    }
    var request = request
    request.skipsCaches = fetching.isForced
    if fetching.isForced { request.histogramRefusal = nil }
    fetching.isForced = false
    fetching.lastID += 1
    fetching.lastStart = uptime
    fetching.inFlight = Fetching.InFlightRequest(
      id: fetching.lastID,
      request: request,
      startedAt: uptime
    )
    return [.fetch(id: fetching.lastID, request, deadline: Fetching.deadline)]
  }

  private var isFetchNeeded: Bool {
    // A failure is over only with an answer.
    guard let snapshot, fetching.failures == 0, !fetching.isForced, isShown(by: snapshot) else {
      return true
    }
    if lacksDetail(snapshot) { return true }
    switch mode {
    case .paused: return false
    // A past that is not over yet goes on until it is.
    case .history:
      guard snapshot.asOf < snapshot.request.window.end else { return false }
    case .live: break
    }
    let isOver = now >= snapshot.request.window.end || now < snapshot.request.window.edges[0]
    let isLater =
      snapshot.request.asksForNow && snapshot.request.slot != now.floored(to: Milliseconds.slot)
    return isOver || isLater || data.map { $0.version != snapshot.data.version } ?? false
  }

  /// Whether details are missing that are worth another request.
  private func lacksDetail(_ snapshot: Snapshot) -> Bool {
    snapshot.request.detail != detail && fetching.detailTries < Fetching.detailLimit
  }

  /// The uptime of the next request, where limits of the source delay it.
  var restsUntil: Duration? {
    guard fetching.inFlight == nil, .milliseconds(fetching.rest) > refreshInterval,
      view.traits.time != .none,
      isFetchNeeded, let due = earliestFetch, due > uptime
    else { return nil }
    return due
  }

  /// The question that the numbers on the screen answer; before any answer, the chosen one.
  var shownRequest: ScreenRequest { snapshot?.request ?? request }

  /// The filters of those numbers; the chosen ones in the order in which they were added.
  var shownFilters: [Filter.Clause] {
    isOutdated ? shownRequest.selection.filter.clauses : filters
  }

  /// Whether numbers on the screen answer another question than the chosen one; health is no answer.
  var isOutdated: Bool { view.traits.time != .none && snapshot.map { !isShown(by: $0) } ?? false }

  /// Whether the answer takes so long that the screen is dimmed: dimming it for an answer that comes at once
  /// would flicker, and cost most of the bytes that are sent to the terminal.
  var isAnswerLate: Bool {
    isOutdated && fetching.inFlight.map { uptime >= $0.startedAt + Self.answerPatience } ?? true
  }

  /// Whether a snapshot shows what was chosen; a pause keeps what was live.
  private func isShown(by snapshot: Snapshot) -> Bool {
    let (shown, subject) = (snapshot.request.subject, subject)
    if case .paused = mode, shown.selection.end == .now { return shown.isAlike(subject) }
    return shown == subject
  }

  /// The uptime before which the source is left alone; nil if it may be asked at once.
  private var earliestFetch: Duration? {
    if fetching.isForced { return nil }
    if let limitedUntil = fetching.limitedUntil, limitedUntil > uptime { return limitedUntil }
    if fetching.failures > 0 {
      return fetching.failedSubject == subject ? fetching.retryAt : nil
    }
    guard let snapshot, isShown(by: snapshot), !lacksDetail(snapshot) else { return nil }
    return fetching.earliestRefresh(every: refreshInterval)
  }

  /// What is asked on top of the subject, as far as an answer has shown what that is.
  var detail: ScreenRequest.Detail {
    let context = context
    var detail = screen.detail(context)
    if case .explanation = overlay {
      detail.explained = explained
      // Of what is asked without details, of which this is one.
      detail.explainsMoment = context.request.isOfMoment(focus.panel)
    }
    detail.others += valueQuestions
    return detail
  }

  /// A clock that differs from the uptime by more was set, rather than adjusted.
  private static let clockTolerance = Duration.seconds(-2)...Duration.seconds(2)
  /// After so long without a tick, the program or the machine has slept.
  private static let longestTurn = Duration.seconds(30)
  /// An answer that takes longer is late.
  private static let answerPatience = Duration.milliseconds(200)
}
