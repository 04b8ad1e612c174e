import GRDB
import GRDBSQLite

/// Where processes that use the file find out what others wrote: the header of the log's index, in memory
/// that they share.
///
/// Each commit changes it, so that equal stamps mean that nothing was committed, which takes neither a
/// statement nor a lock to see.
///
/// Source: SQLite's "WAL-mode File Format", section 2.1, *The WAL-Index Header*: two copies of 48 bytes.
///
/// It is `@unchecked Sendable` because a pointer is not `Sendable` by itself. Any thread may use this one: nobody
/// writes through it, it is mapped until the connection is closed, and ``Connections``, whose lock guards it,
/// lets go of it before that. Other processes write the header meanwhile, and nothing orders what is read: a
/// reader may see it as it was a moment before, or half written, which equals neither the stamp before nor the one
/// after. Both only make it ask SQLite, whose locks order what it reads.
struct LogIndex: @unchecked Sendable {
  private let header: UnsafeRawPointer

  /// Finds the index that a connection uses; nil where it has none, as with a file that can't be written to.
  ///
  /// It must not be used any more when the connection is closed.
  init?(of db: Database) throws {
    guard try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal" else { return nil }
    var file: UnsafeMutablePointer<sqlite3_file>?
    guard
      sqlite3_file_control(db.sqliteConnection, "main", SQLITE_FCNTL_FILE_POINTER, &file)
        == SQLITE_OK,
      let file, let methods = file.pointee.pMethods, methods.pointee.iVersion >= 2,
      let map = methods.pointee.xShmMap
    else { return nil }
    var start: UnsafeMutableRawPointer?
    guard map(file, 0, Self.regionSize, 0, &start) == SQLITE_OK, let start else { return nil }
    header = UnsafeRawPointer(start)
  }

  /// SQLite maps the index in regions of this size.
  private static let regionSize: Int32 = 32_768

  /// What both copies of the header hold.
  struct Stamp: Equatable {
    private let words: [12 of UInt64]

    fileprivate init(_ header: UnsafeRawPointer) {
      words = [12 of UInt64] { header.load(fromByteOffset: 8 * $0, as: UInt64.self) }
    }

    /// A hash of the stamp, for this process only.
    var number: UInt64 {
      var hasher = Hasher()
      for index in words.indices { hasher.combine(words[index]) }
      return UInt64(bitPattern: Int64(hasher.finalize()))
    }

    static func == (left: Stamp, right: Stamp) -> Bool {
      left.words.indices.allSatisfy { left.words[$0] == right.words[$0] }
    }
  }

  /// The header as it is now; torn by a commit under way, it equals no other.
  var stamp: Stamp { Stamp(header) }
}
