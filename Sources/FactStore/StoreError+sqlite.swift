import TextAndBytes
import GRDB

extension StoreError {
  /// What an error that SQLite or a codec raised about a store means for its user.
  init(_ error: any Error, path: String) {
    switch error {
    case let error as StoreError: self = error
    case let error as MalformedBytes: self = .corrupt(path: path, detail: error.description)
    case let error as DatabaseError: self.init(error, path: path)
    case is RowDecodingError: self = .corrupt(path: path, detail: "a value has another type")
    default: self = .failed(path: path, reason: "\(error)")
    }
  }

  private init(_ error: DatabaseError, path: String) {
    let code = error.extendedResultCode
    switch error.resultCode {
    case _ where error.isOfChecksum:
      self = .corrupt(path: path, detail: "a page does not match its checksum")
    case _ where code == .SQLITE_READONLY_DBMOVED: self = .gone(path: path)
    case _ where Self.isReadFailure(code):
      self = .unreadable(path: path, reason: "SQLite code \(code.rawValue)")
    case _ where Self.lacksSharedMemory(code):
      self = .noSharedMemory(path: path, code: code.rawValue)
    // What GRDB says where SQLite stays with another journal.
    case .SQLITE_ERROR where error.message?.contains("could not activate WAL Mode") ?? false:
      self = .noSharedMemory(path: path)
    case .SQLITE_FULL: self = .diskFull(path: path)
    case .SQLITE_READONLY: self = .readOnly(path: path)
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .locked(path: path)
    case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH: self = .notPermitted(path: path)
    case .SQLITE_NOTADB: self = .foreign(path: path)
    case .SQLITE_CORRUPT:
      self = .corrupt(path: path, detail: error.message ?? "malformed")
    case .SQLITE_MISUSE where error.message == "Connection is closed": self = .closed(path: path)
    default:
      self = .failed(
        path: path,
        reason: error.message ?? "\(error.resultCode)",
        code: error.extendedResultCode.rawValue
      )
    }
  }

  /// Whether the system could not read, which says nothing about what is stored.
  ///
  /// A file that ends too early is not meant: that is the file's fault. `SQLITE_IOERR_CORRUPTFS` is what
  /// SQLite makes of `EIO`.
  private static func isReadFailure(_ code: ResultCode) -> Bool {
    [.SQLITE_IOERR_READ, .SQLITE_IOERR_FSTAT, .SQLITE_IOERR_CORRUPTFS].contains(code)
  }

  /// Whether the index of the log can't be shared, or the files not be locked.
  private static func lacksSharedMemory(_ code: ResultCode) -> Bool {
    [
      .SQLITE_IOERR_SHMMAP, .SQLITE_IOERR_SHMLOCK, .SQLITE_IOERR_LOCK, .SQLITE_IOERR_RDLOCK,
      .SQLITE_PROTOCOL,
    ].contains(code)
  }
}
