import PlaybackFacts
import QueryCore

/// Everything a screen shows, of one instant.
public struct Snapshot: Hashable, Sendable {
  /// One measure as a number, with its trend.
  struct Tile: Hashable, Sendable {
    let measure: Measure
    /// The number; nil where there was nothing to measure.
    let value: Double?
    /// The number of the compared period; nil where there is none.
    let previous: Double?
    /// One value for each interval; nil where there is none.
    let trend: [Double?]
  }

  /// A measure over time.
  struct Curve: Hashable, Sendable {
    let measure: Measure
    /// The value of a dimension that it is narrowed to; nil for all playbacks.
    let value: String?
    /// One value for each interval of the window; nil where there is none.
    let values: [Double?]
    /// The same of the compared period; empty where there is none.
    let previous: [Double?]
  }

  /// The values of a dimension, the highest first.
  struct Ranking: Hashable, Sendable {
    /// Where it is shown.
    let panel: ScreenPanel
    let dimension: Dimension
    let measure: Measure
    /// The highest values.
    let rows: [Row]
    /// How many values there are.
    let count: Int
    /// The number of all values together.
    let total: Double
  }

  /// One value of a dimension.
  struct Row: Hashable, Sendable {
    let dimensionValue: String
    /// The number; nil where it is not known.
    let value: Double?
    /// The number of the compared period; nil where it is not known.
    let previous: Double?
  }

  /// The values of a dimension with several measures.
  struct Table: Hashable, Sendable {
    let question: TableQuestion
    /// The most of the first measure first.
    let rows: [TableRow]
    /// Rows that were asked for and are in none of the lists that ``rows`` are from, by their ids.
    let unlistedRows: [String: TableRow]
    /// The ids of ``rows`` where these are not all there are.
    let listedIDs: Set<String>
    /// How many rows there are; more than in ``rows`` where these are only the first of each list.
    let count: Int
    /// Whether ``rows`` are all there are, with all their values.
    let isWhole: Bool
    /// The trends of those rows that were asked for.
    let trends: [String: [Double?]]
  }

  /// One value of a table's dimension.
  struct TableRow: Hashable, Sendable {
    let id: String
    /// A value for each measure of the table; nil where there was nothing to measure.
    let values: [Double?]
    /// The first measure in the compared period; nil where it is not known.
    let previous: Double?
  }

  /// What a number is made of.
  struct Explanation: Hashable, Sendable {
    let measure: Measure
    /// The number; nil where there was nothing to measure.
    let value: Double?
    /// What is counted behind it, each with its number.
    let parts: [Part]
    /// Of a time to the first frame, how many took how long; nil of anything else.
    var firstFrames: FirstFrames?

    /// One thing that is counted.
    struct Part: Hashable, Sendable {
      let measure: Measure
      let value: Double
    }
  }

  /// What was asked.
  let request: ScreenRequest
  /// The data that all numbers show.
  let data: DataState
  /// When it was asked.
  let asOf: Timestamp
  /// How long the source wants to be left alone after this.
  var rest = Duration.zero
  /// The results of ``Questions/tiles``.
  var tiles: [Tile] = []
  /// The results of ``ScreenRequest/curves``, the main one first.
  var curves: [Curve] = []
  /// The results of ``Questions/rankings``.
  var rankings: [Ranking] = []
  /// The result of ``Questions/table``; nil where none was asked for.
  var table: Table?
  /// What is explained, if anything is.
  var explanation: Explanation?
  /// The results of ``Questions/others`` and ``ScreenRequest/Detail/others``, each of as many queries as the
  /// question needed.
  var others: [Question: [QueryResult]] = [:]

  /// The main curve.
  var chart: Curve? { curves.first }

  /// The rows of a panel; nil where the answer has none for it.
  func ranking(of panel: ScreenPanel) -> Ranking? { rankings.first { $0.panel == panel } }

  /// The results of a question of ``Questions/others``; empty where it was not asked.
  func results(of question: Question) -> [QueryResult] { others[question] ?? [] }
}

extension Snapshot {
  /// One value for each interval of a window that a question over time has an answer for: 0 where nothing was
  /// counted though a collector ran, nil where that is not known.
  func values(of question: Question, in window: TimeWindow) -> [Double?] {
    var values = zip(window.edges, window.edges.dropFirst()).map { start, end -> Double? in
      let isPast = start >= window.timeframe.from && start <= asOf && start < window.timeframe.to
      let isMeasured =
        question.measure.isZeroWhereAbsent && data.isCollected(Timeframe(from: start, to: end))
      return isPast && isMeasured ? 0 : nil
    }
    for case .timeseries(let points) in results(of: question).map(\.rows) {
      for point in points {
        if let index = window.index(of: point.emittedAt) { values[index] = point.value.double }
      }
    }
    return values
  }
}
