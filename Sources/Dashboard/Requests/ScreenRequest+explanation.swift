import QueryCore

extension ScreenRequest {
  /// The measures that count what is behind a measure: for a rate, of what and by what.
  static func parts(of measure: Measure) -> [Measure] {
    measure.formula.sums.compactMap { sum in
      MetricCatalog.measures.first {
        $0.formula.divisors.isEmpty && $0.formula.numerator == sum && $0.reach != .allTime
      }
    }
  }

  /// The number that is explained, and what it is made of.
  var explanationQueries: [Query] {
    guard let measure = detail.explained else { return [] }
    return ([measure] + Self.parts(of: measure)).map { number($0) }
  }
}
