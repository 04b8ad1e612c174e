/// The time that numbers are compared with.
public enum ComparedPeriod: String, CaseIterable, Codable, Hashable, Sendable {
  /// As much time right before.
  case previous
  /// The same weekdays, a week earlier, or as many weeks as the range is long.
  case weekBefore = "week"
  /// The same dates of the year before.
  case yearBefore = "year"

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

  /// The title of a choice of periods.
  var choice: String {
    switch self {
    case .previous: "the period right before"
    case .weekBefore: "the same weekdays, earlier"
    case .yearBefore: "the same dates, last year"
    }
  }
}
