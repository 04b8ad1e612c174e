import PlaybackFacts
import QueryCore

/// One interval of the window instead of all of it, for screens that look at the one under the cursor.
extension ScreenRequest {
  /// The number of the interval that is looked at; nil for the whole window.
  var intervalIndex: Int? { selection.interval.flatMap(window.index) }

  /// The time that is looked at: the interval, or the whole window.
  var shownTimeframe: Timeframe {
    guard let index = intervalIndex else { return window.timeframe }
    return Timeframe(from: window.edges[index], to: window.edges[index + 1])
      .intersection(window.timeframe)
  }

  /// The time that this is compared with: as much of the same interval of the compared period; nil where there is
  /// none.
  var comparedTimeframe: Timeframe? {
    guard let index = intervalIndex else { return comparable }
    guard let previous, let comparable else { return nil }
    let zone = selection.zone
    let days = zone.days(
      from: Timeframe(from: window.edges[0], to: window.end),
      to: Timeframe(from: previous.edges[0], to: previous.end)
    )
    let number =
      days.map { previous.index(of: zone.moved(window.edges[index], byDays: $0)) } ?? index
    guard let number, number < previous.count else { return nil }
    let interval = Timeframe(from: previous.edges[number], to: previous.edges[number + 1])
    let compared = interval.intersection(comparable)
    return compared.isEmpty ? nil : compared
  }
}
