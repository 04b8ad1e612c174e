import CellCanvas
import PlaybackFacts
import QueryCommandLine
import QueryCore

/// Filters as people type them.
///
/// | text | means |
/// |---|---|
/// | `country=FR,DE browser!=chrome` | two filters, as the command line takes them |
/// | `country = France` | names of countries and titles, blanks around the sign |
/// | `operating system=ios`, `browser not safari` | as filters are shown |
/// | `media=The long walk` | the ids of all media items with that title |
/// | `title slow`, `device pho` | the one title or value that begins with it, or has it in its name |
/// | `France`, `phone` | the one value of any dimension that is called so, or begins with it |
/// | `France phone` | such a value for each word |
struct FilterText {
  /// A sentence that says what is wrong.
  struct Fault: Error, Hashable {
    let sentence: String
    /// Whether a text may mean several filters, which the sentence names.
    var isAmbiguous = false
  }

  /// The titles that can be typed.
  var media = MediaNames()
  /// How much of referrers the source has.
  var referrers = ReferrerDetail.page
  /// Values that facts are known to have, the most plays first.
  var values: [Dimension: [String]] = [:]

  /// The filters of a text.
  ///
  /// - Parameters:
  ///   - text: what was typed.
  ///   - before: the values of the filter that was edited, which are ids even where nothing knows them.
  /// - Returns: the filters in the order of the text.
  /// - Throws: a sentence for the first filter that nothing can pass.
  func parse(_ text: String, before: [String] = []) throws(Fault) -> [Filter.Clause] {
    if let clause = try bare(text.trimmed) { return [clause] }
    do throws(Fault) {
      return try signedClauses(text, before: before)
    } catch {
      guard let clauses = try? bareWords(text) else { throw error }
      return clauses
    }
  }

  /// The filters of a text with signs or names of dimensions.
  private func signedClauses(_ text: String, before: [String]) throws(Fault) -> [Filter.Clause] {
    var clauses: [Filter.Clause] = []
    for expression in Self.expressions(in: Self.signed(text)) {
      let clause = try clause(expression)
      clauses.append(
        clause.dimension == .mediaID
          ? try withIDs(clause, before: before) : try withNames(clause, before: before)
      )
    }
    guard !clauses.isEmpty else {
      throw Fault(sentence: "a filter is written country=FR,DE or browser!=chrome")
    }
    return clauses
  }

  /// The clause of one expression, with values that there can be.
  func clause(_ expression: String) throws(Fault) -> Filter.Clause {
    let clause: Filter.Clause?
    do throws(QueryError) {
      let parameters = try QueryRequest.Parameter.filters(expression)
      clause = try Filter(parameters: parameters, referrers: referrers).clauses.first
    } catch {
      if case .invalidParameter(_, let detail) = error { throw Fault(sentence: detail) }
      throw Fault(sentence: error.description)
    }
    guard let clause, clause.dimension == .referrer || !clause.values.contains("") else {
      throw Fault(sentence: "write a value behind the sign, such as country=FR")
    }
    guard clause.dimension == .country else { return clause }
    var codes: [String] = []
    for value in clause.values {
      if value == Dimension.unknown || Country.of(value) != nil {
        codes.append(value)
      } else if let found = try one(of: candidates(for: value, in: [.country]), for: value) {
        codes += found
      } else {
        throw Fault(
          sentence: "there is no country '\(value)'; write its two letters or its English name"
        )
      }
    }
    return Filter.Clause(.country, codes, isNegated: clause.isNegated)
  }

  /// The clause by ids of the media items whose titles it has.
  ///
  /// What is an id stays, and so do the values that a clause had before it was edited.
  func withIDs(
    _ clause: Filter.Clause,
    before: [String]
  ) throws(Fault) -> Filter.Clause {
    let titles = clause.values.filter { !media.knows($0) && !before.contains($0) }
    guard !titles.isEmpty else { return clause }
    // A title may have commas.
    let whole = clause.values.joined(separator: ", ")
    let known = media.ids(ofTitles: titles + [whole])
    if let ids = known[whole] {
      return Filter.Clause(.mediaID, ids, isNegated: clause.isNegated)
    }
    var ids: [String] = []
    for value in clause.values {
      guard titles.contains(value) else {
        ids.append(value)
        continue
      }
      if let exact = known[value] {
        ids += exact
      } else if let found = try one(of: candidates(for: value, in: [.mediaID]), for: value) {
        ids += found
      } else if value.contains(" ") {
        throw Fault(sentence: "no media item is called '\(whole)'")
      } else {
        ids.append(value)
      }
    }
    return Filter.Clause(.mediaID, ids, isNegated: clause.isNegated)
  }

  /// A filter as it is typed.
  static func text(of clause: Filter.Clause) -> String {
    let values = clause.values.map {
      $0.replacing("\\", with: "\\\\").replacing(",", with: "\\,")
    }
    return clause.dimension.filterName + (clause.isNegated ? "!=" : "=")
      + values.joined(separator: ",")
  }

  // MARK: - Words

  /// The words of a text, names of dimensions of two words before a sign as one.
  private static func words(of text: String) -> [Substring] {
    var words = text.split(separator: " ")
    for index in words.indices.dropFirst().reversed() {
      let name = words[index].prefix { $0 != "=" && $0 != "!" }
      let next = words.indices.contains(index + 1) ? words[index + 1] : ""
      let sign = name.count < words[index].count ? words[index].dropFirst(name.count) : next
      let both = "\(words[index - 1]) \(name)".lowercased()
      guard sign.hasPrefix("=") || sign.hasPrefix("!="),
        let dimension = Dimension.allCases.first(where: { $0.title == both })
      else { continue }
      words[index] = dimension.breakdownName + words[index].dropFirst(name.count)
      words[index - 1] = ""
    }
    return words.filter { !$0.isEmpty }
  }

  /// A filter as it is shown, `browser not safari`, with the sign that it has as it is typed.
  private static func signed(_ text: String) -> String {
    let text = text.trimmed
    guard !text.contains("=") else { return text }
    for dimension in Dimension.allCases.sorted(by: { $0.title.count > $1.title.count })
    where text.lowercased().hasPrefix(dimension.title + " ") {
      let values = String(text.dropFirst(dimension.title.count + 1)).trimmed
      let isNegated = values.lowercased().hasPrefix("not ")
      return dimension.filterName + (isNegated ? "!=\(values.dropFirst(4))" : "=\(values)")
    }
    return text
  }

  /// Parts that are apart by blanks; a blank belongs to a value where no `=` follows.
  private static func expressions(in text: String) -> [String] {
    var expressions: [String] = []
    let words = words(of: text)
    for (index, word) in words.enumerated() {
      let isBeforeSign = words.dropFirst(index + 1).first.map {
        $0.hasPrefix("=") || $0.hasPrefix("!=")
      }
      let beginsOne = word.contains("=") && !word.hasPrefix("=") && !word.hasPrefix("!=")
      if beginsOne || isBeforeSign == true || expressions.isEmpty {
        expressions.append(String(word))
      } else {
        expressions[expressions.count - 1] += " " + word
      }
    }
    return expressions
  }
}
