public import PlaybackFacts

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
