public import PlaybackFacts

/// How the facts behind a metric become one number.
public enum Aggregation: String, CaseIterable, Hashable, Sendable {
  case count, sum, average, p50, p75, p95, rate, total, peak, live

  /// The percentile that it is, 1–99; nil for what is none.
  public var percentile: Int? {
    switch self {
    case .p50: 50
    case .p75: 75
    case .p95: 95
    case .count, .sum, .average, .rate, .total, .peak, .live: nil
    }
  }
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
    /// The time within which so many of a hundred impressions had their first frame, of those whose time is
    /// known; read from a ``Histogram``.
    case percentile(Int)
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
    case .sums, .percentile: false
    }
  }

  /// Whether the values behind it can be counted by their size: ``Query/Shape/histogram``.
  ///
  /// First frames are counted by their time, and playbacks by their watched time.
  public var hasHistogram: Bool { histogramCounting != nil }

  /// What a backend counts for the histogram; nil where there is none.
  var histogramCounting: SumQuery.Counting? {
    switch computation {
    case .percentile: .impressionTimes
    case .sums(let formula):
      formula.numerator == .watchedMilliseconds && !formula.divisors.isEmpty ? .watchTimes : nil
    case .views, .peakConcurrency, .averageConcurrency: nil
    }
  }

  /// Whether a group that an answer leaves out has the value 0; of a share or an average it has none.
  public var isZeroWhereAbsent: Bool {
    switch computation {
    case .sums(let formula): formula.divisors.isEmpty
    case .views, .peakConcurrency, .averageConcurrency: true
    case .percentile: false
    }
  }

  /// Whether its values are whole numbers.
  public var isWhole: Bool {
    switch computation {
    case .sums(let formula): formula.isWhole
    case .views, .peakConcurrency, .percentile: true
    case .averageConcurrency: false
    }
  }
}

/// How a measure follows from sums: a sum, or a sum divided by the total of others.
public struct Formula: Hashable, Sendable {
  /// What is counted.
  public let numerator: Sum
  /// What it is divided by, added up; nothing means 1.
  public let divisors: [Sum]
  /// How many of the numerator make one of the unit: 1,000 where milliseconds become seconds.
  public let perUnit: Int64
  /// Whether the divisor is never less than the numerator, so that the share is 1 at most: of failed playbacks,
  /// many of which were never loaded, so that no impression counts them.
  public let isAtMostOne: Bool

  init(
    _ numerator: Sum,
    over divisors: [Sum] = [],
    perUnit: Int64 = 1,
    isAtMostOne: Bool = false
  ) {
    self.numerator = numerator
    self.divisors = divisors
    self.perUnit = perUnit
    self.isAtMostOne = isAtMostOne
  }

  /// The sums that the formula reads.
  public var sums: [Sum] { [numerator] + divisors.filter { $0 != numerator } }

  /// Whether its values are whole numbers.
  public var isWhole: Bool { perUnit == 1 && divisors.isEmpty }

  /// The number; a ratio whose divisor is 0 is 0.
  public func value(of sums: Sums) -> MetricValue {
    guard !isWhole else { return .integer(sums[numerator]) }
    return .decimal(
      ratio(sums[numerator], over: divisors.isEmpty ? 1 : divisors.reduce(0) { $0 + sums[$1] })
    )
  }

  /// The number of a formula that is not whole.
  func ratio(_ numerator: Int64, over divisor: Int64) -> Double {
    let divisor = isAtMostOne ? max(divisor, numerator) : divisor
    return divisor == 0 ? 0 : Double(numerator) / Double(perUnit) / Double(divisor)
  }

  /// Whether an interval or a dimension value with these sums is part of an answer.
  public func isPresent(in sums: Sums) -> Bool {
    sums[numerator] != 0 || divisors.contains { sums[$0] != 0 }
  }
}
