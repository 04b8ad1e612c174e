import TextAndBytes
import GRDB
import PlaybackFacts
import QueryCore

/// The plays of all time that are sealed, by media item; those of the journal come on top.
struct Totals {
  private let db: Database

  init(_ db: Database) {
    self.db = db
  }

  /// Adds the plays that a question for all time asks for.
  func add(_ query: SumQuery, _ mask: FilterMask, to rows: inout RowBuilder) throws {
    var asked = query.filter.dimensions
    if let dimension = rows.dimension { asked.insert(dimension) }
    for other in asked where other.source != .mediaID || other == .tag {
      throw StoreError.notInTotals(dimension: other.breakdownName)
    }
    let codes = mask.columns.first?.codes
    guard let dimension = rows.dimension else {
      var plays: Int64 = 0
      try forEach(codes) { plays &+= $1 }
      rows.add(Self.sums(plays), row: 0)
      return
    }
    guard dimension == .mediaID else {
      try forEach(codes) { rows.add(Self.sums($1), source: $0) }
      return
    }
    var partial = (keys: [UInt32](), plays: [Int64]())
    try forEach(codes) { media, plays in
      partial.keys.append(media)
      partial.plays.append(plays)
    }
    let none = [Int64](repeating: 0, count: partial.keys.count)
    rows.add(
      Partial(
        keys: partial.keys,
        columns: rows.sums.map { $0 == .plays ? partial.plays : none }
      )
    )
  }

  /// Passes on the code of each media item that counts, ascending, and its plays.
  private func forEach(_ codes: CodeSet?, _ body: (UInt32, Int64) -> Void) throws {
    if let few = codes?.codes(limit: 256) {
      for code in few {
        if let plays = try MediaTotals.plays(of: code, db) { body(code, plays) }
      }
      return
    }
    try MediaTotals.forEach(db) { media, plays in
      if codes?.contains(media) ?? true { body(media, plays) }
    }
  }

  private static func sums(_ plays: Int64) -> Sums {
    var sums = Sums()
    sums[.plays] = plays
    return sums
  }
}
