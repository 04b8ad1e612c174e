public import PlaybackFacts

extension Zone {
  /// The instant at which clocks show the same time of day so many days later.
  public func moved(_ time: Timestamp, byDays days: Int) -> Timestamp {
    let moved = time + Int64(days) * Milliseconds.day
    let change = offsetSeconds(at: moved) - offsetSeconds(at: time)
    return moved - Int64(change) * Milliseconds.second
  }

  /// An instant, moved as far as one is to another: by days of the calendar where clocks show the same time
  /// at both, so that noon stays noon when clocks change, else by as much time.
  public func moved(_ time: Timestamp, as start: Timestamp, to end: Timestamp) -> Timestamp {
    let (from, to) = (civil(start), civil(end))
    guard (from.hour, from.minute, from.second) == (to.hour, to.minute, to.second) else {
      return time + (end - start)
    }
    return moved(time, byDays: to.date.daysSince1970 - from.date.daysSince1970)
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
