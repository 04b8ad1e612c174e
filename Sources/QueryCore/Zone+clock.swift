public import PlaybackFacts

extension Zone {
  /// The instant at which clocks show the same time of day so many days later.
  public func moved(_ time: Timestamp, byDays days: Int) -> Timestamp {
    let moved = time + Int64(days) * Milliseconds.day
    let change = offsetSeconds(at: moved) - offsetSeconds(at: time)
    return moved - Int64(change) * Milliseconds.second
  }

  /// By how many days a timeframe has to be moved to be another one, clocks showing the same times; nil where
  /// it is not so.
  public func days(from timeframe: Timeframe, to other: Timeframe) -> Int? {
    let days =
      civil(other.from).date.daysSince1970 - civil(timeframe.from).date.daysSince1970
    let isMoved =
      moved(timeframe.from, byDays: days) == other.from
      && moved(timeframe.to, byDays: days) == other.to
    return isMoved ? days : nil
  }

  /// How many days a timeframe is long that begins and ends at midnight; nil of any other.
  func wholeDays(in timeframe: Timeframe) -> Int? {
    let (from, to) = (civil(timeframe.from), civil(timeframe.to))
    let isWhole = [from, to].allSatisfy { $0.hour == 0 && $0.minute == 0 && $0.second == 0 }
    let days = to.date.daysSince1970 - from.date.daysSince1970
    return isWhole && days > 0 ? days : nil
  }

  /// The same date and time of day of the year before; of 29 February, the day after the 28th.
  public func movedYearBack(_ time: Timestamp) -> Timestamp {
    let date = civil(time).date
    let (year, month, day) = date.components
    let before =
      CivilDate(year: year - 1, month: month, day: day)
      ?? CivilDate(year: year - 1, month: 3, day: 1) ?? date
    return moved(time, byDays: before.daysSince1970 - date.daysSince1970)
  }

  /// The date and time of day that clocks show.
  public func civil(_ time: Timestamp) -> CivilTime {
    CivilTime(time + Int64(offsetSeconds(at: time)) * Milliseconds.second)
  }
}
