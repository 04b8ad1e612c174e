package import PlaybackFacts

/// What the path of a request names: a measure, and how it is looked at.
package struct QueryTarget {
  package enum Kind: Hashable {
    case number
    case buckets(Dimension)
    case timeseries
    case histogram
  }

  package let measure: Measure
  package let kind: Kind

  /// Names a measure that can be looked at in this way.
  package init(_ measure: Measure, _ kind: Kind) {
    self.measure = measure
    self.kind = kind
  }

  /// Reads the parts of a path.
  init(_ endpoint: QueryRequest.Endpoint) throws(QueryError) {
    switch endpoint {
    case .metrics(let metric, let aggregation):
      let metric = try Self.part("metric", metric, of: MetricCatalog.metrics) { $0.name }
      measure = try Self.part("aggregation", aggregation, of: metric.measures) {
        $0.aggregation.rawValue
      }
      kind = .number
    case .buckets(let metric, let breakdown):
      measure = try Self.part("metric", metric, of: MetricCatalog.bucketMeasures) {
        $0.seriesName ?? $0.metric
      }
      kind = .buckets(
        try Self.part("breakdown", breakdown, of: measure.breakdowns) { $0.breakdownName }
      )
    case .timeseries(let metric):
      measure = try Self.part("metric", metric, of: MetricCatalog.timeseriesMeasures) {
        $0.seriesName ?? $0.metric
      }
      kind = .timeseries
    case .histogram(let metric):
      measure = try Self.part("metric", metric, of: MetricCatalog.histogramMeasures) { $0.metric }
      kind = .histogram
    }
  }

  /// The parameters that may be written beside filters.
  package var parameterNames: Set<ParameterName> {
    var names: Set<ParameterName> = [.timezone]
    // Totals take dates and don't look at them; what is watched now has none.
    if measure.reach != .now { names.formUnion([.from, .to]) }
    if measure.reach != .now && measure.reach != .allTime { names.insert(.compare) }
    // Totals are kept by media item alone.
    if measure.reach != .allTime { names.insert(.bots) }
    if measure.canBeUnique { names.insert(.unique) }
    if measure.computation == .views { names.insert(.viewDuration) }
    switch kind {
    case .number, .histogram: break
    case .timeseries:
      names.insert(.interval)
      fallthrough
    case .buckets: names.formUnion([.sortBy, .sortOrder, .currentPage, .pageSize])
    }
    return names
  }

  /// The one of `choices` that a part of the path names.
  private static func part<Choice>(
    _ name: String,
    _ text: String?,
    of choices: [Choice],
    by spelling: (Choice) -> String
  ) throws(QueryError) -> Choice {
    guard let text, !text.isEmpty else {
      throw .invalidAttribute(name: name, detail: Detail.notText)
    }
    guard let choice = choices.first(where: { spelling($0) == text }) else {
      throw .invalidAttribute(name: name, detail: Detail.notPart(of: choices.map(spelling)))
    }
    return choice
  }
}
