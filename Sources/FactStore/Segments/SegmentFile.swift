import TextAndBytes
import GRDB
import GRDBSQLite
import PlaybackFacts

import struct Foundation.Data

/// Segments in the tables of a snapshot or a transaction.
struct SegmentFile {
  let db: Database

  /// The bytes of a column; nil for one of nothing but zeros.
  func bytes(_ column: SegmentColumn, of segment: Int64) throws -> [UInt8]? {
    // GRDB's rows would be made and thrown away some ten thousand times for one question.
    var result: [UInt8]?
    try db.forEachRow(
      of: "SELECT data FROM segment_column WHERE id = ?",
      id(column, of: segment)
    ) { row in
      let bytes = UnsafeRawBufferPointer(
        start: sqlite3_column_blob(row, 0),
        count: Int(sqlite3_column_bytes(row, 0))
      )
      result = [UInt8](bytes)
    }
    return result
  }

  /// The values of a column of whole numbers.
  func integers(_ column: SegmentColumn, of segment: Int64, count: Int) throws -> [Int64] {
    guard let bytes = try bytes(column, of: segment) else {
      return [Int64](repeating: 0, count: count)
    }
    return try IntegerColumn.decode(bytes, count: count)
  }

  /// The codes of a dimension that is kept.
  func codes(_ dimension: Dimension, of header: SegmentHeader) throws -> [Int64] {
    try integers(.dimension(dimension), of: header.id, count: header.groupCount)
  }

  /// The ids of playbacks or viewers.
  func identifiers(_ column: SegmentColumn, of header: SegmentHeader) throws -> [UInt64] {
    let bytes = try bytes(column, of: header.id) ?? []
    guard bytes.count == 8 * header.groupCount else {
      throw MalformedBytes("segment \(header.id) has a wrong count of ids")
    }
    return bytes.withUnsafeBytes { bytes in
      (0..<header.groupCount).map {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self))
      }
    }
  }

  func detail(ofHour hour: Int, of header: SegmentHeader) throws -> HourDetail {
    let bytes = try bytes(.detail(hour: hour), of: header.id) ?? []
    return try HourDetail(bytes, groupCount: header.groups(ofHour: hour).count)
  }

  /// The groups of a range: playback, viewer and dimension codes, without those derived from other codes.
  func groups(_ range: Range<Int>, of header: SegmentHeader) throws -> [SegmentBuilder.Group] {
    let playbacks = try identifiers(.playback, of: header)
    let viewers = try identifiers(.viewer, of: header)
    let codes = try codes(range, of: header)
    return range.map { index in
      SegmentBuilder.Group(
        playback: playbacks[index],
        viewer: viewers[index],
        codes: codes[index - range.lowerBound],
        hour: UInt8((0..<24).first { index < header.hourStarts[$0 + 1] } ?? 0)
      )
    }
  }

  /// The codes of all kept dimensions of some groups.
  func codes(_ range: Range<Int>, of header: SegmentHeader) throws -> [PlaybackCodes] {
    var codes = [PlaybackCodes](repeating: PlaybackCodes(), count: range.count)
    for (place, dimension) in Dimension.stored.enumerated() {
      let column = try self.codes(dimension, of: header)
      for index in range {
        guard let code = UInt32(exactly: column[index]) else {
          throw MalformedBytes("segment \(header.id) has an impossible code")
        }
        codes[index - range.lowerBound][place] = code
      }
    }
    return codes
  }

  /// Adds a segment; under an import it stays invisible.
  func insert(_ segment: EncodedSegment, import number: Int64?) throws {
    let id = try insertHeader(segment, import: number)
    try insert(segment.columns, of: id)
  }

  /// Adds a segment without its columns, which have to follow before it becomes visible.
  func insertHeader(_ segment: EncodedSegment, import number: Int64?) throws -> Int64 {
    var hourGroups = ByteWriter()
    for count in segment.hourGroups { hourGroups.count(count) }
    try db.cachedStatement(
      sql: """
        INSERT INTO segment (import, day, hour_groups, groups, facts, bytes, newest_fact)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      number, segment.day, Data(hourGroups.bytes), segment.groupCount, segment.factCount,
      segment.byteCount, segment.newestFact.milliseconds,
    ])
    return db.lastInsertedRowID
  }

  /// Adds columns of a segment.
  func insert(
    _ columns: some Sequence<EncodedSegment.Column>,
    of segment: Int64
  ) throws {
    let insert = try db.cachedStatement(
      sql: "INSERT INTO segment_column (id, data) VALUES (?, ?)"
    )
    for (column, bytes) in columns where bytes.count > 0 {
      try insert.execute(arguments: [id(column, of: segment), Data(bytes)])
    }
  }

  func isVisible(_ segment: Int64) throws -> Bool {
    try Bool.fetchOne(
      db,
      sql: "SELECT EXISTS (SELECT 1 FROM segment WHERE id = ? AND import IS NULL)",
      arguments: [segment]
    ) ?? false
  }

  /// Makes the segments of an import visible.
  func show(import number: Int64) throws {
    try db.execute(sql: "UPDATE segment SET import = NULL WHERE import = ?", arguments: [number])
  }

  /// Makes a visible segment one of an import, with which it is removed.
  func hide(_ segment: Int64, import number: Int64) throws {
    try db.execute(
      sql: "UPDATE segment SET import = ? WHERE id = ?",
      arguments: [number, segment]
    )
  }

  /// Some segments of an import that are not visible yet.
  func some(ofImport number: Int64) throws -> [Int64] {
    try Int64.fetchAll(
      db,
      sql: "SELECT id FROM segment WHERE import = ? LIMIT 16",
      arguments: [number]
    )
  }

  func delete(_ segment: Int64) throws {
    try db.execute(sql: "DELETE FROM segment WHERE id = ?", arguments: [segment])
    try db.execute(
      sql: "DELETE FROM segment_column WHERE id >= ? AND id < ?",
      arguments: [segment << Schema.columnBits, (segment + 1) << Schema.columnBits]
    )
  }

  private func id(_ column: SegmentColumn, of segment: Int64) -> Int64 {
    segment << Schema.columnBits | column.number
  }
}

extension Database {
  /// Passes on the rows of a query as SQLite has them, which is ten times faster than GRDB's.
  func forEachRow(
    of sql: String,
    _ argument: Int64? = nil,
    _ body: (OpaquePointer) -> Void
  ) throws {
    let statement = try cachedStatement(sql: sql).sqliteStatement
    defer {
      sqlite3_reset(statement)
      sqlite3_clear_bindings(statement)
    }
    if let argument { sqlite3_bind_int64(statement, 1, argument) }
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: body(statement)
      case SQLITE_DONE: return
      case let code:
        throw DatabaseError(
          resultCode: ResultCode(rawValue: code),
          message: String(cString: sqlite3_errmsg(sqliteConnection))
        )
      }
    }
  }
}
