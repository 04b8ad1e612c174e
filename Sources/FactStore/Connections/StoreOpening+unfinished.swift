import Foundation
import GRDB

extension StoreOpening {
  /// Undoes what a process that was killed had begun to write without a log.
  ///
  /// It made the store, or brought it to a newer format. Only a connection that may write can undo it; until then
  /// SQLite lets nobody read the file.
  static func undoUnfinishedWrite(to path: String, patience: Double) {
    guard let journal = FileHandle(forReadingAtPath: path + "-journal"),
      let start = try? journal.read(upToCount: 20), !start.isEmpty,
      let file = FileHandle(forReadingAtPath: path)
    else { return }
    let header = (try? file.read(upToCount: 72)) ?? Data()
    // Other programs' files stay as they are, journals included.
    // One that ends too early to say so has nothing to undo, but SQLite lets nobody read beside it either.
    let wasEmpty = start.count == 20 && start[16..<20].allSatisfy { $0 == 0 }
    func says(_ id: String) -> Bool {
      header.count == 72 && header[68..<72].elementsEqual(id.utf8)
    }
    // A journal beside a backup is that of what the backup was copied over.
    // The first page is made before the store says whose it is.
    let isFirstPage = size(of: path) <= pageSize && (header.count < 72 || says("\0\0\0\0"))
    guard wasEmpty && !says("PHSB") || says("PHST") || isFirstPage else { return }
    var configuration = Configuration()
    configuration.busyMode = .timeout(patience)
    // What is wrong with the file is said by who reads it next.
    let queue = try? DatabaseQueue(path: path, configuration: configuration)
    _ = try? queue?.inDatabase { db in try Row.fetchOne(db, sql: "SELECT 1 FROM sqlite_schema") }
    try? queue?.close()
  }
}
