import PlaybackFacts
public import QueryCore

extension QueryRequest.Parameter {
  /// The parameters that a filter of the command line stands for: `country=FR,DE` or `country FR,DE`, or
  /// `country!=FR` for all but those.
  ///
  /// A dimension may be named as over HTTP, as in a breakdown or as on the screen, in any case
  /// (`deviceType`, `device-type`, `device`), a country by its English name, and no referrer by `none`.
  /// Blanks around names and values do not matter. A backslash takes the meaning of a comma or backslash
  /// after it.
  ///
  /// - Throws: ``QueryError/invalidParameter(name:detail:)`` where there is neither `=` nor a blank, or no such
  ///   dimension.
  public static func filters(_ expression: String) throws(QueryError) -> [Self] {
    let expression = expression.trimmed
    guard let equals = separator(in: expression) else {
      throw .invalidParameter(name: "filter", detail: Detail.notFilter)
    }
    var name = expression[..<equals]
    let isNegated = name.last == "!"
    if isNegated { name.removeLast() }
    guard let dimension = Dimension(named: name.trimmed.lowercased()) else {
      throw .invalidParameter(
        name: "filter",
        detail: Detail.noDimension(name.trimmed, known: Dimension.allCases.map(\.title))
      )
    }
    let parameter = "filterBy[\(dimension.filterName)]"
    return values(expression[expression.index(after: equals)...]).map {
      Self(
        parameter + (isNegated ? "[not][]" : "[]"),
        dimension.value(named: $0.trimmed)
      )
    }
  }

  /// The `=` behind a name, or the blank behind the name of a dimension.
  private static func separator(in expression: String) -> String.Index? {
    let equals = expression.firstIndex(of: "=")
    let blanks = expression.indices.filter { expression[$0] == " " }
    let named = (blanks + [equals].compactMap { $0 }).last { index in
      var name = expression[..<index].trimmed
      if name.last == "!" { name.removeLast() }
      return Dimension(named: name.trimmed.lowercased()) != nil
    }
    return named ?? equals ?? blanks.first
  }

  private static func values(_ list: Substring) -> [String] {
    var values = [""]
    var isEscaped = false
    for scalar in list.unicodeScalars {
      switch scalar {
      case "\\" where !isEscaped: isEscaped = true
      case "," where !isEscaped: values.append("")
      default:
        values[values.count - 1].unicodeScalars.append(scalar)
        isEscaped = false
      }
    }
    return values
  }
}

extension Dimension {
  /// The dimension that goes by a name in lower case.
  fileprivate init?(named name: String) {
    let named = Self.allCases.first {
      [$0.filterName.lowercased(), $0.breakdownName, $0.title].contains(name)
    }
    switch name {
    case "os": self = .operatingSystem
    case "title": self = .mediaID
    default:
      guard let named else { return nil }
      self = named
    }
  }

  private static let continents = [
    "africa": "AF", "antarctica": "AN", "asia": "AS", "europe": "EU", "north america": "NA",
    "south america": "SA", "oceania": "AZ",
  ]

  /// The value that is meant by what people call it.
  fileprivate func value(named name: String) -> String {
    // As it is shown.
    if self == .referrer, name.lowercased() == "none" { return "" }
    let lowercase = name.lowercased()
    if self == .continent { return Self.continents[lowercase] ?? name }
    guard self == .country, name.unicodeScalars.count > 2 else { return name }
    return Country.all.first { $0.name.lowercased() == lowercase }?.code ?? name
  }
}

extension Detail {
  fileprivate static func noDimension(_ name: String, known: [String]) -> String {
    "There is no dimension '\(name)'; there are \(known.joined(separator: ", "))."
  }

  fileprivate static let notFilter =
    "This value must be a filter such as country=FR or country!=FR,DE."
}

extension StringProtocol {
  /// Without blanks at both ends.
  package var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
