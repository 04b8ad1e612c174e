import GRDB
import GRDBSQLite

/// What the first bytes of the main file say, as they are on disk.
///
/// SQLite looks at them when a checkpoint has changed them, and not when somebody else has.
///
/// Source: SQLite's "Database File Format", section 1.3.
struct StoreHeader: Equatable, Sendable {
  /// Grows with what checkpoints bring, and never shrinks.
  let changeCounter: UInt32
  /// Grows with each change of the tables; a copy by `VACUUM INTO` has a higher one.
  let schemaCookie: UInt32
  let applicationID: UInt32

  static let size = 100

  /// Nil where the bytes are not those of an SQLite database.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= Self.size, bytes.starts(with: Array("SQLite format 3\u{0}".utf8)) else {
      return nil
    }
    func number(at offset: Int) -> UInt32 {
      bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }
    changeCounter = number(at: 24)
    schemaCookie = number(at: 40)
    applicationID = number(at: 68)
  }

  /// Reads it past the cache of a connection.
  init?(of db: Database) {
    var file: UnsafeMutablePointer<sqlite3_file>?
    guard
      sqlite3_file_control(db.sqliteConnection, "main", SQLITE_FCNTL_FILE_POINTER, &file)
        == SQLITE_OK,
      let file, let read = file.pointee.pMethods?.pointee.xRead
    else { return nil }
    // Opening the file beside SQLite would not do: closing it again drops the locks of the whole process.
    var bytes = [UInt8](repeating: 0, count: Self.size)
    guard read(file, &bytes, Int32(Self.size), 0) == SQLITE_OK else { return nil }
    self.init(bytes)
  }

  /// Whether a file that had this header can have another one by what its users write.
  func canBecome(_ next: StoreHeader) -> Bool {
    next.changeCounter >= changeCounter && next.schemaCookie >= schemaCookie
      && (next.applicationID == applicationID || next.applicationID == Schema.applicationID)
  }
}
