import CellCanvas
import PlaybackFacts
import QueryCommandLine
import QueryCore

extension DashboardState {
  /// Adds a filter, unless it is there or says the opposite of one that is.
  ///
  /// - Returns: whether it was added.
  @discardableResult
  mutating func add(_ clause: Filter.Clause) -> Bool {
    guard !filters.contains(clause) else { return false }
    let opposite = Filter.Clause(clause.dimension, clause.values, isNegated: !clause.isNegated)
    filters.removeAll { $0 == opposite || $0.excludes(clause) }
    filters.append(clause)
    return true
  }

  /// Whether playbacks of bots count.
  var bots: Bots { Filter(filters).bots }

  /// Lets playbacks of bots count or not.
  mutating func countBots(_ bots: Bots) {
    filters.removeAll { $0.dimension == .bots }
    if let clause = bots.clause { filters.append(clause) }
  }

  mutating func negateFilter(_ index: Int) {
    guard filters.indices.contains(index) else { return }
    let clause = filters[index]
    let negated = Filter.Clause(clause.dimension, clause.values, isNegated: !clause.isNegated)
    filters.remove(at: index)
    guard !filters.contains(negated) else { return }
    filters.insert(negated, at: index)
    filters.removeAll { $0 != negated && $0.excludes(negated) }
  }

  mutating func removeFilter(_ index: Int) {
    guard filters.indices.contains(index) else { return }
    filters.remove(at: index)
  }

  /// Takes in filters as they are typed: `country=FR,DE browser!=chrome`.
  ///
  /// - Returns: a sentence that says what is wrong; nil if nothing is.
  mutating func take(filter text: String, replacing index: Int?) -> String? {
    var clauses: [Filter.Clause] = []
    for expression in Self.expressions(in: Self.signed(text)) {
      do throws(QueryError) {
        var clause = try Filter.Clause(expression: expression, referrers: source.referrers)
        if let fault = fault(of: clause) { return fault }
        if clause.dimension == .mediaID {
          let before =
            index.flatMap { filters.indices.contains($0) ? filters[$0].values : nil } ?? []
          guard let named = withIDs(clause, before: before) else {
            return "no media item is called '\(clause.values.joined(separator: ", "))'"
          }
          clause = named
        }
        clauses.append(clause)
      } catch {
        if case .invalidParameter(_, let detail) = error { return detail }
        return error.description
      }
    }
    guard !clauses.isEmpty else { return "a filter is written country=FR,DE or browser!=chrome" }
    if let index { removeFilter(index) }
    for clause in clauses { add(clause) }
    return nil
  }

  /// What is wrong with a value that nothing can have.
  private func fault(of clause: Filter.Clause) -> String? {
    if clause.dimension != .referrer, clause.values.contains("") {
      return "write a value behind the sign, such as country=FR"
    }
    guard clause.dimension == .country else { return nil }
    let value = clause.values.first { $0 != Dimension.unknown && Country.of($0) == nil }
    return value.map { "there is no country '\($0)'; write its two letters or its English name" }
  }

  /// The clause by ids of the media items whose titles it has; nil where words are no title.
  ///
  /// What is an id stays, and so do the values that a clause had before it was edited.
  private func withIDs(_ clause: Filter.Clause, before: [String]) -> Filter.Clause? {
    let titles = clause.values.filter { !media.knows($0) && !before.contains($0) }
    guard !titles.isEmpty else { return clause }
    // A title may have commas.
    let whole = clause.values.joined(separator: ", ")
    let known = media.ids(ofTitles: titles + [whole])
    if let ids = known[whole] {
      return Filter.Clause(.mediaID, ids, isNegated: clause.isNegated)
    }
    guard titles.allSatisfy({ known[$0] != nil || !$0.contains(" ") }) else { return nil }
    let ids = clause.values.flatMap { titles.contains($0) ? known[$0] ?? [$0] : [$0] }
    return Filter.Clause(.mediaID, ids, isNegated: clause.isNegated)
  }

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

  /// A filter as it is typed.
  func expression(_ clause: Filter.Clause) -> String {
    let values = clause.values.map {
      $0.replacing("\\", with: "\\\\").replacing(",", with: "\\,")
    }
    return clause.dimension.filterName + (clause.isNegated ? "!=" : "=")
      + values.joined(separator: ",")
  }

  /// A filter as people say it.
  func words(_ clause: Filter.Clause) -> String {
    if clause.dimension == .bots { return clause.isNegated ? "bots out" : "only bots" }
    let values = clause.values.map { names[$0, in: clause.dimension] }
    return
      "\(clause.dimension.title) \(clause.isNegated ? "not " : "")\(values.joined(separator: ", "))"
  }
}

extension Filter.Clause {
  /// Reads a filter as the command line takes it.
  init(
    expression: String,
    referrers: ReferrerDetail = .page
  ) throws(QueryError) {
    let parameters = try QueryRequest.Parameter.filters(expression)
    let request = QueryRequest(
      .metrics(metric: "play", aggregation: "count"),
      parameters
    )
    // The parser knows every rule about filters; the time does not matter.
    let query = try QueryParser(referrers: referrers).parse(
      request,
      now: Timestamp(milliseconds: 0) + Milliseconds.day * 400
    )
    guard let clause = query.filter.clauses.first else {
      throw .invalidParameter(name: "filter", detail: "nothing is filtered")
    }
    self = clause
  }
}

extension Filter.Clause {
  /// Whether no question can ask for both: that an item has this tag and that tag can't be written.
  fileprivate func excludes(_ other: Filter.Clause) -> Bool {
    dimension == .tag && other.dimension == .tag && !isNegated && !other.isNegated
  }
}
