import GRDB
import Glibc
import Synchronization

/// The connections to the file: one that writes, some that answer, one that only looks.
///
/// All other parts of a store reach the file through it. Its lock is held while work is handed over and
/// while the log's index is read, and for nothing else.
final class Connections: Sendable {
  /// Where the file is.
  let path: String
  let pool: DatabasePool
  /// Where questions are answered; each takes one of the pool's connections.
  let readers: WorkQueue
  /// A connection that only looks at the state of the data, and where it does.
  let observer: DatabaseQueue
  let observing = WorkQueue("playhead.store.state", width: 1)
  private let isReadOnly: Bool
  /// Whether it is only read, and the file was of an older format when it was opened.
  let wasOfOlderFormat: Bool
  /// The file that was opened.
  private let file: FileIdentity?
  private let state: Mutex<State>

  private enum State {
    /// With the index of the log, where there is one.
    case open(LogIndex?)
    case closed
  }

  init(_ opening: StoreOpening) throws {
    path = opening.path
    isReadOnly = opening.options.isReadOnly
    wasOfOlderFormat = opening.isOfOlderFormat
    pool = try opening.openPool()
    readers = WorkQueue("playhead.store.read", width: pool.configuration.maximumReaderCount)
    observer = try opening.openObserver()
    state = Mutex(.open(try observer.read { db in try LogIndex(of: db) }))
    file = FileIdentity(path: path)
  }

  /// The log's stamp now; nil where there is none, and when the store is closed.
  var stamp: LogIndex.Stamp? {
    state.withLock { state in
      switch state {
      case .open(let index): index?.stamp
      case .closed: nil
      }
    }
  }

  /// Makes sure that the path still leads to the file that is open.
  func checkFile() throws(StoreError) {
    guard isFileInPlace else { throw .gone(path: path) }
  }

  /// Whether the path still leads to the file that is open.
  var isFileInPlace: Bool { FileIdentity(path: path) == file }

  /// Does something before the store can be closed; nil, and nothing is done, where it is closed.
  func ifOpen<Value: Sendable>(_ body: () -> Value) -> Value? {
    state.withLock { state in
      switch state {
      case .open: body()
      case .closed: nil
      }
    }
  }

  /// Lets go of the file, after what was asked before; whatever is asked later is refused.
  ///
  /// - Throws: ``StoreError`` where the log can't be brought to the file; all that was committed is on disk
  ///   even then, and the file is let go of.
  func close() throws(StoreError) {
    let wasClosed = state.withLock { state in
      defer { state = .closed }
      if case .closed = state { return true }
      return false
    }
    guard !wasClosed else { return }
    readers.wait()
    observing.wait()
    let steps: [() throws -> Void] = [
      {
        // SQLite does it only where the last connection to close is one that writes.
        guard !self.isReadOnly else { return }
        try self.pool.writeWithoutTransaction { db in
          _ = try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
      },
      { try self.observer.close() },
      { try self.pool.close() },
    ]
    var failure: (any Error)?
    for step in steps {
      do { try step() } catch { failure = failure ?? error }
    }
    if let failure { throw StoreError(failure, path: path) }
  }
}

/// Which file a path leads to.
///
/// A file that was deleted or renamed lives on for whoever has it open; what is written to it then is
/// lost to everyone else.
struct FileIdentity: Equatable {
  private let device: dev_t
  private let number: ino_t

  /// The file at a path; nil where there is none.
  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = status.st_dev
    number = status.st_ino
  }
}
