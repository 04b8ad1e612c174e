import CellCanvas
import PlaybackFacts
import QueryCore

/// Why all numbers on a screen are empty, and of when there are some.
struct Emptiness: View {
  /// What there is nothing of: `facts`, `plays`.
  let what: String
  /// Whether filters leave nothing.
  let isFiltered: Bool
  /// Whether a collector ran in the range.
  let isCollected: Bool
  /// When the newest ping came; nil where that is not known.
  var newest: String?
  /// The keys that go elsewhere.
  var keys: [(label: String, word: String)] = []

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let sentence =
      isFiltered
      ? "no \(what) pass the filters in this range"
      : isCollected ? "no \(what) in this range" : "no collector ran in this range"
    let hints = keys.map { "\($0.label) \($0.word)" }.joined(separator: "  ")
    let line = FittingLine(
      [
        FittingLine.Segment(0, .accent, [sentence]),
        newest.map { FittingLine.Segment(1, .text, ["newest data \($0)", $0, ""]) } ?? .blank,
        hints.isEmpty ? .blank : FittingLine.Segment(2, .dim, [hints, ""]),
      ]
    )
    canvas.draw(line, in: rect)
  }
}

extension DashboardState {
  /// Why all numbers are empty; nil where there are some, or none are known.
  var emptiness: Emptiness? {
    guard firstMinutes == nil, view.traits.time != .none, !isOutdated, let snapshot,
      let what = snapshot.nothing
    else { return nil }
    let keys: [(Command, String)] =
      (filters.isEmpty ? [] : [(.openFilters, "filters")]) + [(.typeRange, "range")]
    return Emptiness(
      what: what,
      isFiltered: !filters.isEmpty,
      isCollected: snapshot.data.isCollected(snapshot.request.window.timeframe),
      newest: (data ?? snapshot.data).newestReceipt.map { time in
        let civil = zone.civil(time)
        let day = "\(TimeText.weekday(civil.date)) \(TimeText.dayAndMonth(civil.date))"
        return "\(day) \(TimeText.clock(civil))"
      },
      keys: keys.compactMap { command, word in keyMap.label(of: command).map { ($0, word) } }
    )
  }
}
