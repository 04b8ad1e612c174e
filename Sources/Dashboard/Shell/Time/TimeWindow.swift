import Algorithms
public import PlaybackFacts
public import QueryCore

/// The time that all panels of a screen show, cut into intervals.
///
/// It ends with the interval that is open now, so its edges move only when an interval is over:
/// refreshes in between ask the same questions, which caches answer, and whole intervals are what
/// summaries are stored for.
/// ```
///  edges   |----|----|----|-- --|       four intervals, the last one open
///  now                      ^
/// ```
public struct TimeWindow: Hashable, Sendable {
  /// The width of its intervals.
  public let interval: Interval
  /// Where its intervals begin, and where the last one ends; two or more.
  public let edges: [Timestamp]
  /// What is asked for: all intervals, but nothing before the retention or after a pause.
  public private(set) var timeframe: Timeframe

  private init(_ interval: Interval, from: Timestamp, to end: Timestamp, in zone: Zone) {
    self.interval = interval
    edges = IntervalEdges(interval, of: Timeframe(from: from, to: end), in: zone).times
    timeframe = Timeframe(from: edges[0], to: end)
  }

  /// The window of a range that ends with the interval that `time` lies in, or at `time`.
  ///
  /// - Parameters:
  ///   - range: how much time it shows.
  ///   - time: the instant it reaches up to.
  ///   - zone: what cuts the intervals.
  ///   - isCut: whether nothing after `time` counts.
  public init(_ range: TimeRange, upTo time: Timestamp, in zone: Zone, isCut: Bool = false) {
    let start = zone.start(of: range.interval, at: time)
    let end = start == time ? time : zone.edge(after: start, every: range.interval)
    let from =
      range.isToday
      ? zone.start(of: .day, at: end - 1)
      : zone.edge(range.count, before: end, every: range.interval)
    self.init(range.interval, from: from, to: end, in: zone)
    if isCut { timeframe.to = min(time, timeframe.to) }
  }

  /// How many intervals it has.
  public var count: Int { edges.count - 1 }

  /// Where the last interval ends.
  public var end: Timestamp { edges[count] }

  /// Whether an instant lies in the last interval, so that it is not over then.
  func isOpen(at time: Timestamp) -> Bool { edges[count - 1] <= time && time < end }

  /// The window without what lies before an instant: intervals before it hold no data.
  func clipped(from edge: Timestamp) -> TimeWindow {
    var window = self
    window.timeframe = Timeframe(from: max(timeframe.from, edge), to: timeframe.to)
    return window
  }

  /// Where the window ends when it is moved by halves of its length; back if negative.
  func end(movedByHalves halves: Int, in zone: Zone) -> Timestamp {
    zone.edge(-halves * max(1, count / 2), before: end, every: interval)
  }

  /// The window that it is compared with, of as many intervals but for hours that clocks skipped or showed
  /// twice.
  func compared(_ period: ComparedPeriod, of range: TimeRange, in zone: Zone) -> TimeWindow {
    let whole = Timeframe(from: edges[0], to: end)
    let last: Timestamp
    switch period {
    // What is since midnight is compared with the same hours of the day before.
    case .previous: last = range.isToday ? zone.moved(end, byDays: -1) : edges[0]
    case .weekBefore:
      let before = period.timeframe(before: whole, in: zone)
      return TimeWindow(interval, from: before.from, to: before.to, in: zone)
    case .yearBefore: last = period.timeframe(before: whole, in: zone).to
    }
    let from = zone.edge(count, before: last, every: interval)
    return TimeWindow(interval, from: from, to: last, in: zone)
  }

  /// The same time in wider intervals; it begins with a whole one.
  func coarser(_ interval: Interval, in zone: Zone) -> TimeWindow {
    guard interval != self.interval else { return self }
    let start = zone.start(of: interval, at: edges[0])
    var window = TimeWindow(interval, from: start, to: timeframe.to, in: zone)
    if timeframe.from > edges[0] { window.timeframe.from = timeframe.from }
    return window
  }

  /// The part of `previous` that is as long as what has passed of this window by `now`.
  ///
  /// Lengths are rounded to slots, in which watched time is counted; beyond six hours to minutes, so that the
  /// same question is asked for a minute and answered from the cache.
  func comparable(in previous: TimeWindow, at now: Timestamp) -> Timeframe {
    let whole = previous.timeframe
    let end = min(timeframe.to, now)
    guard end < self.end else { return whole }
    let unit =
      end - edges[0] > 6 * Milliseconds.hour ? Milliseconds.minute : Milliseconds.slot
    let passed = Timestamp(milliseconds: end - edges[0] + unit / 2).floored(to: unit).milliseconds
    return Timeframe(from: whole.from, to: min(whole.to, whole.from + passed))
  }

  /// The number of the interval that an instant lies in; nil outside of the window.
  func index(of time: Timestamp) -> Int? {
    guard edges[0] <= time, time < end else { return nil }
    return edges.partitioningIndex { $0 > time } - 1
  }

  /// The timeframe in pieces: a question by minutes spans an hour at most.
  var pieces: [Timeframe] {
    guard interval == .minute else { return [timeframe] }
    var pieces: [Timeframe] = []
    var start = timeframe.from
    while start < timeframe.to {
      let next = min(start + Milliseconds.hour, timeframe.to)
      pieces.append(Timeframe(from: start, to: next))
      start = next
    }
    return pieces
  }
}

extension Interval {
  /// The usual width in milliseconds; some days and hours of a zone are longer or shorter.
  var width: Int64 {
    switch self {
    case .minute: Milliseconds.minute
    case .hour: Milliseconds.hour
    case .day: Milliseconds.day
    }
  }
}

extension Zone {
  /// The start of the interval that an instant lies in.
  func start(of interval: Interval, at time: Timestamp) -> Timestamp {
    IntervalEdges(interval, of: Timeframe(from: time, to: time + 1), in: self).times[0]
  }

  /// The end of the interval that begins at `start`.
  func edge(after start: Timestamp, every interval: Interval) -> Timestamp {
    IntervalEdges(interval, of: Timeframe(from: start, to: start + 1), in: self).times[1]
  }

  /// The edge that lies `count` intervals before another one; after it if negative.
  func edge(_ count: Int, before end: Timestamp, every interval: Interval) -> Timestamp {
    switch interval {
    case .minute: end - Int64(count) * Milliseconds.minute
    case .hour: end - Int64(count) * Milliseconds.hour
    // Days may be longer or shorter by some hours, which noon survives.
    case .day: start(of: .day, at: end - Int64(count) * Milliseconds.day + Milliseconds.day / 2)
    }
  }
}
