import PlaybackFacts

extension Filter {
  /// A filter that lets the same playbacks count and has at most two clauses for a dimension: the
  /// values that do count, and those that don't.
  ///
  /// This is how filters can be written, since there the values of one filter are alternatives.
  package var normalized: Filter {
    var clauses: [Clause] = []
    for dimension in dimensions {
      let own = self.clauses.filter { $0.dimension == dimension }
      let wanted = own.filter { !$0.isNegated }.map { Set($0.values) }
      var refused = own.filter(\.isNegated).reduce(into: Set()) { $0.formUnion($1.values) }
      if let first = wanted.first {
        var common = wanted.dropFirst().reduce(first) { $0.intersection($1) }
        if common.isEmpty {
          // Nothing is wanted, which is said by a value that is wanted and refused.
          common = [first.min() ?? dimension.listedValues?.first ?? Dimension.unknown]
          refused.formUnion(common)
        }
        clauses.append(Clause(dimension, Array(common)))
      }
      if !refused.isEmpty {
        clauses.append(Clause(dimension, Array(refused), isNegated: true))
      }
    }
    return Filter(clauses)
  }
}
