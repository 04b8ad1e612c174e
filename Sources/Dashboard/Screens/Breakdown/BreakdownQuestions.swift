import PlaybackFacts
import QueryCore

/// What a breakdown asks beside its ranking: how much is behind its numbers, a ratio beside counts, trends of rows,
/// and a second dimension.
struct BreakdownQuestions: Hashable, Sendable {
  let measure: Measure
  let dimension: Dimension
  /// The dimension whose values are columns; nil for none.
  let second: Dimension?
  private let selection: Selection

  /// So many values of the second dimension are columns at most.
  static let mostColumns = 8
  /// So many values of each column are asked for at most: there are up to sixteen such questions.
  static let mostCells = 1000

  init(_ selection: Selection, second: Dimension?) {
    measure = selection.measure
    dimension = selection.dimension
    self.second = second == selection.dimension ? nil : second
    self.selection = selection
  }

  /// The ratio that is shown beside a count, such as the play rate beside plays; nil where there is none.
  var companion: Measure? {
    guard second == nil, measure.isAdditive else { return nil }
    return MetricCatalog.metric(named: measure.metric)?.measures.first {
      $0.reach == .everywhere && $0.aggregation != measure.aggregation && $0.sampleSize != nil
        && $0.aggregation.percentile == nil
    }
  }

  /// What counts the facts behind the number, or behind the ratio beside it; nil for a count alone.
  var sampleSize: Measure? { sampleSizes.first }

  /// Of these the largest is the sample size; empty for a count alone.
  var sampleSizes: [Measure] {
    measure.sampleSizes.isEmpty ? companion?.sampleSizes ?? [] : measure.sampleSizes
  }

  /// The ranking's values by another measure.
  func values(_ measure: Measure) -> Question {
    Question(
      measure: measure,
      shape: .buckets(dimension),
      rows: RankingQuestion.mostRows
    )
  }

  /// The values of the second dimension by how much is behind them.
  var columns: Question? {
    second.map { second in
      Question(
        measure: measure.isAdditive ? measure : measure.sampleSize ?? .plays,
        shape: .buckets(second),
        rows: Self.mostColumns
      )
    }
  }

  /// Everything that is asked with the ranking.
  var all: [Question] {
    (([companion].compactMap { $0 } + sampleSizes).map(values) + [columns].compactMap { $0 })
  }

  /// The ranking's values of one column, now or before.
  func cells(_ column: String, _ span: Question.Span) -> Question? {
    second.map { second in
      Question(
        measure: measure,
        shape: .buckets(dimension),
        span: span,
        clause: Filter.Clause(second, [column]),
        rows: Self.mostCells
      )
    }
  }

  /// What has to be known of a column: its numbers with those before, or of a ratio how much is behind them.
  func columnQuestions(_ column: String) -> [Question] {
    let others =
      measure.sampleSizes.isEmpty
      ? [cells(column, .compared)].compactMap { $0 } : sizes(column)
    return [cells(column, .window)].compactMap { $0 } + others
  }

  /// The sample sizes of the numbers of one column, of which the largest counts; empty unless the measure is a ratio.
  func sizes(_ column: String) -> [Question] {
    guard let second else { return [] }
    return measure.sampleSizes.map {
      Question(
        measure: $0,
        shape: .buckets(dimension),
        clause: Filter.Clause(second, [column]),
        rows: Self.mostCells
      )
    }
  }

  /// The number of a row over time.
  func trend(_ value: String) -> Question {
    RowTrend.question(value, in: dimension, measure, selection)
  }
}

extension Measure {
  /// What counts the things that a ratio or an average is of; nil for what is none.
  ///
  /// For the time to the first frame these are impressions, also those whose time is unknown.
  var sampleSize: Measure? { sampleSizes.first }

  /// What counts the things that a ratio or an average is of: of several the largest; empty for what is none.
  var sampleSizes: [Measure] {
    let whole = [divisorCount].compactMap { $0 }
    guard case .sums(let formula) = computation, formula.isAtMostOne else { return whole }
    return whole + [MetricCatalog.measure(metric, .count)].compactMap { $0 }
  }

  /// What counts the divisor.
  private var divisorCount: Measure? {
    switch computation {
    case .percentile: MetricCatalog.measure("impression", .count)
    case .sums(let formula):
      switch formula.divisors.first {
      case .impressions, .timedImpressions: MetricCatalog.measure("impression", .count)
      case .plays: MetricCatalog.measure("play", .count)
      case .starts: MetricCatalog.measure("start", .count)
      case nil: nil
      default: MetricCatalog.measure("start", .count)
      }
    case .views, .peakConcurrency, .averageConcurrency: nil
    }
  }
}

extension Snapshot {
  /// The values of a breakdown that was asked for with a question, by value.
  func values(of question: Question?) -> [String: Double] {
    guard let question, case .buckets(let rows)? = results(of: question).first?.rows else {
      return [:]
    }
    return Dictionary(rows.map { ($0.dimensionValue, $0.value.double) }) { first, _ in first }
  }

  /// Whether an answer has all values of a breakdown, so that those that are absent have none.
  func hasAllValues(of question: Question?) -> Bool {
    guard let question, let result = results(of: question).first,
      case .buckets(let rows) = result.rows
    else { return false }
    return rows.count >= result.itemsTotal
  }

  /// The largest of the values of some questions, by value.
  func largestValues(of questions: [Question]) -> [String: Double] {
    questions.reduce(into: [:]) { values, question in
      values.merge(self.values(of: question), uniquingKeysWith: max)
    }
  }

  /// The intervals of a trend that was asked for with a question; empty where it was not.
  func trend(of question: Question) -> [Double?] {
    results(of: question).isEmpty ? [] : values(of: question, in: request.coarseWindow)
  }
}
