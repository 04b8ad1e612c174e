import QueryCore

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
    }
  }

  /// One number for the window, or for the moment that it ends with.
  func explainedNumber(_ measure: Measure, isOfMoment: Bool) -> Query {
    isOfMoment ? number(measure, Query.liveTimeframe(at: slot)) : number(measure)
  }
}

extension DashboardState {
  /// The question for the number that is explained.
  var explainedNumber: Query {
    shownRequest.explainedNumber(explained ?? measure, isOfMoment: explainsMoment)
  }

  /// Whether what is explained is of one moment, as are the rows of the panel that keys go to.
  var explainsMoment: Bool {
    shownRequest.rankings.contains { $0.panel == focus && $0.isNow }
  }

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
