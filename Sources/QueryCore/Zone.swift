import Foundation
public import PlaybackFacts

/// A time zone of the IANA database.
public struct Zone: Hashable, Sendable {
  /// The IANA name, such as `Europe/Paris`.
  public let name: String
  /// Nil for UTC, which needs no table.
  private let timeZone: TimeZone?

  /// Coordinated universal time.
  public static let utc = Zone()

  private init() {
    name = "UTC"
    timeZone = nil
  }

  /// The IANA names to choose from: UTC, then the places of all zones by their names.
  public static let names: [String] = {
    // Of all names in use Foundation's list has only this one in its former spelling.
    let places = Set(TimeZone.knownTimeZoneIdentifiers.filter { $0.contains("/") })
      .subtracting(["Asia/Calcutta"]).union(["Asia/Kolkata"])
    return [utc.name] + places.sorted()
  }()

  /// The zone of an IANA name in its exact spelling; nil if there is none.
  public init?(_ name: String) {
    if name == Self.utc.name {
      self = Self.utc
      return
    }
    // Foundation also takes offsets (GMT+2) and abbreviations, of which some are ambiguous (IST).
    guard name.contains("/") || Self.namesOfOneWord.contains(name),
      let timeZone = TimeZone(identifier: name)
    else { return nil }
    self.name = name
    self.timeZone = timeZone
  }

  /// How far local clocks are ahead of UTC, in seconds; negative west of it.
  public func offsetSeconds(at time: Timestamp) -> Int {
    timeZone?.secondsFromGMT(for: Date(time)) ?? 0
  }

  /// A stretch of time over which local clocks keep their distance from UTC.
  struct Stretch: Hashable {
    /// When it begins; the first one of a list began at or before it.
    let start: Timestamp
    /// When clocks are put forward or back again.
    let end: Timestamp
    /// How far local clocks are ahead of UTC, in milliseconds.
    let offset: Int64
  }

  /// The stretches that `timeframe` is made of, in order; at least one.
  func stretches(of timeframe: Timeframe) -> [Stretch] {
    var stretches: [Stretch] = []
    var start = timeframe.from
    repeat {
      let change = timeZone?.nextDaylightSavingTimeTransition(after: Date(start))
      let end = min(timeframe.to, change.map { Timestamp($0) } ?? timeframe.to)
      stretches.append(
        Stretch(start: start, end: end, offset: Int64(offsetSeconds(at: start)) * 1000)
      )
      start = end
    } while start < timeframe.to
    return stretches
  }

  private static let namesOfOneWord: Set<String> = [
    "CET", "CST6CDT", "Cuba", "EET", "EST", "EST5EDT", "Egypt", "Eire", "GB", "GB-Eire", "GMT",
    "GMT0", "Greenwich", "HST", "Hongkong", "Iceland", "Iran", "Israel", "Jamaica", "Japan",
    "Kwajalein", "Libya", "MET", "MST", "MST7MDT", "NZ", "NZ-CHAT", "Navajo", "PRC", "PST8PDT",
    "Poland", "Portugal", "ROC", "ROK", "Singapore", "Turkey", "UCT", "Universal", "W-SU", "WET",
    "Zulu",
  ]
}

extension Date {
  fileprivate init(_ time: Timestamp) {
    self.init(timeIntervalSince1970: Double(time.milliseconds) / 1000)
  }
}

extension Timestamp {
  fileprivate init(_ date: Date) {
    self.init(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded()))
  }
}

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
