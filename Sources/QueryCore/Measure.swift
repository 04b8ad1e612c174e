/// How the facts behind a metric become one number.
public enum Aggregation: String, CaseIterable, Hashable, Sendable {
  case count, sum, average, rate, total, peak, live
}

/// What a number counts.
public enum MetricUnit: String, Hashable, Sendable {
  /// Things that happened; a whole number.
  case count
  /// Milliseconds.
  case milliseconds = "ms"
  /// Seconds.
  case seconds = "s"
  /// A share, from 0 to 1 as a rule; a share of another count may exceed 1.
  case ratio
  /// Those who watch at the same time; whole, but for averages.
  case viewers
}

/// A number as an answer gives it.
public enum MetricValue: Hashable, Sendable {
  case integer(Int64)
  case decimal(Double)

  /// The value as a floating-point number.
  public var double: Double {
    switch self {
    case .integer(let value): Double(value)
    case .decimal(let value): value
    }
  }
}

/// A metric under one of its aggregations: what a query asks for.
public struct Measure: Hashable, Sendable {
  /// The metric's name on the wire, such as `watch-time`.
  public let metric: String
  /// The aggregation.
  public let aggregation: Aggregation
  /// The name in breakdowns and timeseries, such as `watch-time-average`; nil where it has none.
  public let seriesName: String?
  /// The short name for people, such as "Avg watch time".
  public let title: String
  /// The unit of its values.
  public let unit: MetricUnit
  /// How it is computed.
  public let computation: Computation
  /// Where it may be asked for.
  public let reach: Reach
  /// Whether more is better; nil where neither is.
  public let isMoreBetter: Bool?

  /// How a measure follows from what a backend counts.
  public enum Computation: Hashable, Sendable {
    /// From sums.
    case sums(Formula)
    /// Playbacks that crossed the threshold which the question names; with `unique`, their viewers,
    /// each once a UTC day.
    case views
    /// The highest of the slots' counts of playbacks; with `unique`, of viewers.
    case peakConcurrency
    /// The mean of the slots' counts, over all slots that have begun.
    case averageConcurrency
  }

  /// Where a measure may be asked for.
  public enum Reach: Hashable, Sendable {
    /// As a number, by every dimension and over time.
    case everywhere
    /// As a number only.
    case numberOnly
    /// As a number and by media item, over all time: timeframes do not apply.
    case allTime
    /// As a number only, about the open slot and the one before: timeframes do not apply.
    case now
  }

  /// Whether viewers can be counted instead of playbacks.
  public var canBeUnique: Bool {
    switch computation {
    case .views, .peakConcurrency, .averageConcurrency: true
    case .sums: false
    }
  }

  /// Whether a group that an answer leaves out has the value 0; of a share or an average it has none.
  public var isZeroWhereAbsent: Bool {
    switch computation {
    case .sums(let formula): formula.divisors.isEmpty
    case .views, .peakConcurrency, .averageConcurrency: true
    }
  }

  /// Whether its values are whole numbers.
  public var isWhole: Bool {
    switch computation {
    case .sums(let formula): formula.isWhole
    case .views, .peakConcurrency: true
    case .averageConcurrency: false
    }
  }
}
