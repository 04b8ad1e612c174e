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
    switch error.resultCode {
    case _ where error.isOfChecksum:
      self = .corrupt(path: path, detail: "a page does not match its checksum")
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
}
