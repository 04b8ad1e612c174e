import PlaybackFacts

/// The parameters of a request, told apart by name.
struct GivenParameters {
  private var values: [ParameterName: String] = [:]
  private var filters: [(parameter: FilterParameter, value: String)] = []

  /// Sorts parameters by their names, of which each must be one that `target` takes.
  init(_ parameters: [QueryRequest.Parameter], for target: QueryTarget) throws(QueryError) {
    let expected = target.parameterNames
    for parameter in parameters {
      if let name = ParameterName(rawValue: parameter.name), expected.contains(name) {
        values[name] = parameter.value
      } else if let filter = FilterParameter(parameter.name),
        target.measure.filters.contains(filter.dimension)
      {
        filters.append((filter, parameter.value))
      } else {
        let name = FilterParameter(parameter.name)?.shownName ?? parameter.name
        throw .invalidParameter(name: name, detail: Detail.notExpected)
      }
    }
  }

  /// The text of a parameter, if it was written.
  subscript(name: ParameterName) -> String? { values[name] }

  /// The refusal of a parameter's value.
  func refusal(_ name: ParameterName, _ detail: String) -> QueryError {
    .invalidParameter(name: name.rawValue, detail: detail)
  }

  /// The value of a parameter that is an instant.
  func dateTime(_ name: ParameterName) throws(QueryError) -> Timestamp? {
    guard let text = values[name] else { return nil }
    guard let time = Timestamp(atom: text) else { throw refusal(name, Detail.notDateTime) }
    return time
  }

  /// The value of a parameter that is a whole number.
  func integer(_ name: ParameterName, in range: ClosedRange<Int>) throws(QueryError) -> Int? {
    guard let text = values[name] else { return nil }
    guard let number = wholeNumber(text, in: range) else {
      throw refusal(name, Detail.notInteger(in: range))
    }
    return number
  }

  /// The value of a parameter that is true or false, in any case.
  func truth(_ name: ParameterName) throws(QueryError) -> Bool? {
    guard let text = values[name] else { return nil }
    switch text.lowercased() {
    case "true": return true
    case "false": return false
    default: throw refusal(name, Detail.notPart(of: ["true", "false"]))
    }
  }

  /// Which playbacks: values of one filter are alternatives, and all filters must agree.
  ///
  /// - Parameter referrers: how much of referrers collectors store.
  /// - Returns: the filter that all of them make.
  /// - Throws: the refusal of the first value that can't be one of its dimension.
  func filter(referrers: ReferrerDetail) throws(QueryError) -> Filter {
    try Filter(filters, referrers: referrers)
  }
}

/// The number that a text spells with digits alone; nil where it is none, or not in the range.
package func wholeNumber(_ text: String, in range: ClosedRange<Int>) -> Int? {
  // Int takes signs too, which nothing that is asked for needs.
  guard text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text),
    range.contains(number)
  else { return nil }
  return number
}
