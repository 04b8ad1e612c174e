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
