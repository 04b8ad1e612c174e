public import PlaybackFacts

extension Filter {
  /// The filter that some parameters make: values of one are alternatives, and all of them must agree.
  ///
  /// ```swift
  /// let filter = try Filter(parameters: [.init("filterBy[country][]", "FR")], referrers: .page)
  /// ```
  ///
  /// - Parameters:
  ///   - parameters: names such as `filterBy[country][]` and `filterBy[country][not][]` with values.
  ///   - referrers: how much of referrers collectors store.
  /// - Throws: ``QueryError/invalidParameter(name:detail:)`` for the first name that is not one of a filter,
  ///   or the first value that can't be one of its dimension.
  public init(
    parameters: [QueryRequest.Parameter],
    referrers: ReferrerDetail
  ) throws(QueryError) {
    var values: [(parameter: FilterParameter, value: String)] = []
    for parameter in parameters {
      guard let filter = FilterParameter(parameter.name) else {
        throw .invalidParameter(name: parameter.name, detail: Detail.notExpected)
      }
      values.append((filter, parameter.value))
    }
    try self.init(values, referrers: referrers)
  }

  /// The same of names that were read before.
  ///
  /// A referrer finds what is stored of it, and itself: imported facts keep theirs whole.
  init(
    _ values: [(parameter: FilterParameter, value: String)],
    referrers: ReferrerDetail
  ) throws(QueryError) {
    var alternatives: [FilterParameter: [String]] = [:]
    for (parameter, value) in values {
      try parameter.check(value)
      let cut = parameter.dimension == .referrer ? referrers.cut(value) : value
      alternatives[parameter, default: []] += cut == value ? [value] : [value, cut]
    }
    self.init(
      alternatives.map { parameter, values in
        Filter.Clause(parameter.dimension, values, isNegated: parameter.isNegated)
      }
    )
  }
}
