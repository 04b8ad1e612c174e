import TextAndBytes
import GRDB
import PlaybackFacts

import struct Foundation.Data

/// The table `dictionary`: which value is behind a code.
///
/// The codes of a dimension are given in order and never again, so what a code stands for never changes.
enum DictionaryTable {
  /// A row that has reached so many bytes is left as it is.
  private static let fullLength = 8192

  /// The row that holds a code; nil where there is none.
  static func chunk(
    of code: Int,
    _ dimension: Dimension,
    in db: Database
  ) throws -> DictionaryChunk? {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT first_code, texts FROM dictionary WHERE dimension = ? AND first_code <= ?
          ORDER BY first_code DESC LIMIT 1
          """
      ),
      arguments: [dimension.rawValue, code]
    )
    guard let row else { return nil }
    let chunk = try chunk(row)
    return chunk.codes.contains(code) ? chunk : nil
  }

  /// Passes on the rows of a dimension from a code on, ascending, until `body` returns false.
  static func forEachChunk(
    of dimension: Dimension,
    from code: Int = 0,
    in db: Database,
    _ body: (DictionaryChunk) throws -> Bool
  ) throws {
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT first_code, texts FROM dictionary WHERE dimension = ? AND first_code >= ?
          ORDER BY first_code
          """
      ),
      arguments: [dimension.rawValue, code]
    )
    while let row = try rows.next() {
      guard try body(try chunk(row)) else { return }
    }
  }

  /// Passes on the rows of a dimension that are newer than a version of the dictionary, ascending.
  static func forEachChunk(
    of dimension: Dimension,
    newerThan version: Int64,
    in db: Database,
    _ body: (DictionaryChunk) throws -> Void
  ) throws {
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT first_code, texts FROM dictionary WHERE dimension = ? AND id > ?
          ORDER BY first_code
          """
      ),
      arguments: [dimension.rawValue, version]
    )
    while let row = try rows.next() {
      try body(try chunk(row))
    }
  }

  /// The code that the next new value of a dimension gets.
  static func nextCode(of dimension: Dimension, in db: Database) throws -> Int {
    try last(of: dimension, in: db)?.chunk.codes.upperBound ?? 0
  }

  /// How many values each dimension has.
  static func valueCounts(_ db: Database) throws -> [Dimension: Int] {
    var counts: [Dimension: Int] = [:]
    for dimension in Dimension.coded {
      counts[dimension] = dimension.fixedValues?.count ?? 0
      guard dimension.fixedValues == nil else { continue }
      try forEachChunk(of: dimension, in: db) { chunk in
        counts[dimension, default: 0] += chunk.codes.count { chunk.utf8(of: $0) != nil }
        return true
      }
    }
    return counts
  }

  /// A number that differs when there are more values.
  static func version(_ db: Database) throws -> Int64 {
    let statement = try db.cachedStatement(sql: "SELECT max(id) FROM dictionary")
    return try Int64.fetchOne(statement) ?? 0
  }

  /// Gives codes to values of a dimension that have none; the first of the codes.
  ///
  /// - Throws: also where there are no more codes.
  static func append(_ texts: [String], to dimension: Dimension, in db: Database) throws -> Int {
    let last = try last(of: dimension, in: db)
    let firstNew = last?.chunk.codes.upperBound ?? 0
    guard firstNew + texts.count <= Int(UInt32.max) else {
      throw MalformedBytes("the dictionary has no more codes")
    }
    try ValueIndex.insert(texts, of: dimension, firstCode: firstNew, in: db)
    var (code, start) = (firstNew, firstNew)
    var writer = ByteWriter()
    if let last, last.texts.count < fullLength {
      start = last.chunk.firstCode
      writer.raw(last.texts)
      // Written anew under a higher id, by which others see that there are more values.
      try db.execute(sql: "DELETE FROM dictionary WHERE id = ?", arguments: [last.id])
    }
    func write() throws {
      try db.execute(
        sql: "INSERT INTO dictionary (dimension, first_code, texts) VALUES (?, ?, ?)",
        arguments: [dimension.rawValue, start, Data(writer.bytes)]
      )
    }
    for text in texts {
      if writer.bytes.count >= fullLength {
        try write()
        start = code
        writer = ByteWriter()
      }
      writer.text(text)
      code += 1
    }
    try write()
    return firstNew
  }

  /// Removes the values of some codes of a row.
  static func remove(
    _ codes: Set<Int>,
    of chunk: DictionaryChunk,
    _ dimension: Dimension,
    in db: Database
  ) throws {
    for code in codes.sorted() {
      guard let text = chunk.text(of: code) else { continue }
      try ValueIndex.remove(text, of: dimension, code: code, in: db)
    }
    let (left, hasValues) = chunk.encoded(without: codes)
    let isLast = try nextCode(of: dimension, in: db) == chunk.codes.upperBound
    if !hasValues, !isLast {
      try db.cachedStatement(sql: "DELETE FROM dictionary WHERE dimension = ? AND first_code = ?")
        .execute(arguments: [dimension.rawValue, chunk.firstCode])
    } else {
      // The last row stays: it says which code is next.
      try db.cachedStatement(
        sql: "UPDATE dictionary SET texts = ? WHERE dimension = ? AND first_code = ?"
      ).execute(arguments: [Data(left), dimension.rawValue, chunk.firstCode])
    }
  }

  /// A row of a first code and its texts.
  private static func chunk(_ row: Row) throws -> DictionaryChunk {
    let firstCode = try row.integer(0, in: StoredLimits.codes)
    return try DictionaryChunk(firstCode: Int(firstCode), bytes(of: row, at: 1))
  }

  private static func last(
    of dimension: Dimension,
    in db: Database
  ) throws -> (id: Int64, chunk: DictionaryChunk, texts: [UInt8])? {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT id, first_code, texts FROM dictionary WHERE dimension = ?
          ORDER BY first_code DESC LIMIT 1
          """
      ),
      arguments: [dimension.rawValue]
    )
    guard let row else { return nil }
    let texts = try bytes(of: row, at: 2)
    let firstCode = Int(try row.integer(1, in: StoredLimits.codes))
    return (try row.integer(0), try DictionaryChunk(firstCode: firstCode, texts), texts)
  }
}
