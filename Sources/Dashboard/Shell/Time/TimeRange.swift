import PlaybackFacts
public import QueryCore

/// How much time a screen shows: so many intervals, or the day since midnight.
public struct TimeRange: Hashable, Sendable {
  /// The intervals of the chart: fine enough for a shape, few enough to be seen.
  public let interval: Interval
  /// How many intervals it has, the open one included; 0 where it begins at midnight.
  public let count: Int

  /// Makes a range of so many intervals, ≥ 1.
  public init(_ count: Int, _ interval: Interval) {
    self.interval = interval
    self.count = max(1, count)
  }

  private init(sinceMidnight interval: Interval) {
    self.interval = interval
    count = 0
  }

  /// The last hour, by minute.
  public static let hour = TimeRange(60, .minute)
  /// Six hours, by minute.
  public static let sixHours = TimeRange(360, .minute)
  /// 24 hours, by hour.
  public static let day = TimeRange(24, .hour)
  /// Seven times 24 hours, by hour.
  public static let week = TimeRange(168, .hour)
  /// 30 days.
  public static let month = TimeRange(30, .day)
  /// 365 days.
  public static let year = TimeRange(365, .day)
  /// The hours since midnight.
  public static let today = TimeRange(sinceMidnight: .hour)

  /// The ranges that have a key of their own.
  public static let presets: [TimeRange] = [.hour, .sixHours, .day, .week, .month, .year]

  /// Whether it begins at midnight.
  public var isToday: Bool { count == 0 }

  /// The range of about so many milliseconds, in the intervals that suit it.
  public init(milliseconds: Int64) {
    switch milliseconds {
    case ...(6 * Milliseconds.hour):
      self.init(Int(milliseconds / Milliseconds.minute), .minute)
    case ...(14 * Milliseconds.day): self.init(Int(milliseconds / Milliseconds.hour), .hour)
    default: self.init(Int(min(milliseconds / Milliseconds.day, 3660)), .day)
    }
  }

  /// About how long it is.
  public var milliseconds: Int64 {
    Int64(isToday ? 24 : count) * interval.width
  }

  /// The name on the key bar: `24h`.
  public var title: String { isToday ? "today" : "\(amount.number)\(amount.unit)" }

  /// The length in words: `24 h`.
  public var length: String { isToday ? "today" : "\(amount.number) \(amount.unit)" }

  private var amount: (number: Int, unit: String) {
    switch interval {
    case .minute: count % 60 == 0 ? (count / 60, "h") : (count, "m")
    case .hour: count % 24 == 0 && count > 48 ? (count / 24, "d") : (count, "h")
    case .day: count == 365 ? (1, "y") : (count, "d")
    }
  }

  /// The intervals of the small shapes in tiles, of which there are many.
  var coarseInterval: Interval { interval == .minute && count > 60 ? .hour : interval }
}
