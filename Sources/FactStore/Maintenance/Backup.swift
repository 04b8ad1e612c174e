import Foundation
import GRDB

/// A consistent, compact copy of a store.
///
/// A consistent copy needs one snapshot: until it is written, about 2 s per GB on a local disk, the log can't be
/// emptied and grows by what is committed. Copying in steps would not help: SQLite begins again whenever another
/// process commits. The next maintenance empties the log.
enum Backup {
  /// Writes the copy, which appears under its name when it is whole and on disk; nothing is overwritten.
  static func write(of source: String, to target: String) async throws(StoreError) {
    let files = FileManager.default
    guard !files.fileExists(atPath: target) else { throw .backupExists(path: target) }
    let partial = target + ".partial"
    let result = await withCheckedContinuation { continuation in
      DispatchQueue.global(qos: .utility).async {
        continuation.resume(
          returning: Result {
            try? files.removeItem(atPath: partial)
            defer { try? files.removeItem(atPath: partial) }
            // A connection of its own: that of the pool would hold up commits all the while.
            let queue = try DatabaseQueue(path: source)
            try queue.inDatabase { db in
              let copy =
                PageChecksums.hasRoom(db) ? PageChecksums.uri(ofCopyAt: partial) : partial
              try db.execute(sql: "VACUUM INTO ?", arguments: [copy])
            }
            let file = try FileHandle(forUpdating: URL(filePath: partial))
            try file.synchronize()
            try file.close()
            try files.moveItem(atPath: partial, toPath: target)
          }
        )
      }
    }
    if case .failure(let error) = result { throw StoreError(error, path: target) }
  }
}
