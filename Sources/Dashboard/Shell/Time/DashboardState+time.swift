public import PlaybackFacts
import QueryCommandLine
import QueryCore

extension DashboardState {
  mutating func choose(_ range: TimeRange) {
    self.range = range
    rangeBeforeHistory = range
    rangeStartBeforeHistory = nil
    cursor = nil
    if view.traits.time != .chosen {
      notice = "\(range.isToday ? "today" : "the last \(range.length)"), on the screens of a range"
    }
  }

  /// Whether a range in the past is shown.
  var isInPast: Bool {
    if case .history = mode { true } else { false }
  }

  /// Shows a range in the past.
  mutating func look(at range: TimeRange, upTo end: Timestamp) {
    if !isInPast {
      rangeBeforeHistory = self.range
      rangeStartBeforeHistory = rangeStart
    }
    self.range = range
    mode = .history(end: end)
    cursor = nil
  }

  /// Follows now again, with the range of before.
  mutating func goLive() {
    if isInPast {
      range = rangeBeforeHistory
      rangeStart = rangeStartBeforeHistory
    }
    mode = .live
    cursor = nil
    closeOverlay()
  }

  /// Why the length of the time that is shown can't be changed here; nil where it can.
  private var fixedTime: String? {
    switch view.traits.time {
    case .chosen: nil
    case .fixed(let range): "this screen always shows \(range.length)"
    case .none: Self.noTime
    }
  }

  private static let noTime = "this screen has no range of time"

  mutating func shift(byHalves halves: Int) {
    guard view.traits.time != .none else {
      notice = Self.noTime
      return
    }
    let shown = request.window
    let newest = TimeWindow(range, upTo: now + 1, in: zone).end
    let end = min(shown.end(movedByHalves: halves, in: zone), newest)
    guard end != shown.end else { return }
    guard end > retention.edge(at: now) else {
      notice = "that time is older than the retention"
      return
    }
    // A day that began at midnight is as long as it was when it is moved.
    look(at: range.isToday ? TimeRange(shown.count, shown.interval) : range, upTo: end)
  }

  /// Half the time about the cursor, or up to the same end; where now is in it, up to now.
  mutating func magnify() {
    if let fixedTime {
      notice = fixedTime
      return
    }
    let window = request.window
    let length = max(10 * Milliseconds.minute, range.milliseconds / 2)
    guard length < range.milliseconds else {
      notice = "this is the closest zoom"
      return
    }
    let middle = cursor.map { $0 + window.interval.width / 2 }
    let nearer = TimeRange(milliseconds: length)
    guard let middle else { return range = nearer }
    let end = middle + length / 2
    if mode == .live, end >= now { return range = nearer }
    let cursor = cursor
    look(
      at: nearer,
      upTo: end < now ? end.ceiled(to: Milliseconds.minute) : newestEnd(of: nearer)
    )
    self.cursor = cursor
  }

  /// Twice the time, about the same middle; up to now at most.
  mutating func shrink() {
    if let fixedTime {
      notice = fixedTime
      return
    }
    let window = request.window
    let longest = retention.milliseconds
    guard range.milliseconds < longest else {
      notice = "this is the whole retention"
      return
    }
    let length = min(longest, range.milliseconds * 2)
    range = TimeRange(milliseconds: length)
    guard isInPast else { return }
    let middle = window.edges[0] + (window.end - window.edges[0]) / 2
    mode = .history(
      end: min(newestEnd(of: range), (middle + length / 2).ceiled(to: Milliseconds.minute))
    )
  }

  /// A range that was typed with its beginning keeps it.
  mutating func extendRange() {
    guard mode == .live, let rangeStart else { return }
    let grown = TimeRange.since(rangeStart, now: now, zone: zone)
    guard grown != range, grown.milliseconds <= retention.milliseconds else { return }
    range = grown
    rangeBeforeHistory = grown
    self.rangeStart = rangeStart
  }

  private func newestEnd(of range: TimeRange) -> Timestamp {
    TimeWindow(range, upTo: now + 1, in: zone).end
  }

  /// Moves the interval that is read; from the right edge at first.
  mutating func moveCursor(by count: Int) {
    guard let window = snapshot?.request.window else { return }
    let index = cursor.flatMap(window.index) ?? window.count - (count > 0 ? 1 : 0)
    cursor = window.edges[min(max(0, index + count), window.count - 1)]
  }

  mutating func togglePause() {
    switch mode {
    case .live: mode = .paused(since: now)
    case .paused: mode = .live
    case .history:
      let key = keyMap.label(of: .goLive) ?? "Esc"
      notice = "a past range can't be paused; \(key) goes back to LIVE"
    }
  }

  mutating func nextComparison() {
    let all: [ComparedPeriod?] = ComparedPeriod.allCases + [nil]
    let index = all.firstIndex(of: comparison) ?? 0
    compare(with: all[(index + 1) % all.count])
  }

  /// Compares with another period, and says with which.
  mutating func compare(with period: ComparedPeriod?) {
    comparison = period
    notice = "compared with \(period?.choice ?? "nothing")"
    if !view.traits.comparesPeriods { notice? += ", on the screens of a range" }
  }

  /// Takes in a range as it is typed: `-36h`, `last week`, `14:05`, `2024-05-01..2024-05-07`.
  ///
  /// - Returns: a sentence that says what is wrong; nil if nothing is.
  public mutating func take(range text: String) -> String? {
    do throws(RangeText.Fault) {
      let typed = try TypedRange(text, now: now, zone: zone)
      if let end = typed.end {
        guard end > retention.edge(at: now) else {
          return "that time is older than the retention"
        }
        guard end - typed.range.milliseconds < now else { return "that time has not come yet" }
        look(at: typed.range, upTo: end)
        cursor = typed.instant.map { zone.start(of: typed.range.interval, at: $0) }
      } else {
        mode = .live
        let longest = retention.milliseconds
        let isTooLong = typed.range.milliseconds > longest
        choose(isTooLong ? TimeRange(milliseconds: longest) : typed.range)
        if isTooLong {
          notice = "this is the whole retention"
        } else {
          rangeStart = typed.start
        }
      }
      return nil
    } catch {
      return error.description
    }
  }

  /// What Enter would show of what was typed so far; nil where that can't be told.
  func preview(of prompt: Prompt) -> String? {
    guard !prompt.text.isEmpty else { return nil }
    switch prompt.purpose {
    case .range: return preview(ofRange: prompt.text)
    case .filter(let index): return preview(ofFilter: prompt.text, replacing: index)
    case .find, .filterName: return nil
    }
  }

  /// What a range as it is typed would show; nil where the text is none.
  func preview(ofRange typed: String) -> String? {
    var shown = self
    guard shown.take(range: typed) == nil else { return nil }
    func text(_ time: Timestamp) -> String {
      let civil = zone.civil(time)
      let day = "\(TimeText.weekday(civil.date)) \(TimeText.dayAndMonth(civil.date))"
      let year = civil.date.components.year
      return (year == zone.civil(now).date.components.year ? day : "\(day) \(year)")
        + " \(TimeText.clock(civil))"
    }
    let interval = "by \(shown.range.interval.rawValue)"
    // Of the chosen range, also on screens that always show the same length of time.
    if case .history(let end) = shown.mode {
      let window = TimeWindow(shown.range, upTo: end, in: zone)
      return "shows \(text(window.edges[0])) to \(text(window.end)), \(interval)"
    }
    let span =
      shown.range.isToday
      ? "today" : shown.rangeStart.map { "since \(text($0))" } ?? "the last \(shown.range.length)"
    return "shows \(span), up to now, \(interval)"
  }

  /// A sentence that says what is wrong with a range as it is typed; nil if it can be read.
  public static func fault(ofRange text: String, at now: Timestamp) -> String? {
    do throws(RangeText.Fault) {
      _ = try RangeText(now: now, zone: .utc).parse(text)
      return nil
    } catch {
      return error.description
    }
  }

  mutating func chooseZone(_ name: String) {
    guard let zone = Zone(name) else { return }
    self.zone = zone
    cursor = nil
  }
}
