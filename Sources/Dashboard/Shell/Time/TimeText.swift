import PlaybackFacts
import QueryCore
import TextAndBytes

/// Dates and times of day as short words.
enum TimeText {
  private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// `14:05`.
  static func clock(_ time: CivilTime) -> String {
    "\(Numbers.padded(time.hour)):\(Numbers.padded(time.minute))"
  }

  /// `Mon`.
  static func weekday(_ date: CivilDate) -> String { weekdays[date.weekday] }

  /// `13 May`.
  static func dayAndMonth(_ date: CivilDate) -> String {
    "\(date.components.day) \(month(date))"
  }

  /// `13 May`, or `13 May 2024` if it is not of that year.
  static func day(_ date: CivilDate, seenIn year: Int) -> String {
    let isOther = date.components.year != year
    return dayAndMonth(date) + (isOther ? " \(date.components.year)" : "")
  }

  /// `May`.
  static func month(_ date: CivilDate) -> String { months[date.components.month - 1] }

  /// An interval of a window as its clocks show it: `Mon 13 May 14:00`, `13 May`.
  static func interval(_ window: TimeWindow, _ index: Int, in zone: Zone) -> String {
    let time = zone.civil(window.edges[index])
    let date = "\(weekday(time.date)) \(dayAndMonth(time.date))"
    return window.interval == .day ? date : "\(date) \(clock(time))"
  }
}

extension ComparedPeriod {
  /// What follows "vs": `previous 24 h`, `a week earlier`.
  func title(of range: TimeRange) -> String {
    switch self {
    case .previous where range.isToday: "yesterday"
    case .previous: "previous \(range.length)"
    case .weekBefore:
      range.milliseconds > TimeRange.week.milliseconds ? "same weekdays" : "a week earlier"
    case .yearBefore: "a year earlier"
    }
  }

  /// What follows "vs" where there is little room.
  var shortTitle: String {
    switch self {
    case .previous: "prev"
    case .weekBefore: "week"
    case .yearBefore: "year"
    }
  }

  /// The title of a choice of periods.
  var choice: String {
    switch self {
    case .previous: "the period right before"
    case .weekBefore: "the same weekdays of the week before"
    case .yearBefore: "the same dates, last year"
    }
  }
}
