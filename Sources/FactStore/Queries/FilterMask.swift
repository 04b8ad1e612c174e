import TextAndBytes
import PlaybackFacts
import QueryCore

/// A filter as codes: which code of each kept dimension counts.
struct FilterMask {
  /// For each of ``PlaybackFacts/Dimension/stored``; nil where every code counts.
  private var masks = [[Bool]?](repeating: nil, count: Dimension.stored.count)
  /// For each clause, whether each code of its dimension counts.
  private(set) var clauses: [[Bool]] = []
  /// The codes that count, where the filter looks at one dimension and lets only few of its values.
  private(set) var fewCodes: [UInt32]?

  init(_ filter: Filter, _ tables: CodeTables) {
    for clause in filter.clauses {
      let source = clause.dimension.source
      guard let place = Dimension.stored.firstIndex(of: source) else { continue }
      let isCounted = Self.isCounted(by: clause, tables)
      clauses.append(isCounted)
      let derived = tables.derivedCodes(of: clause.dimension.filtered)
      var mask = masks[place] ?? [Bool](repeating: true, count: tables.count(of: source))
      for code in mask.indices where mask[code] {
        mask[code] = isCounted[derived.isEmpty ? code : Int(derived[code])]
      }
      masks[place] = mask
    }
    guard filter.codedDimensions.count == 1, let first = clauses.first else { return }
    let codes = first.indices.filter { code in clauses.allSatisfy { $0[code] } }
    if codes.count <= 256 { fewCodes = codes.map { UInt32($0) } }
  }

  /// Roughly what it takes in memory.
  var byteCount: Int { masks.reduce(0) { $0 + 2 * ($1?.count ?? 0) } }

  /// For each code of a clause's dimension, whether it counts.
  private static func isCounted(by clause: Filter.Clause, _ tables: CodeTables) -> [Bool] {
    if clause.dimension == .tag {
      return tables.values(of: .mediaID).map { clause.matches(any: tables.tags[$0]) }
    }
    var isCounted = [Bool](
      repeating: clause.isNegated,
      count: tables.count(of: clause.dimension)
    )
    func count(where isNamed: (String) -> Bool) {
      for (code, value) in tables.values(of: clause.dimension).enumerated() where isNamed(value) {
        isCounted[code] = !clause.isNegated
      }
    }
    if clause.values.count <= 4 {
      // A hundred thousand values are compared faster than hashed.
      count { clause.values.contains($0) }
    } else {
      let values = Set(clause.values)
      count { values.contains($0) }
    }
    return isCounted
  }

  /// The dimensions that have to be read, and which of their codes count.
  var columns: [(dimension: Dimension, mask: [Bool])] {
    zip(Dimension.stored, masks).compactMap { dimension, mask in mask.map { (dimension, $0) } }
  }

  func matches(_ codes: PlaybackCodes) throws(MalformedBytes) -> Bool {
    for (place, mask) in masks.enumerated() {
      guard let mask else { continue }
      let code = Int(codes[place])
      guard code < mask.count else { throw MalformedBytes("a code has no value") }
      if !mask[code] { return false }
    }
    return true
  }
}
