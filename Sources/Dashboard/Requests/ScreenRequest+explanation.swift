import QueryCore

extension DashboardState {
  /// The question for the number that is explained.
  var explainedNumber: Query { shownRequest.number(explained ?? measure) }

  /// The question for the rows of the panel that keys go to, as many as a command line may ask for.
  var explainedRows: Query? {
    guard let ranking = shownRequest.rankings.first(where: { $0.panel == focus }) else {
      return nil
    }
    var query = shownRequest.values(of: ranking)
    query.page = Query.Page(number: 1, size: min(ranking.rows, Query.Page.largestSize))
    return query
  }
}

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
    return ([measure] + Self.parts(of: measure)).map { number($0) }
  }
}
