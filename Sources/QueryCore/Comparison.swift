public import PlaybackFacts

/// How a number changed since the timeframe before.
public struct Comparison: Hashable, Sendable {
  /// By how much.
  public enum Change: Hashable, Sendable {
    /// As a share of the number before: 0.123 for 12.3 % more.
    case relative(Double)
    /// As a difference of two ratios, in percentage points: -0.8 where 62.9 % became 62.1 %.
    case points(Double)

    /// The number, positive where there is more than before.
    public var amount: Double {
      switch self {
      case .relative(let amount), .points(let amount): amount
      }
    }
  }

  /// What a change means.
  public enum Verdict: Hashable, Sendable {
    case good, bad, neutral
  }

  /// By how much the number changed.
  public let change: Change
  /// Whether that is good.
  public let verdict: Verdict

  /// Compares a measure's value with the one before.
  ///
  /// Nil where that was 0, since nothing is a share of it; ratios differ by points, also from 0.
  public init?(of measure: Measure, now: MetricValue, before: MetricValue) {
    guard before.double != 0 || measure.unit == .ratio else { return nil }
    let difference = now.double - before.double
    change =
      switch measure.unit {
      case .ratio: .points(difference * 100)
      case .count, .milliseconds, .seconds, .viewers: .relative(difference / before.double)
      }
    verdict =
      switch measure.isMoreBetter {
      case nil: .neutral
      case _ where difference == 0: .neutral
      case let isMoreBetter?: (difference > 0) == isMoreBetter ? .good : .bad
      }
  }

  /// The timeframe of equal length before another; nil where it begins before `edge`, where the
  /// retention begins.
  public static func timeframe(before timeframe: Timeframe, since edge: Timestamp) -> Timeframe? {
    let from = timeframe.from - timeframe.duration
    return from >= edge ? Timeframe(from: from, to: timeframe.from) : nil
  }
}

/// The time that numbers are compared with.
public enum ComparedPeriod: String, CaseIterable, Codable, Hashable, Sendable {
  /// As much time right before.
  case previous
  /// The same weekdays, a week earlier, or as many weeks as the time is long.
  case weekBefore = "week"
  /// The same dates of the year before.
  case yearBefore = "year"

  /// The timeframe of this period that a timeframe is compared with.
  ///
  /// Weeks and years are gone back by the clocks of a zone: noon is compared with noon. Whole days are
  /// compared with as many whole days.
  ///
  /// - Parameters:
  ///   - timeframe: what is compared.
  ///   - zone: whose clocks and dates count.
  /// - Returns: a timeframe of equal length that ends with it or before it, but for hours that clocks
  ///   skipped or showed twice.
  public func timeframe(before timeframe: Timeframe, in zone: Zone) -> Timeframe {
    switch self {
    case .previous:
      if let days = zone.wholeDays(in: timeframe) {
        return Timeframe(from: zone.moved(timeframe.from, byDays: -days), to: timeframe.from)
      }
      return Timeframe(from: timeframe.from - timeframe.duration, to: timeframe.from)
    case .weekBefore:
      // As many weeks as it is long, or the same days would be compared with themselves; by the
      // calendar, because a week in which clocks change is an hour longer or shorter.
      var days = -7 * max(1, Int(timeframe.duration / (7 * Milliseconds.day)))
      while zone.moved(timeframe.to, byDays: days) > timeframe.from { days -= 7 }
      return Timeframe(
        from: zone.moved(timeframe.from, byDays: days),
        to: zone.moved(timeframe.to, byDays: days)
      )
    case .yearBefore:
      return Timeframe(
        from: zone.movedYearBack(timeframe.from),
        to: zone.movedYearBack(timeframe.to)
      )
    }
  }
}

/// What the numbers of a question are compared with.
public struct ComparedTimeframe: Hashable, Sendable {
  /// How it was asked for.
  public var period: ComparedPeriod
  /// When; nil where facts of then are no longer kept.
  public var timeframe: Timeframe?

  /// Describes it.
  public init(_ period: ComparedPeriod, _ timeframe: Timeframe?) {
    self.period = period
    self.timeframe = timeframe
  }
}
