import TextAndBytes
import GRDB
import GRDBSQLite
import PlaybackFacts
import QueryCore

/// The plays of all time that are sealed, by media item; those of the journal come on top.
struct Totals {
  /// By code of the media item.
  private let plays: [(media: UInt32, count: Int64)]

  init(_ db: Database) throws {
    var plays: [(media: UInt32, count: Int64)] = []
    try db.forEachRow(of: "SELECT media, plays FROM media_total") { row in
      let media = UInt32(truncatingIfNeeded: sqlite3_column_int64(row, 0))
      plays.append((media, sqlite3_column_int64(row, 1)))
    }
    self.plays = plays
  }

  /// Adds the plays that a question for all time asks for.
  func add(_ query: SumQuery, _ tables: CodeTables, to rows: inout RowBuilder) throws {
    var asked = query.filter.dimensions
    if let dimension = rows.dimension { asked.insert(dimension) }
    for other in asked where other.source != .mediaID || other == .tag {
      throw StoreError.notInTotals(dimension: other.breakdownName)
    }
    let mask = FilterMask(query.filter, tables)
    for (media, count) in plays {
      var codes = PlaybackCodes()
      codes[0] = media
      if try mask.matches(codes) { try add(count, of: codes, to: &rows) }
    }
  }

  private func add(
    _ count: Int64,
    of codes: PlaybackCodes,
    to rows: inout RowBuilder
  ) throws(MalformedBytes) {
    var sums = Sums()
    sums[.plays] = count
    if let dimension = rows.dimension {
      try rows.add(sums, codes: codes, of: dimension)
    } else {
      rows.add(sums, row: 0)
    }
  }
}
