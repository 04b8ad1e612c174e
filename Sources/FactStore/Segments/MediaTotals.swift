import GRDB
import GRDBSQLite
import TextAndBytes

/// The table `media_total`: plays of all time that are sealed, by code of the media item.
enum MediaTotals {
  /// Adds plays to those that survive retention.
  static func add(_ plays: [UInt32: Int64], in db: Database) throws {
    let statement = try db.cachedStatement(
      sql: """
        INSERT INTO media_total (media, plays) VALUES (?, ?)
        ON CONFLICT (media) DO UPDATE SET plays = plays + excluded.plays
        """
    )
    for (media, count) in plays.sorted(by: { $0.key < $1.key }) {
      try statement.execute(arguments: [media, count])
    }
  }

  /// The codes of a range that have plays.
  static func codes(in range: Range<Int>, _ db: Database) throws -> [Int] {
    try Int.fetchAll(
      db.cachedStatement(sql: "SELECT media FROM media_total WHERE media BETWEEN ? AND ?"),
      arguments: [range.lowerBound, range.upperBound - 1]
    )
  }

  /// The plays of a media item; nil without any.
  static func plays(of code: UInt32, _ db: Database) throws -> Int64? {
    var plays: Int64?
    var isSound = true
    try db.forEachRow(of: "SELECT plays FROM media_total WHERE media = ?", Int64(code)) { row in
      plays = number(row, 0, in: StoredLimits.counts)
      isSound = plays != nil
    }
    guard isSound else { throw Self.malformed }
    return plays
  }

  /// Passes on the code of each media item, ascending, and its plays.
  static func forEach(_ db: Database, _ body: (UInt32, Int64) -> Void) throws {
    var isSound = true
    try db.forEachRow(of: "SELECT media, plays FROM media_total ORDER BY media") { row in
      guard let media = number(row, 0, in: StoredLimits.codes),
        let plays = number(row, 1, in: StoredLimits.counts)
      else {
        isSound = false
        return
      }
      body(UInt32(media), plays)
    }
    guard isSound else { throw Self.malformed }
  }

  private static let malformed = MalformedBytes("a total of plays has an impossible value")

  /// A whole number of a row; nil where it is something else, or out of limits.
  private static func number(
    _ row: OpaquePointer,
    _ index: Int32,
    in limits: ClosedRange<Int64>
  ) -> Int64? {
    guard sqlite3_column_type(row, index) == SQLITE_INTEGER else { return nil }
    let number = sqlite3_column_int64(row, index)
    return limits.contains(number) ? number : nil
  }
}
