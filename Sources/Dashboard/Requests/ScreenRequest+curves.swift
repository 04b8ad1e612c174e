import PlaybackFacts
import QueryCore

extension ScreenRequest {
  /// A measure over time, of all playbacks or of those with one value of a dimension.
  struct Curve: Hashable {
    let measure: Measure
    /// Narrows the playbacks; nil for all.
    var clause: Filter.Clause?
    /// Whether the compared period is asked for too.
    var isCompared = false
  }

  /// The curves of the screen, the main one first.
  var curves: [Curve] {
    switch subject.view {
    case .overview, .live: [Curve(measure: chartMeasure, isCompared: true)]
    case .time where subject.isSplit:
      detail.values.isEmpty
        ? [Curve(measure: subject.measure)]
        : detail.values.map { value in
          Curve(measure: subject.measure, clause: Filter.Clause(subject.dimension, [value]))
        }
    case .time:
      [Curve(measure: subject.measure, isCompared: true)]
        + subject.companions.map { Curve(measure: $0) }
    case .breakdown, .media, .map, .health: []
    }
  }

  /// What the chart of the screen shows.
  var chartMeasure: Measure {
    subject.view == .live ? Self.peakViewers ?? subject.measure : subject.measure
  }

  func queries(of curve: Curve) -> [Query] {
    let compared = curve.isCompared ? previous.map { series(curve, $0) } ?? [] : []
    return series(curve, window) + compared
  }

  /// The intervals of a curve, in as many questions as are needed.
  func series(_ curve: Curve, _ window: TimeWindow) -> [Query] {
    window.pieces.map {
      query(curve.measure, .timeseries(window.interval), $0, adding: curve.clause)
    }
  }
}
