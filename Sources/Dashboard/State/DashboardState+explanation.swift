import QueryCore

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
