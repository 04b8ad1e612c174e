import QueryCore

extension DashboardState {
  /// The question for the number that is explained.
  var explainedNumber: Query {
    shownRequest.explainedNumber(explained ?? measure, isOfMoment: explainsMoment)
  }

  /// Whether what is explained is of one moment, as are the rows of the panel that keys go to.
  var explainsMoment: Bool { shownRequest.isOfMoment(focus.panel) }

  /// The question for the rows of the panel that keys go to, as many as a command line may ask for.
  var explainedRows: Query? { shownRequest.explainedRows(of: focus.panel) }
}
