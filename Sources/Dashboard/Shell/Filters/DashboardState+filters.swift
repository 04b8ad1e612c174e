import PlaybackFacts
import QueryCore

extension DashboardState {
  /// Adds a filter, unless it is there or says the opposite of one that is.
  ///
  /// - Returns: whether it was added.
  @discardableResult
  mutating func add(_ clause: Filter.Clause) -> Bool {
    guard !filters.contains(clause) else { return false }
    if widenOrNarrow(by: clause) { return true }
    let opposite = Filter.Clause(clause.dimension, clause.values, isNegated: !clause.isNegated)
    filters.removeAll { $0 == opposite || $0.excludes(clause) }
    filters.append(clause)
    return true
  }

  /// Adds values to the filter that there is for their dimension, or leaves only them of it: a playback has one
  /// value of each dimension, but for tags, so that two filters would leave nothing.
  ///
  /// - Returns: whether there is such a filter.
  private mutating func widenOrNarrow(by clause: Filter.Clause) -> Bool {
    guard !clause.isNegated, clause.dimension != .tag, clause.dimension != .bots,
      let index = filters.firstIndex(where: {
        $0.dimension == clause.dimension && !$0.isNegated
      })
    else { return false }
    let known = filters[index].values
    let added = clause.values.filter { !known.contains($0) }
    filters[index] = added.isEmpty ? clause : Filter.Clause(clause.dimension, known + added)
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

  /// Takes in filters as they are typed, see ``FilterText``.
  ///
  /// - Parameters:
  ///   - text: what was typed.
  ///   - index: the filter that it replaces; nil for none.
  /// - Returns: a sentence that says what is wrong; nil if nothing is.
  mutating func take(filter text: String, replacing index: Int?) -> String? {
    let edited = index.flatMap { filters.indices.contains($0) ? filters[$0] : nil }
    do throws(FilterText.Fault) {
      let clauses = try filterText.parse(text, before: edited?.values ?? [])
      if let index { removeFilter(index) }
      for clause in clauses { add(clause) }
      typedFilters = clauses
      return nil
    } catch {
      return error.sentence
    }
  }

  /// What a filter as it is typed would add, or what it may mean; nil where it means nothing yet.
  func preview(ofFilter text: String, replacing index: Int?) -> String? {
    let edited = index.flatMap { filters.indices.contains($0) ? filters[$0] : nil }
    do throws(FilterText.Fault) {
      let clauses = try filterText.parse(text, before: edited?.values ?? [])
      return "filters by " + clauses.map(words).joined(separator: ", ")
    } catch {
      return error.isAmbiguous ? error.sentence : nil
    }
  }

  /// A filter as people say it.
  func words(_ clause: Filter.Clause) -> String { names.words(clause) }
}

extension ValueNames {
  /// A filter as people say it.
  ///
  /// - Parameters:
  ///   - clause: the filter.
  ///   - isShort: whether countries are named by their codes.
  /// - Returns: `country not FR France`.
  func words(_ clause: Filter.Clause, isShort: Bool = false) -> String {
    if clause.dimension == .bots { return clause.isNegated ? "bots out" : "only bots" }
    let values = clause.values.map { name(of: $0, in: clause.dimension, isShort: isShort) }
    return
      "\(clause.dimension.title) \(clause.isNegated ? "not " : "")\(values.joined(separator: ", "))"
  }
}

extension Filter.Clause {
  /// Whether no question can ask for both: that an item has this tag and that tag can't be written.
  fileprivate func excludes(_ other: Filter.Clause) -> Bool {
    dimension == .tag && other.dimension == .tag && !isNegated && !other.isNegated
  }
}
