import CellCanvas
import PlaybackFacts
import QueryCommandLine
import QueryCore

/// What names and beginnings of names may mean.
extension FilterText {
  /// A value that a text may mean.
  struct Candidate: Hashable {
    let dimension: Dimension
    let value: String
    /// What people call it.
    let name: String
  }

  /// So many are named where a text may mean several.
  private static let shownLimit = 6

  /// The values that a text may mean: those that are called so, else those that begin with it, else titles
  /// that have it in them.
  ///
  /// - Parameters:
  ///   - text: a code, a name or its beginning, in any case.
  ///   - dimensions: where to look.
  /// - Returns: the candidates of the best kind, by dimension, the most plays first.
  func candidates(
    for text: String,
    in dimensions: [Dimension] = Dimension.allCases
  ) -> [Candidate] {
    let text = text.trimmed.lowercased()
    guard !text.isEmpty else { return [] }
    let all = dimensions.filter { $0 != .referrer }.flatMap { candidates(in: $0, calledWith: text) }
    let exact = all.filter { $0.name.lowercased() == text || $0.value.lowercased() == text }
    if !exact.isEmpty { return exact }
    let beginning = all.filter {
      $0.name.lowercased().hasPrefix(text) || $0.value.lowercased().hasPrefix(text)
    }
    return beginning.isEmpty ? all.filter { $0.dimension == .mediaID } : beginning
  }

  /// Everything of a dimension that has a text in its name.
  private func candidates(in dimension: Dimension, calledWith text: String) -> [Candidate] {
    let values: [String] =
      switch dimension {
      case .mediaID: media.ids(calledWith: text)
      case .country:
        // Those with plays first; the others can be named as well, and are told to have none.
        (self.values[.country] ?? []).filter { Country.of($0) != nil }
          + Country.all.map(\.code).filter { !(self.values[.country] ?? []).contains($0) }
      default: self.values[dimension] ?? dimension.listedValues ?? []
      }
    return values.compactMap { value in
      let name =
        switch dimension {
        case .mediaID: media.title(of: value) ?? value
        case .country: Country.of(value)?.name ?? value
        default: value
        }
      let candidate = Candidate(dimension: dimension, value: value, name: name)
      return name.lowercased().contains(text) || value.lowercased().hasPrefix(text)
        ? candidate : nil
    }
  }

  /// The values of what a text means, several where they are called the same; nil where it means nothing.
  ///
  /// - Throws: the candidates where it may mean several.
  func one(of candidates: [Candidate], for text: String) throws(Fault) -> [String]? {
    guard let first = candidates.first else { return nil }
    let isOne = candidates.allSatisfy {
      $0.dimension == first.dimension && $0.name.lowercased() == first.name.lowercased()
    }
    guard isOne else { throw ambiguity(of: text, candidates) }
    return candidates.map(\.value)
  }

  /// The filter of a text that names no dimension, such as `France`; nil where it is written with one.
  ///
  /// - Throws: the candidates where it may mean several.
  func bare(_ text: String) throws(Fault) -> Filter.Clause? {
    guard !text.isEmpty, !text.contains("=") else { return nil }
    guard !Self.namesDimension(text) else { return nil }
    let found = candidates(for: text)
    guard let first = found.first, let values = try one(of: found, for: text) else { return nil }
    return Filter.Clause(first.dimension, values)
  }

  /// A clause for each word of a text; nil unless all of them mean something.
  func bareWords(_ text: String) throws(Fault) -> [Filter.Clause]? {
    let words = text.split(separator: " ").map(String.init)
    guard words.count > 1, !text.contains("=") else { return nil }
    var clauses: [Filter.Clause] = []
    for word in words {
      guard let clause = try bare(word) else { return nil }
      clauses.append(clause)
    }
    return clauses
  }

  /// A clause by the values that its own are names or beginnings of, as far as any are known.
  func withNames(
    _ clause: Filter.Clause,
    before: [String]
  ) throws(Fault) -> Filter.Clause {
    guard let known = values[clause.dimension], clause.dimension != .referrer else { return clause }
    var values: [String] = []
    for value in clause.values {
      if known.contains(value) || before.contains(value) || value == Dimension.unknown {
        values.append(value)
      } else if clause.dimension == .country {
        values.append(value)
      } else {
        values +=
          try one(of: candidates(for: value, in: [clause.dimension]), for: value) ?? [value]
      }
    }
    return Filter.Clause(clause.dimension, values, isNegated: clause.isNegated)
  }

  /// Whether a text begins with what a dimension is called, and has a value behind it.
  static func namesDimension(_ text: String) -> Bool {
    let words = text.lowercased().split(separator: " ")
    guard words.count > 1 else { return false }
    let names =
      Dimension.allCases.flatMap {
        [$0.title, $0.filterName.lowercased(), $0.breakdownName]
      } + ["os", "title"]
    return [1, 2].contains { count in names.contains(words.prefix(count).joined(separator: " ")) }
  }

  private func ambiguity(of text: String, _ candidates: [Candidate]) -> Fault {
    var seen: Set<String> = []
    let names = candidates.map { "\($0.dimension.title) \($0.name.scrubbed)" }
      .filter { seen.insert($0.lowercased()).inserted }
    let shown = names.prefix(Self.shownLimit).joined(separator: ", ")
    let more = names.count - Self.shownLimit
    return Fault(
      sentence: "'\(text.scrubbed)' may be \(shown)" + (more > 0 ? " or \(more) more" : ""),
      isAmbiguous: true
    )
  }
}
