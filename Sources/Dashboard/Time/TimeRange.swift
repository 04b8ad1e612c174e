import PlaybackFacts
public import QueryCore

/// How much time a screen shows.
public enum TimeRange: CaseIterable, Hashable, Sendable {
  case hour, sixHours, day, week, month, year

  /// The name on the key bar: `24h`.
  public var title: String {
    switch self {
    case .hour: "1h"
    case .sixHours: "6h"
    case .day: "24h"
    case .week: "7d"
    case .month: "30d"
    case .year: "1y"
    }
  }

  /// The length in words: `24 h`.
  public var length: String {
    switch self {
    case .hour: "1 h"
    case .sixHours: "6 h"
    case .day: "24 h"
    case .week: "7 d"
    case .month: "30 d"
    case .year: "1 y"
    }
  }

  /// The intervals of the chart: fine enough for a shape, few enough to be seen.
  public var interval: Interval {
    switch self {
    case .hour, .sixHours: .minute
    case .day, .week: .hour
    case .month, .year: .day
    }
  }

  /// The intervals of the small shapes in tiles, of which there are many.
  var coarseInterval: Interval { self == .sixHours ? .hour : interval }

  /// How many intervals it has, the open one included.
  var count: Int {
    switch self {
    case .hour: 60
    case .sixHours: 360
    case .day: 24
    case .week: 168
    case .month: 30
    case .year: 365
    }
  }
}
