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
  /// Weeks and years are gone back by the clocks of a zone: noon is compared with noon.
  ///
  /// - Parameters:
  ///   - timeframe: what is compared.
  ///   - zone: whose clocks and dates count.
  /// - Returns: a timeframe of equal length that ends with it or before it, but for hours that clocks
  ///   skipped or showed twice.
  public func timeframe(before timeframe: Timeframe, in zone: Zone) -> Timeframe {
    switch self {
    case .previous:
      return Timeframe(from: timeframe.from - timeframe.duration, to: timeframe.from)
    case .weekBefore:
      // As many weeks as it is long, or the same days would be compared with themselves.
      let week = 7 * Milliseconds.day
      let days = -7 * Int(max(1, (timeframe.duration + week - 1) / week))
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
