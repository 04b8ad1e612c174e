import GRDB
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
  let observing = WorkQueue("store.state", width: 1)
  private let opening: StoreOpening
  /// Notices what happens to the files.
  let watch: FileWatch
  private let state: Mutex<State>

  /// Connections that are never closed: SQLite would delete or write files that are not theirs any more.
  private static let abandoned = Mutex<[any DatabaseWriter]>([])

  private enum State {
    /// With the index of the log, where there is one.
    case open(LogIndex?)
    case closed
  }

  init(_ opening: StoreOpening) throws {
    path = opening.path
    self.opening = opening
    pool = try opening.openPool()
    readers = WorkQueue("store.read", width: pool.configuration.maximumReaderCount)
    observer = try opening.openObserver()
    let (index, header) = try observer.read { db in (try LogIndex(of: db), StoreHeader(of: db)) }
    state = Mutex(.open(index))
    watch = FileWatch(opening, header: header, hasLog: index != nil)
    // It may have been replaced between its opening and now.
    let hasMoved =
      try observer.read(FileWatch.hasMoved) || pool.writeWithoutTransaction(FileWatch.hasMoved)
    guard !hasMoved else { throw StoreError.gone(path: path) }
    try watch.check()
  }

  private var isReadOnly: Bool { opening.options.isReadOnly }
  /// Whether it is only read, and the file was of an older format when it was opened.
  var wasOfOlderFormat: Bool { opening.isOfOlderFormat }
  /// How long to wait for another process's transaction, in milliseconds.
  var patience: Int { Int(opening.options.patience * 1000) }

  /// Opens one more connection that reads, for long work.
  func openReader() throws(StoreError) -> DatabaseQueue {
    guard ifOpen({ true }) != nil else { throw .closed(path: path) }
    try watch.check()
    do { return try opening.openObserver() } catch { throw StoreError(error, path: path) }
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
    do {
      try pool.writeWithoutTransaction { db in try watch.save(db, patience: patience) }
    } catch {
      // Also what was moved away and may come back: SQLite leaves it alone by itself.
      if !watch.isSound {
        Self.abandoned.withLock { $0 += [pool, observer] as [any DatabaseWriter] }
        throw StoreError(error, path: path)
      }
    }
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
