public import PlaybackFacts

extension Zone {
  /// The instant at which clocks show the same time of day so many days later.
  public func moved(_ time: Timestamp, byDays days: Int) -> Timestamp {
    let moved = time + Int64(days) * Milliseconds.day
    let change = offsetSeconds(at: moved) - offsetSeconds(at: time)
    return moved - Int64(change) * Milliseconds.second
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
