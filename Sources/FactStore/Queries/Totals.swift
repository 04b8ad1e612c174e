import GRDB
import PlaybackFacts
import QueryCore

/// The plays of all time that are sealed, by media item; those of the journal come on top.
struct Totals {
  private let db: Database
  private let tables: CodeTables

  init(_ db: Database, _ tables: CodeTables) {
    self.db = db
    self.tables = tables
  }

  /// Adds the plays that a question for all time asks for.
  func add(_ query: SumQuery, to rows: inout RowBuilder) throws {
    let asked = query.filter.dimensions.union(rows.dimension.map { [$0] } ?? [])
    if let other = asked.first(where: { $0.source != .mediaID }) {
      throw StoreError.notInTotals(dimension: other.breakdownName)
    }
    let mask = FilterMask(query.filter, tables)
    let totals = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT media, plays FROM media_total")
    )
    while let total = try totals.next() {
      var codes = PlaybackCodes()
      codes[0] = total[0]
      var sums = Sums()
      sums[.plays] = total[1]
      guard try mask.matches(codes) else { continue }
      if let dimension = rows.dimension {
        try rows.add(sums, codes: codes, of: dimension)
      } else {
        rows.add(sums, row: 0)
      }
    }
  }
}
