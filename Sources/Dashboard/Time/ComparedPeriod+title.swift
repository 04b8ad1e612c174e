import PlaybackFacts
import QueryCore

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

  /// The title of a choice of periods.
  var choice: String {
    switch self {
    case .previous: "the period right before"
    case .weekBefore: "the same weekdays, earlier"
    case .yearBefore: "the same dates, last year"
    }
  }
}
