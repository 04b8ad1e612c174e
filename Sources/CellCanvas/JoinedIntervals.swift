/// Intervals of a time series joined to longer ones, so that each gets a column of its own.
///
/// ```swift
/// let joined = JoinedIntervals(of: .hour, startingAt: localMinutes, in: 60)
/// joined.name                                   // "by 3 h"
/// joined.values(of: plays, JoinedIntervals.sum) // what a chart of 60 columns shows
/// ```
/// Longer intervals begin at round local times: those of 3 h at 0:00, 3:00, 6:00. The first and the last may
/// therefore be shorter. Counts are added up; averages and ratios can't be joined from their values: ask for
/// them with the longer interval, or join them with a rule that knows their sample sizes.
public struct JoinedIntervals: Hashable, Sendable {
  /// The length of the intervals given.
  public enum Unit: Int, Hashable, Sendable {
    /// A minute.
    case minute = 1
    /// An hour.
    case hour = 60
    /// A local day, also one of 23 or 25 hours.
    case day = 1440
  }

  /// The length of the joined intervals in minutes of the local clock.
  public let minutes: Int
  /// The given intervals that belong to each joined one, oldest first.
  public let groups: [Range<Int>]

  /// Picks the shortest interval of which no more than `columns` are needed.
  ///
  /// - Parameters:
  ///   - unit: the length of the intervals given.
  ///   - starts: for each interval, the local time it starts at, in minutes since 1970-01-01 00:00 on the
  ///     wall; non-decreasing but where clocks are set back.
  ///   - columns: the most intervals wanted; at least 1.
  public init(of unit: Unit, startingAt starts: [Int], in columns: Int) {
    let lengths = Self.lengths.filter { $0 >= unit.rawValue && $0.isMultiple(of: unit.rawValue) }
    var minutes = unit.rawValue
    var groups = starts.indices.map { $0..<$0 + 1 }
    // Beyond the longest, whole multiples of it.
    var longer = (2...).lazy.map { $0 * (Self.lengths.last ?? 1) }.makeIterator()
    var rest = lengths.dropFirst().makeIterator()
    while groups.count > max(1, columns), let next = rest.next() ?? longer.next() {
      minutes = next
      groups = Self.groups(of: starts, every: next)
    }
    self.minutes = minutes
    self.groups = groups
  }

  /// The length in words, for the title of a chart: `by minute`, `by 3 h`, `by 2 weeks`.
  public var name: String {
    switch minutes {
    case 1: "by minute"
    case 60: "by hour"
    case 1440: "by day"
    case 10080: "by week"
    case let minutes where minutes.isMultiple(of: 10080): "by \(minutes / 10080) weeks"
    case let minutes where minutes.isMultiple(of: 1440): "by \(minutes / 1440) d"
    case let minutes where minutes.isMultiple(of: 60): "by \(minutes / 60) h"
    default: "by \(minutes) min"
    }
  }

  /// The values of the joined intervals.
  ///
  /// - Parameters:
  ///   - values: one for each interval given; missing ones are nil.
  ///   - rule: makes one value of those of a group, which may be missing.
  /// - Returns: a value for each joined interval.
  public func values(
    of values: [Double?],
    _ rule: (ArraySlice<Double?>) -> Double?
  ) -> [Double?] {
    groups.map { rule(values[$0.clamped(to: values.indices)]) }
  }

  /// The joined interval that holds an interval given; nil outside of all.
  public func index(of interval: Int) -> Int? { groups.firstIndex { $0.contains(interval) } }

  /// The rule for counts: adds up what is known; nil where nothing is.
  public static func sum(_ values: ArraySlice<Double?>) -> Double? {
    let known = values.compactMap { $0 }
    return known.isEmpty ? nil : known.reduce(0, +)
  }

  private static let lengths: [Int] = [
    1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1440, 10080, 20160, 40320,
  ]

  private static func groups(of starts: [Int], every minutes: Int) -> [Range<Int>] {
    // 1970-01-01 was a Thursday: weeks begin on Monday.
    let offset = minutes.isMultiple(of: 10080) ? 3 * 1440 : 0
    let keys = starts.map { ($0 + offset).flooredQuotient(by: minutes) }
    var groups: [Range<Int>] = []
    for index in starts.indices {
      if let last = groups.last, keys[last.lowerBound] >= keys[index] {
        groups[groups.count - 1] = last.lowerBound..<index + 1
      } else {
        groups.append(index..<index + 1)
      }
    }
    return groups
  }
}

extension Int {
  fileprivate func flooredQuotient(by divisor: Int) -> Int {
    self >= 0 ? self / divisor : -((-self + divisor - 1) / divisor)
  }
}
