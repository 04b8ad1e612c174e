import PlaybackFacts
import QueryCore

/// What a screen asks, as plain values.
///
/// A question says what is wanted; ``ScreenRequest`` adds the time, the filters and the zone, and
/// ``Snapshot`` holds the results by the same kinds.
///
/// | kind | result |
/// |---|---|
/// | ``tiles`` | ``Snapshot/tiles`` |
/// | ``curves`` | ``Snapshot/curves`` |
/// | ``rankings`` | ``Snapshot/rankings`` |
/// | ``table`` | ``Snapshot/table`` |
/// | ``others`` | ``Snapshot/results(of:)`` |
struct Questions: Hashable, Sendable {
  /// Numbers side by side, the most telling first.
  var tiles: [TileQuestion] = []
  /// Measures over time, the main one first.
  var curves: [CurveQuestion] = []
  /// The dimension whose values have a curve each; nil where curves are of all playbacks.
  var curvesBy: Dimension?
  /// Values of dimensions, the highest first.
  var rankings: [RankingQuestion] = []
  /// Values of one dimension with several measures.
  var table: TableQuestion?
  /// Questions of no kind above.
  var others: [Question] = []

  /// The dimension whose values are the rows of a panel; nil where it has no rows.
  func dimension(ofRowsIn panel: ScreenPanel) -> Dimension? {
    ranking(of: panel)?.dimension ?? (table?.panel == panel ? table?.dimension : nil)
  }

  /// The question for the rows of a panel.
  func ranking(of panel: ScreenPanel) -> RankingQuestion? {
    rankings.first { $0.panel == panel }
  }
}

/// A measure as one number, with its change and its trend.
struct TileQuestion: Hashable, Sendable {
  let measure: Measure
  /// A title where there is no room for the measure's own.
  let shortTitle: String

  /// Nil where the catalogue has no such measure.
  init?(_ metric: String, _ aggregation: Aggregation, _ shortTitle: String) {
    guard let measure = MetricCatalog.measure(metric, aggregation) else { return nil }
    self.measure = measure
    self.shortTitle = shortTitle
  }

  /// Who watches at this moment; in the past, where nobody watches now, the most who did.
  static func viewers(_ selection: Selection) -> TileQuestion? {
    selection.isNow
      ? TileQuestion("ccv", .live, "Watching") : TileQuestion("ccv", .peak, "Peak")
  }
}

/// A measure over time, of all playbacks or of those with one value of a dimension.
struct CurveQuestion: Hashable, Sendable {
  let measure: Measure
  /// Narrows the playbacks; nil for all.
  var clause: Filter.Clause?
  /// Whether the compared period is asked for too.
  var isCompared = false
}

/// The values of a dimension by one measure, the highest first.
struct RankingQuestion: Hashable, Sendable {
  /// Where it is shown.
  let panel: ScreenPanel
  let dimension: Dimension
  let measure: Measure
  /// How many values are asked for.
  let rows: Int
  /// Whether it is about this moment rather than the whole window.
  var isNow = false

  /// The most rows that can be paged through.
  static let mostRows = 10_000
}

/// The values of a dimension with several measures, each the highest of its own order.
///
/// Rows that are on the screen and in none of the lists are asked for by ``ScreenRequest/Detail``.
struct TableQuestion: Hashable, Sendable {
  /// Where it is shown.
  let panel: ScreenPanel
  let dimension: Dimension
  /// The columns; the first one is a count, which is compared and has a trend.
  let measures: [Measure]
}

/// A question as it is asked of ``QueryAnswering``, but for time, filters and zone.
struct Question: Hashable, Sendable {
  /// The time it is about.
  enum Span: Hashable, Sendable {
    /// The time that the screen shows.
    case window
    /// The time that this is compared with; nothing is asked where there is none.
    case compared
    /// The moment that the window ends with.
    case moment
  }

  let measure: Measure
  let shape: Query.Shape
  var span = Span.window
  /// Narrows the playbacks; nil for all.
  var clause: Filter.Clause?
  /// How many rows are asked for.
  var rows = 1000
  /// A dimension whose filters are left out; nil for none.
  var ignored: Dimension?
}
