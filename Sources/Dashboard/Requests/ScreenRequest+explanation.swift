import QueryCore

/// What an explanation asks: the number, and what it is made of.
extension ScreenRequest {
  /// The measures that count what is behind a measure: for a rate, of what and by what.
  static func parts(of measure: Measure) -> [Measure] {
    guard case .sums(let formula) = measure.computation else { return [] }
    return formula.sums.compactMap { sum in
      MetricCatalog.measures.first { other in
        guard case .sums(let part) = other.computation, other.reach != .allTime else {
          return false
        }
        return part.divisors.isEmpty && part.numerator == sum
      }
    }
  }

  /// The number that is explained, and what it is made of.
  var explanationQueries: [Query] {
    guard let measure = detail.explained else { return [] }
    return ([measure] + Self.parts(of: measure)).map {
      explainedNumber($0, isOfMoment: detail.explainsMoment)
    } + [firstFrames(of: measure)].compactMap { $0 }
  }

  /// The question for how many first frames took how long, where such a time is explained.
  func firstFrames(of measure: Measure) -> Query? {
    guard measure.metric == "impression-time",
      let percentile = MetricCatalog.measure(measure.metric, .p50)
    else { return nil }
    return query(percentile, .histogram, shownTimeframe)
  }

  /// One number for the time that is looked at, or for the moment that the window ends with.
  func explainedNumber(_ measure: Measure, isOfMoment: Bool) -> Query {
    number(measure, isOfMoment || measure.reach == .now ? moment : shownTimeframe)
  }

  /// Whether the rows of a panel are of one moment, and so what is explained of them.
  func isOfMoment(_ panel: ScreenPanel) -> Bool { questions.ranking(of: panel)?.isNow ?? false }

  /// The question for the rows of a panel, as many as a command line may ask for.
  func explainedRows(of panel: ScreenPanel) -> Query? {
    guard let ranking = questions.ranking(of: panel) else { return nil }
    var query = values(of: ranking)
    query.page = Query.Page(number: 1, size: min(ranking.rows, Query.Page.largestSize))
    return query
  }
}
