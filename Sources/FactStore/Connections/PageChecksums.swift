import CPageChecksums
import GRDB
import GRDBSQLite
import TextAndBytes

/// Checksums of the pages of a file, verified whenever SQLite reads one.
///
/// ```
///  page    what SQLite puts there                                 16,376 bytes
///          XXH64 of it, the number of the page being the seed     8 bytes
/// ```
/// They cover every table and index, present and future, and the header. A page that lies in another's place does
/// not match either. `Sources/CPageChecksums` computes them between SQLite and the file; the log beside the file
/// has checksums of SQLite.
enum PageChecksums {
  /// Makes all connections that are opened from now on write and verify them, in files that have room for them.
  static func register(forStoreAt path: String) throws(StoreError) {
    guard registration == SQLITE_OK else {
      throw .failed(path: path, reason: "no checksums of pages", code: registration)
    }
  }

  private static let registration = playhead_register_page_checksums()

  /// How many bytes at the end of each page SQLite leaves to them.
  static let size = Int(playhead_checksum_size)

  /// Reserves room in a file that has no page yet.
  static func reserve(_ db: Database) {
    var size = playhead_checksum_size
    sqlite3_file_control(db.sqliteConnection, "main", SQLITE_FCNTL_RESERVE_BYTES, &size)
  }

  /// Whether a file has room for them.
  static func hasRoom(_ db: Database) -> Bool {
    var size: Int32 = -1
    sqlite3_file_control(db.sqliteConnection, "main", SQLITE_FCNTL_RESERVE_BYTES, &size)
    return size == playhead_checksum_size
  }

  /// The name of a file that SQLite writes by itself, as `VACUUM INTO` does, for one with room for checksums.
  static func uri(ofCopyAt path: String) -> String {
    "file:\(StoreOpening.escaped(path))?checksums=1"
  }

  /// The page that this thread read last of those that did not match; nil for none.
  static func takeDamagedPage() -> UInt32? {
    let number = playhead_take_damaged_page()
    return number == 0 ? nil : number
  }

  /// Runs a body on the thread of a connection; where a page did not match, the error says which.
  static func naming<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as DatabaseError where error.isOfChecksum {
      guard let number = takeDamagedPage() else { throw error }
      throw MalformedBytes("page \(number) does not match its checksum")
    }
  }

  // MARK: - Files of before

  /// Brings a file to the newest format and gives its pages their checksums, if nobody else has it open; it is
  /// written anew for that.
  ///
  /// Nobody can open it meanwhile, least of all a program of before, which would write pages without checksums.
  /// Where somebody has it open, or the disk has no room, it stays as it is until the next time.
  static func add(toFileAt uri: String, _ migrator: DatabaseMigrator) throws {
    var configuration = Configuration()
    configuration.busyMode = .immediateError
    do {
      let queue = try DatabaseQueue(path: uri, configuration: configuration)
      defer { try? queue.close() }
      let isAlone = try queue.inDatabase { db in
        try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
        // SQLite does that for nobody but the only one.
        return try String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE") == "delete"
      }
      guard isAlone else { return }
      try migrator.migrate(queue)
      try queue.inDatabase { db in
        // In a log it is one commit, and its checkpoint begins with the first page, which says that there is room.
        // A journal would bring back pages without checksums.
        try db.execute(sql: "PRAGMA journal_mode = WAL")
        reserve(db)
        try db.execute(sql: "VACUUM")
        _ = try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
      }
    } catch let error as DatabaseError
      where [.SQLITE_BUSY, .SQLITE_FULL].contains(error.resultCode)
    {
      return
    }
  }
}

extension DatabaseError {
  /// Whether a page did not match its checksum.
  var isOfChecksum: Bool { extendedResultCode.rawValue == playhead_checksum_mismatch }
}
