import CellCanvas
import PlaybackFacts
import QueryCore

/// Texts below a time axis, at round local times, as many as there is room for.
struct TimeLabels {
  let window: TimeWindow
  let zone: Zone

  /// The columns of a label and the blanks after it.
  private static let room = 9

  /// The labels for an axis of so many columns.
  func labels(in width: Int) -> [LineChart.Label] {
    let steps = Self.steps(of: window.interval)
    let most = max(1, width / Self.room)
    let choices = steps.map(labels(every:))
    return choices.first { $0.count <= most } ?? choices.last ?? []
  }

  /// A distance between labels.
  private enum Step {
    case minutes(Int), days(Int), weeks, months(Int)
  }

  private static func steps(of interval: Interval) -> [Step] {
    switch interval {
    case .minute:
      [.minutes(5), .minutes(10), .minutes(15), .minutes(30), .minutes(60)]
        + [.minutes(120), .minutes(180)]
    case .hour:
      [.minutes(60), .minutes(120), .minutes(180), .minutes(360), .minutes(720)]
        + [.days(1), .days(2)]
    case .day: [.days(1), .days(2), .weeks, .months(1), .months(2), .months(3), .months(6)]
    }
  }

  private func labels(every step: Step) -> [LineChart.Label] {
    window.edges.dropLast().enumerated().compactMap { index, edge in
      text(of: zone.civil(edge), every: step).map { LineChart.Label(at: index, $0) }
    }
  }

  /// The text at a time; nil where none belongs.
  private func text(of time: CivilTime, every step: Step) -> String? {
    let minute = time.hour * 60 + time.minute
    let (year, month, day) = time.date.components
    switch step {
    case .minutes(let step):
      guard minute % step == 0 else { return nil }
      return minute == 0 ? date(time.date) : TimeText.clock(time)
    case .days(let step):
      guard minute < 60, time.date.daysSince1970 % step == 0 else { return nil }
      return date(time.date)
    case .weeks: return time.date.weekday == 0 ? TimeText.dayAndMonth(time.date) : nil
    case .months(let step):
      guard day == 1, (month - 1) % step == 0 else { return nil }
      return month == 1 ? "\(year)" : TimeText.month(time.date)
    }
  }

  private func date(_ date: CivilDate) -> String {
    window.interval == .day
      ? TimeText.dayAndMonth(date) : "\(TimeText.weekday(date)) \(date.components.day)"
  }
}
