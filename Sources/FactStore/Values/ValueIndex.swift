import GRDB
import PlaybackFacts

/// The table `value_code`: the codes of values, by a hash of the value.
///
/// It names candidates only; the dictionary says which of them it is. Values that are equal as text,
/// composed or decomposed, have the same hash.
enum ValueIndex {
  private static let key = SipHash.Key(low: 0x7661_6c75_6573, high: 0x636f_6465_73)

  /// The hash of a value, the same in every process and for ever.
  static func hash(_ text: String, of dimension: Dimension) -> Int64 {
    var bytes = Array(text.composed.utf8)
    bytes.append(dimension.rawValue)
    return Int64(bitPattern: SipHash.hash(bytes, key: key))
  }

  /// Adds values whose codes follow each other.
  static func insert(
    _ texts: [String],
    of dimension: Dimension,
    firstCode: Int,
    in db: Database
  ) throws {
    var rows = texts.enumerated().map { (hash($1, of: dimension), firstCode + $0) }
    // In the order of the table: each page is written once.
    rows.sort { $0 < $1 }
    let insert = try db.cachedStatement(
      sql: "INSERT OR IGNORE INTO main.value_code (hash, dimension, code) VALUES (?, ?, ?)"
    )
    for (hash, code) in rows {
      try insert.execute(arguments: [hash, dimension.rawValue, code])
    }
  }

  /// Removes a value that leaves the dictionary.
  static func remove(
    _ text: String,
    of dimension: Dimension,
    code: Int,
    in db: Database
  ) throws {
    try db.cachedStatement(
      sql: "DELETE FROM main.value_code WHERE hash = ? AND dimension = ? AND code = ?"
    ).execute(arguments: [hash(text, of: dimension), dimension.rawValue, code])
  }

  /// The codes that a value with this hash may have.
  static func codes(ofHash hash: Int64, _ dimension: Dimension, in db: Database) throws -> [Int] {
    try Int.fetchAll(
      db.cachedStatement(
        sql: "SELECT code FROM main.value_code WHERE hash = ? AND dimension = ?"
      ),
      arguments: [hash, dimension.rawValue]
    )
  }
}
