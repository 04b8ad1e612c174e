/// A day of the Gregorian calendar.
public struct CivilDate: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Days since 1970-01-01; negative before.
  public let daysSince1970: Int

  /// Makes the day that lies `daysSince1970` after 1970-01-01.
  public init(daysSince1970: Int) {
    self.daysSince1970 = daysSince1970
  }

  /// Makes the day of a year, month (1–12) and day (1–31); nil if there is no such day.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...12).contains(month), (1...31).contains(day) else { return nil }
    // Years from March on, so that the leap day is the last: Hinnant's days_from_civil.
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    self.init(daysSince1970: era * 146_097 + dayOfEra - 719_468)
    guard self.components == (year, month, day) else { return nil }
  }

  /// The date so many days later; earlier if negative.
  public func adding(days: Int) -> CivilDate { CivilDate(daysSince1970: daysSince1970 + days) }

  /// The year, the month (1–12) and the day of the month (1–31).
  public var components: (year: Int, month: Int, day: Int) {
    let z = daysSince1970 + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let mp = (5 * dayOfYear + 2) / 153
    let month = mp < 10 ? mp + 3 : mp - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * mp + 2) / 5 + 1
    )
  }

  /// The day of the week: 0 is Monday, 6 is Sunday.
  public var weekday: Int {
    Int((Int64(daysSince1970) + 3).modulo(7))
  }

  /// Whether `lhs` is earlier than `rhs`.
  public static func < (lhs: CivilDate, rhs: CivilDate) -> Bool {
    lhs.daysSince1970 < rhs.daysSince1970
  }

  /// The day as `2024-05-28`.
  public var description: String {
    let (year, month, day) = components
    let padding = String(repeating: "0", count: max(0, 4 - String(year).count))
    return "\(padding)\(year)-\(twoDigits(month))-\(twoDigits(day))"
  }
}

/// A date and a time of day, without a zone.
public struct CivilTime: Hashable, Sendable {
  /// The day.
  public let date: CivilDate
  /// The hour, 0–23.
  public let hour: Int
  /// The minute, 0–59.
  public let minute: Int
  /// The second, 0–59.
  public let second: Int

  /// The date and time of day of an instant in UTC; fractions of a second are cut.
  public init(_ time: Timestamp) {
    let ofDay = Int(time.milliseconds.modulo(Milliseconds.day) / 1000)
    date = CivilDate(
      daysSince1970: Int(time.floored(to: Milliseconds.day).milliseconds / Milliseconds.day)
    )
    hour = ofDay / 3600
    minute = ofDay / 60 % 60
    second = ofDay % 60
  }
}
