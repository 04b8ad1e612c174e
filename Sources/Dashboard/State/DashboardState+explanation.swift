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
