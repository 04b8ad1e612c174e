import PlaybackFacts
public import QueryCore

extension Query {
  /// The command line that asks this question, quoted for a shell.
  ///
  /// - Parameter options: Words that say where it is asked, such as `--store FILE`.
  /// - Returns: `playhead query buckets play country --from … --to … --filter country=FR`, the options
  ///   behind it.
  public func commandLine(_ options: [String] = []) -> String {
    let request = QueryRequest(self)
    var words = ["playhead", "query"] + request.endpoint.parts
    for parameter in request.parameters {
      guard let name = ParameterName(rawValue: parameter.name) else { continue }
      words.append("--\(name.optionName)")
      if !name.isFlag { words.append(parameter.value) }
    }
    for clause in filter.normalized.clauses where clause.dimension != .bots {
      let values = clause.values.map {
        $0.replacing("\\", with: "\\\\").replacing(",", with: "\\,")
      }
      let sign = clause.isNegated ? "!=" : "="
      words += ["--filter", clause.dimension.filterName + sign + values.joined(separator: ",")]
    }
    return (words + options).map(quotedForShell).joined(separator: " ")
  }
}

/// The word as a POSIX shell takes it literally.
package func quotedForShell(_ word: String) -> String {
  let plain = word.utf8.allSatisfy { byte in
    switch byte {
    case 48...57, 65...90, 97...122: true
    default: "-._~:/,@%+=".utf8.contains(byte)
    }
  }
  if plain, !word.isEmpty { return word }
  return "'" + word.replacing("'", with: "'\\''") + "'"
}

extension ParameterName {
  /// The name of the option on the command line, without its dashes.
  public var optionName: String {
    switch self {
    case .from: "from"
    case .to: "to"
    case .compare: "compare"
    case .unique: "unique"
    case .viewDuration: "view-duration"
    case .bots: "bots"
    case .timezone: "tz"
    case .interval: "interval"
    case .sortBy: "sort-by"
    case .sortOrder: "sort-order"
    case .currentPage: "page"
    case .pageSize: "page-size"
    }
  }

  /// Whether the option on the command line has no value: to write it means `true`.
  public var isFlag: Bool { self == .unique }
}
