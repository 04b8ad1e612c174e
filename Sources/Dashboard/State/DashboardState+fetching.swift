import PlaybackFacts
import QueryCore

extension DashboardState {
  /// How long after the last ``DashboardMessage/ticked(_:uptime:)`` the next should come: the clock
  /// shows another second, or a question is due.
  public var untilNextTick: Duration {
    let second = Duration.milliseconds((now + 1).ceiled(to: Milliseconds.second) - now)
    if let flight = fetching.flight, isOutdated, uptime < flight.startedAt + Self.answerPatience {
      return min(second, flight.startedAt + Self.answerPatience - uptime)
    }
    guard fetching.flight == nil, isFetchNeeded, let due = earliestFetch else { return second }
    return max(.milliseconds(1), min(second, due - uptime))
  }

  mutating func tick(_ time: Timestamp, _ uptime: Duration) {
    let passed = uptime - self.uptime
    let isClockSet = !Self.clockTolerance.contains(.milliseconds(time - now) - passed)
    now = time
    self.uptime = uptime
    extendRange()
    turnIfDue()
    guard mode == .live, view != .health, isClockSet || passed > Self.longestTurn else { return }
    // What is on its way is about another time, and may have been for hours.
    fetching.flight = nil
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
    let isKeptOtherwise = retention != (state.retention ?? source.retention)
    data = state
    if isKeptOtherwise {
      // What is on its way, or on the screen, is about time that the source may not keep.
      fetching.flight = nil
      fetching.isForced = true
    }
    guard fetching.dataFailure != nil else { return }
    fetching.dataFailure = nil
    fetching.limitedUntil = nil
    fetching.retryAt = nil
  }

  mutating func load(_ id: Int, _ snapshot: Snapshot) {
    guard let flight = fetching.flight, flight.id == id else { return }
    fetching.flight = nil
    fetching.lastDuration = Int64((uptime - flight.startedAt) / .milliseconds(1))
    fetching.shownSince = flight.startedAt
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
    if isAnotherQuestion { rankHeldRow() }
  }

  /// Notes a failure; `wait` is how many seconds the source wants not to be asked, if it said so.
  mutating func fail(_ id: Int, _ reason: String, _ jitter: Double, _ wait: Int?) {
    guard let flight = fetching.flight, flight.id == id else { return }
    fetching.flight = nil
    // A key that asks something else of a source that fails must not put off the next try.
    let isAgain = fetching.failedSubject == flight.request.subject
    fetching.failures = isAgain ? fetching.failures + 1 : max(1, fetching.failures)
    fetching.failureReason = reason
    fetching.failedSubject = flight.request.subject
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

  /// Asks the source if what is shown is not what should be shown.
  ///
  /// There is one question on its way at most. What the user chose supersedes it; news of the data
  /// and the end of an interval wait for its answer.
  mutating func fetchIfNeeded() -> [DashboardEffect] {
    guard view != .health else {
      guard fetching.flight != nil else { return [] }
      fetching.flight = nil
      return [.cancelFetch]
    }
    let subject = subject
    if let flight = fetching.flight {
      guard flight.request.subject != subject else { return [] }
      guard isFetchNeeded else {
        fetching.flight = nil
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
    request.asksAnew = fetching.isForced
    fetching.isForced = false
    fetching.lastID += 1
    fetching.lastStart = uptime
    fetching.flight = Fetching.Flight(id: fetching.lastID, request: request, startedAt: uptime)
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

  /// Whether other rows are on the screen than an answer has details of, and that is worth a question.
  private func lacksDetail(_ snapshot: Snapshot) -> Bool {
    snapshot.request.detail != detail && fetching.detailTries < Fetching.detailLimit
  }

  /// The uptime when the source is asked for what is out of date already, where its limits delay that.
  var restsUntil: Duration? {
    guard fetching.flight == nil, .milliseconds(fetching.rest) > refreshInterval, view != .health,
      isFetchNeeded, let due = earliestFetch, due > uptime
    else { return nil }
    return due
  }

  /// The question that the numbers on the screen answer; before any answer, the chosen one.
  var shownRequest: ScreenRequest { snapshot?.request ?? request }

  /// The filters of those numbers; the chosen ones in the order in which they were added.
  var shownFilters: [Filter.Clause] {
    isOutdated ? shownRequest.subject.filter.clauses : filters
  }

  /// Whether numbers on the screen answer another question than the chosen one; health is no answer.
  var isOutdated: Bool { view != .health && snapshot.map { !isShown(by: $0) } ?? false }

  /// Whether the right numbers let themselves be waited for: dimming the screen for an answer that
  /// comes at once would be a flash, and most of what is sent to the terminal.
  var isAnswerLate: Bool {
    isOutdated && fetching.flight.map { uptime >= $0.startedAt + Self.answerPatience } ?? true
  }

  /// Whether a snapshot shows what was chosen; a pause keeps what was live.
  private func isShown(by snapshot: Snapshot) -> Bool {
    var shown = snapshot.request.subject
    if case .paused = mode, shown.end == .now { shown.end = subject.end }
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
    var detail = ScreenRequest.Detail(values: detailValues)
    if case .explanation = overlay {
      detail.explained = explained
      detail.explainsMoment = explainsMoment
    }
    guard view == .media, snapshot.map({ !$0.hasAllItems }) ?? false else { return detail }
    detail.hasNumbers = !detail.values.isEmpty
    let columns = ScreenRequest.itemMeasures
    if sort.isReversed, sort.column < columns.count { detail.lowestFirst = columns[sort.column] }
    return detail
  }

  private var detailValues: [String] {
    guard let snapshot, snapshot.request.subject.view == view else { return [] }
    switch view {
    case .media:
      // The shapes of the rows around the cursor.
      let ids = rowIDs(of: .items)
      let page = Self.shapeCount / 2
      let block = (pointedRow?.index ?? 0) / page
      return ids.dropFirst(max(0, (block - 1) * page)).prefix(Self.shapeCount * 3 / 2).sorted()
    case .time where isSplit:
      guard snapshot.request.subject.dimension == dimension else { return [] }
      return (ranking(of: .curves)?.rows ?? []).prefix(Self.curveCount).map(\.dimensionValue)
    case .overview, .breakdown, .time, .map, .live, .health: return []
    }
  }

  /// A clock that departs from the uptime by more was set, not slowed by its keeper.
  private static let clockTolerance = Duration.seconds(-2)...Duration.seconds(2)
  /// After so long without a tick, the program or the machine has slept.
  private static let longestTurn = Duration.seconds(30)
  /// An answer that takes longer is late.
  private static let answerPatience = Duration.milliseconds(200)
  /// So many rows' shapes are asked for at least.
  private static let shapeCount = 40
  /// So many values get a curve of their own.
  private static let curveCount = 5
}
