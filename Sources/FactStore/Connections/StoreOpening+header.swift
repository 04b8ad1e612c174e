import Foundation
import GRDB
import Glibc

extension StoreOpening {
  /// What the first bytes of a file say.
  struct Header {
    var format: Int
    /// How many bytes SQLite leaves unused at the end of each page.
    var reservedBytes: Int
    var isBackup = false
  }

  /// Makes sure that the file is a store of a format that is known.
  func checkFile(hasLog: Bool) throws(StoreError) -> Header {
    let header = try readHeader()
    let isBackup = header.applicationID == Schema.backupID
    let hasJournal = Self.size(of: StoreFileNames(path).journal) > 0
    if isBackup, hasLog || hasJournal { throw .foreignLog(path: path) }
    let (applicationID, version, schemaVersion) =
      hasLog
      ? try identity()
      : (
        isBackup ? Schema.applicationID : header.applicationID, header.version, header.schemaVersion
      )
    // What is in the log came after what is in the file.
    if applicationID == Schema.applicationID, schemaVersion < header.schemaVersion {
      throw .foreignLog(path: path)
    }
    guard applicationID == Schema.applicationID else {
      // A store whose making was interrupted is an empty database.
      if applicationID == 0, try isEmptyDatabase() {
        return Header(format: 0, reservedBytes: header.reservedBytes)
      }
      throw .foreign(path: path)
    }
    let format = version & ~Int(Schema.checksumMark)
    guard (0...Schema.version).contains(format) else {
      throw .newer(path: path, version: format, newestKnown: Schema.version)
    }
    let hasMark = version != format
    guard header.reservedBytes == PageChecksums.size || header.reservedBytes == 0 && !hasMark else {
      throw .corrupt(path: path, detail: "its header has no room for checksums")
    }
    return Header(format: format, reservedBytes: header.reservedBytes, isBackup: isBackup)
  }

  /// The header as the log has it, which is not in the file yet.
  private func identity() throws(StoreError) -> (
    applicationID: Int, version: Int, schemaVersion: Int
  ) {
    try look { db in
      (
        try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0,
        Int(UInt32(bitPattern: try Int32.fetchOne(db, sql: "PRAGMA user_version") ?? 0)),
        try Int.fetchOne(db, sql: "PRAGMA schema_version") ?? 0
      )
    }
  }

  /// Reads the header as it is in the file.
  private func readHeader() throws(StoreError) -> (
    applicationID: Int, version: Int, schemaVersion: Int, reservedBytes: Int
  ) {
    let header = try readStart()
    guard header.starts(with: Array("SQLite format 3\u{0}".utf8)) else {
      throw .foreign(path: path)
    }
    guard header.count == 100 else { throw .truncated(path: path) }
    func number(at offset: Int) -> Int {
      header[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    let pageSize = max(512, Int(header[16]) << 8 | Int(header[17]) << 16)
    if !hasLog, number(at: 28) * pageSize > Self.size(of: path) { throw .truncated(path: path) }
    return (number(at: 68), number(at: 60), number(at: 40), Int(header[20]))
  }

  /// The first bytes of the file.
  private func readStart() throws(StoreError) -> [UInt8] {
    let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .notPermitted(path: path) }
    defer { Glibc.close(file) }
    var bytes = [UInt8](repeating: 0, count: StoreHeader.size)
    let count = pread(file, &bytes, bytes.count, 0)
    guard count >= 0 else {
      throw .unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    return Array(bytes[..<count])
  }

  private func isEmptyDatabase() throws(StoreError) -> Bool {
    try look { db in
      try Int.fetchOne(
        db,
        sql: "SELECT count(*) FROM sqlite_master WHERE tbl_name != 'grdb_migrations'"
      ) == 0
    }
  }

  private func look<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    do {
      var configuration = Configuration()
      configuration.readonly = true
      configuration.busyMode = .timeout(options.patience)
      return try DatabaseQueue(path: uri, configuration: configuration).read(body)
    } catch {
      throw StoreError(error, path: path)
    }
  }
}
