import TextAndBytes
import PlaybackFacts
import QueryCore

/// A filter as codes: which codes of each dimension count.
struct FilterMask: Sendable {
  /// The codes of each clause's own dimension that count.
  let clauses: [CodeSet]
  /// The codes that count, where the filter looks at one dimension and lets only few of its values.
  let fewCodes: [UInt32]?
  /// The kept dimensions that have to be read, and which of their codes count.
  ///
  /// Empty unless ``hasColumns``.
  let columns: [(dimension: Dimension, codes: CodeSet)]
  /// Whether it can be applied to groups; otherwise only to the rows of a summary.
  let hasColumns: Bool

  /// Makes a mask; one without columns costs a lookup for each value of the filter.
  ///
  /// - Throws: what SQLite says.
  init(_ filter: Filter, _ tables: CodeTables, hasColumns: Bool) throws {
    clauses = try filter.clauses.map { try Self.codes(of: $0, tables) }
    fewCodes =
      filter.codedDimensions.count == 1
      ? clauses.dropFirst().reduce(clauses[0]) { $0.intersection($1) }.codes(limit: 256) : nil
    self.hasColumns = hasColumns
    var byDimension: [Dimension: CodeSet] = [:]
    if hasColumns {
      for (clause, codes) in zip(filter.clauses, clauses) {
        let source = clause.dimension.source
        let isDerived = clause.dimension.filtered != source
        let counted = isDerived ? try Self.sourceCodes(of: clause, tables) : codes
        byDimension[source] = byDimension[source]?.intersection(counted) ?? counted
      }
    }
    columns = Dimension.stored.compactMap { dimension in
      byDimension[dimension].map { (dimension, $0) }
    }
  }

  /// Roughly what it takes in memory.
  var byteCount: Int {
    clauses.reduce(64) { $0 + $1.byteCount } + columns.reduce(0) { $0 + $1.codes.byteCount }
  }

  /// The codes of a clause's dimension that count.
  private static func codes(of clause: Filter.Clause, _ tables: CodeTables) throws -> CodeSet {
    if clause.dimension == .tag {
      // Media items that have none of the tags are never looked at.
      let tagged = tables.tags.items.filter { $0.value.contains(where: clause.values.contains) }
      let codes = CodeSet(try tables.codes(of: Array(tagged.keys), .mediaID))
      return clause.isNegated ? codes.inverted : codes
    }
    let codes = CodeSet(try tables.codes(of: clause.values, clause.dimension))
    return clause.isNegated ? codes.inverted : codes
  }

  /// The codes that count of the dimension from which a clause's follows.
  private static func sourceCodes(
    of clause: Filter.Clause,
    _ tables: CodeTables
  ) throws -> CodeSet {
    var codes = CodeSet([])
    for value in clause.values {
      codes = codes.union(try tables.sourceCodes(of: value, clause.dimension))
    }
    return clause.isNegated ? codes.inverted : codes
  }

  func matches(_ codes: PlaybackCodes) -> Bool {
    columns.allSatisfy { $0.codes.contains(codes[$0.dimension.place]) }
  }
}
