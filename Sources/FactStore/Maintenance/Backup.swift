import Foundation
import GRDB
import GRDBSQLite
import Glibc
import PlaybackFacts
import TextAndBytes

/// A consistent, compact copy of a store.
///
/// A consistent copy needs one snapshot: until it is written, about 2 s per GB on a local disk, the log can't be
/// emptied and grows by what is committed. Copying in steps would not help: SQLite begins again whenever another
/// process commits. The next maintenance empties the log.
///
/// The copy says that it is one until somebody opens it for writing: whoever puts it in the place of a store that still
/// has its log beside it gets an error, and not a mixture of both.
enum Backup {
  /// Writes the copy, which appears under its name when it is whole and on disk; nothing is overwritten.
  ///
  /// - Parameters:
  ///   - source: the store.
  ///   - target: the new file.
  ///   - keepsKeys: whether keys of viewers and of the API are in it.
  ///   - now: when it is written: keys that it does not have are revoked from then on.
  /// - Throws: ``StoreError``, which says whether the store or the new file is at fault.
  static func write(
    of source: Connections,
    to target: String,
    keepsKeys: Bool,
    now: Timestamp
  ) async throws(StoreError) {
    guard FilePresence(target) == .missing else {
      if FilePresence(target) == .hidden {
        throw .backupNotWritten(path: target, reason: "its folder does not permit it")
      }
      throw .backupExists(path: target)
    }
    let partial = target + ".partial"
    do {
      try await copy(source, to: partial, keepsKeys: keepsKeys, now: now)
      // Unlike a rename, it never replaces.
      guard link(partial, target) == 0 || errno == EPERM && rename(partial, target) == 0 else {
        throw StoreError.backupNotWritten(path: target, reason: String(cString: strerror(errno)))
      }
      unlink(partial)
      try synchronizeFolder(of: target)
    } catch {
      unlink(partial)
      guard case .backupNotWritten(_, let reason) = error as? StoreError else {
        throw StoreError(error, path: source.path)
      }
      throw .backupNotWritten(path: target, reason: reason)
    }
  }

  /// Writes a copy to a new file that only its owner may open, and has it on disk.
  static func copy(
    _ source: Connections,
    to file: String,
    keepsKeys: Bool,
    now: Timestamp
  ) async throws(StoreError) {
    // A connection of its own: that of the pool would hold up commits all the while.
    let reader = try source.openReader()
    let result = await withCheckedContinuation { continuation in
      DispatchQueue.global(qos: .utility).async {
        continuation.resume(
          returning: Result {
            unlink(file)
            let failure = PrivateFiles.create(at: file)
            guard failure == 0 else {
              throw StoreError.backupNotWritten(
                path: file,
                reason: String(cString: strerror(failure))
              )
            }
            try reader.inDatabase { db in
              let copy = PageChecksums.hasRoom(db) ? PageChecksums.uri(ofCopyAt: file) : file
              do {
                try PageChecksums.naming {
                  try db.execute(sql: "VACUUM INTO ?", arguments: [copy])
                }
              } catch let error as DatabaseError {
                throw isOfSource(error) ? error : notWritten(file, error)
              }
            }
            do {
              try finish(file, keepsKeys: keepsKeys, now: now)
            } catch let error as DatabaseError {
              throw notWritten(file, error)
            }
          }
        )
      }
    }
    do {
      try result.get()
      try reader.close()
    } catch {
      throw StoreError(error, path: source.path)
    }
  }

  /// Takes out what is not to be in the copy, and has it on disk.
  private static func finish(_ file: String, keepsKeys: Bool, now: Timestamp) throws {
    let queue = try DatabaseQueue(path: file)
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA secure_delete = ON")
      try db.execute(sql: "PRAGMA synchronous = FULL")
      try db.inTransaction {
        if !keepsKeys {
          try ViewerKeys.destroyAll(db)
          if try db.tableExists("api_key") {
            try APIKeyTable.revokeAll(at: now, db)
            try AccessTokenTable.removeAll(db)
          }
        }
        try db.execute(sql: "PRAGMA application_id = \(Schema.backupID)")
        return .commit
      }
    }
    try queue.close()
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    defer { close(descriptor) }
    guard descriptor >= 0, fsync(descriptor) == 0 else {
      throw StoreError.backupNotWritten(path: file, reason: String(cString: strerror(errno)))
    }
  }

  /// Whether the store is at fault, and not the file of the copy.
  private static func isOfSource(_ error: DatabaseError) -> Bool {
    switch error.resultCode {
    case .SQLITE_FULL, .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM: false
    case .SQLITE_IOERR:
      ![.SQLITE_IOERR_WRITE, .SQLITE_IOERR_FSYNC, .SQLITE_IOERR_TRUNCATE, .SQLITE_IOERR_DIR_FSYNC]
        .contains(error.extendedResultCode)
    default: true
    }
  }

  private static func notWritten(_ file: String, _ error: DatabaseError) -> StoreError {
    let reason =
      switch error.resultCode {
      case .SQLITE_FULL: "there is no space left"
      case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM: "its folder does not permit it"
      default:
        "\(error.message ?? "\(error.resultCode)") (SQLite code \(error.extendedResultCode.rawValue))"
      }
    return .backupNotWritten(path: file, reason: reason)
  }

  /// Has the names in a file's folder on disk.
  static func synchronizeFolder(of path: String) throws(StoreError) {
    let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
    defer { close(descriptor) }
    guard descriptor >= 0, fsync(descriptor) == 0 else {
      throw .backupNotWritten(path: path, reason: String(cString: strerror(errno)))
    }
  }
}
