import PlaybackFacts
import QueryCore

/// What a breakdown asks beside its ranking: how much is behind its numbers, a ratio beside counts, trends of rows,
/// and a second dimension.
struct BreakdownQuestions: Hashable, Sendable {
  let measure: Measure
  let dimension: Dimension
  /// The dimension whose values are columns; nil for none.
  let second: Dimension?
  /// The intervals of trends.
  let interval: Interval

  /// So many values of the second dimension are columns at most.
  static let mostColumns = 8
  /// So many values of each column are asked for at most: there are up to sixteen such questions.
  static let mostCells = 1000

  init(_ selection: Selection, second: Dimension?) {
    measure = selection.measure
    dimension = selection.dimension
    self.second = second == selection.dimension ? nil : second
    interval = selection.range.coarseInterval
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
  var sampleSize: Measure? { measure.sampleSize ?? companion?.sampleSize }

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
    [companion, sampleSize].compactMap { $0.map(values) } + [columns].compactMap { $0 }
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
    [cells(column, .window), measure.sampleSize == nil ? cells(column, .compared) : sizes(column)]
      .compactMap { $0 }
  }

  /// The sample size of the numbers of one column; nil unless the measure is a ratio.
  func sizes(_ column: String) -> Question? {
    guard let second, let size = measure.sampleSize else { return nil }
    return Question(
      measure: size,
      shape: .buckets(dimension),
      clause: Filter.Clause(second, [column]),
      rows: Self.mostCells
    )
  }

  /// The number of a row over time.
  func trend(_ value: String) -> Question {
    Question(
      measure: measure,
      shape: .timeseries(interval),
      clause: Filter.Clause(dimension, [value])
    )
  }
}

extension Measure {
  /// What counts the things that a ratio or an average is of; nil for what is none.
  ///
  /// For the time to the first frame these are impressions, also those whose time is unknown.
  var sampleSize: Measure? {
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

  /// The intervals of a trend that was asked for with a question; empty where it was not.
  func trend(of question: Question) -> [Double?] {
    results(of: question).isEmpty ? [] : values(of: question, in: request.coarseWindow)
  }
}
