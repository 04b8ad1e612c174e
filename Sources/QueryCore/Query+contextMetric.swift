extension Query {
  /// What an answer calls the metric: `play-rate`, `view-5`, `unique-view-10`, `unique-ccv-peak`; for
  /// a number, whose aggregation is told beside it, `play`, `view-5`, `unique-ccv`.
  public var contextMetric: String {
    var name = shape == .number ? measure.metric : measure.seriesName ?? measure.metric
    if measure.computation == .views { name += "-\(viewDuration.seconds)" }
    return isUnique && measure.canBeUnique ? "unique-" + name : name
  }
}
