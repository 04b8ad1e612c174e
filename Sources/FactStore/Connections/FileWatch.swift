import GRDB
import GRDBSQLite
import PlaybackFacts
import Synchronization

/// Notices that a file of an open store was deleted, replaced or overwritten.
///
/// SQLite goes on with the files that it has open: what is committed to a deleted log is lost when the last process
/// closes it, and a main file with other contents is mixed with the log at the next checkpoint. Once something was
/// noticed but a main file that was moved, nothing is written or read any more until the store is opened again.
///
/// ```
///            deleted or renamed                      saved by
///  main      the store is gone until it is back      –
///  log       the descriptors still have it           a checkpoint through them
///  index     the log is in place                     whoever opens the store next, who reads it
///  main, other contents                              nobody: the log belongs to what was overwritten
/// ```
final class FileWatch: Sendable {
  private let names: StoreFileNames
  private let isReadOnly: Bool
  private let main: FileIdentity?
  /// Nil where there is none, as on a disk that can't be written.
  private let log: FileIdentity?
  private let index: FileIdentity?
  private let state: Mutex<State>

  private struct State {
    /// The newest header; nil before there is one.
    var header: StoreHeader?
    var loss: Loss?
  }

  /// What is wrong for good.
  private enum Loss {
    case log(isSaved: Bool)
    case index
    case contents
  }

  /// Begins to watch, with the files as they are now.
  init(_ opening: StoreOpening, header: StoreHeader?, hasLog: Bool) {
    names = StoreFileNames(opening.path)
    isReadOnly = opening.options.isReadOnly
    main = FileIdentity(path: names.main)
    log = hasLog ? FileIdentity(path: names.log) : nil
    index = hasLog ? FileIdentity(path: names.index) : nil
    state = Mutex(State(header: header))
  }

  /// Whether the path of a connection leads to another file than the one that it has open.
  static func hasMoved(_ db: Database) -> Bool {
    var hasMoved: Int32 = 0
    sqlite3_file_control(db.sqliteConnection, "main", SQLITE_FCNTL_HAS_MOVED, &hasMoved)
    return hasMoved != 0
  }

  /// Makes sure that the paths lead to the files that are open, which takes three system calls.
  ///
  /// - Throws: ``StoreError/gone(path:)`` or ``StoreError/logGone(path:isSaved:)``; where the contents were
  ///   replaced, ``StoreError/overwritten(path:)``.
  func check() throws(StoreError) {
    if let loss = state.withLock(\.loss) { throw error(of: loss) }
    guard FileIdentity(path: names.main) == main else { throw .gone(path: names.main) }
    if let log, FileIdentity(path: names.log) != log { throw note(.log(isSaved: false)) }
    if let index, FileIdentity(path: names.index) != index { throw note(.index) }
  }

  /// Makes sure of the contents too, as far as the first bytes of the file tell.
  func check(_ db: Database) throws(StoreError) {
    try check()
    let next = StoreHeader(of: db)
    let isOther = state.withLock { state in
      guard let known = state.header else {
        // A new store may be in its log only.
        state.header = next
        return false
      }
      guard let next, known.canBecome(next) else { return true }
      state.header = next
      return false
    }
    if isOther { throw note(.contents) }
  }

  /// Whether all is as it was, so that the files may be closed by SQLite, which deletes the log by its name.
  var isSound: Bool { state.withLock { $0.loss == nil } }

  /// Saves what is only in a deleted log; does nothing where nothing was deleted.
  ///
  /// - Parameters:
  ///   - db: the connection that writes, outside of a transaction.
  ///   - patience: how long other transactions are waited for at other times, in milliseconds.
  /// - Throws: ``StoreError`` where something is wrong, saved or not.
  func save(_ db: Database, patience: Int) throws(StoreError) {
    do {
      try check(db)
    } catch {
      guard case .logGone(_, isSaved: false) = error, !isReadOnly, isSavable(db, patience) else {
        throw error
      }
      throw note(.log(isSaved: true))
    }
  }

  /// How long readers are waited for, in milliseconds; the next look tries it again.
  private static let readerPatience = 100

  private func isSavable(_ db: Database, _ patience: Int) -> Bool {
    // Somebody has begun a new log, to whose pages the index leads by now.
    guard StoreOpening.size(of: names.log) == 0 else { return false }
    do {
      try db.execute(sql: "PRAGMA busy_timeout = \(Self.readerPatience)")
      let outcome = Result { try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(FULL)") }
      try db.execute(sql: "PRAGMA busy_timeout = \(patience)")
      return try outcome.get()?[0] == 0
    } catch {
      // What is wrong is thrown by whoever asks.
      return false
    }
  }

  private func note(_ loss: Loss) -> StoreError {
    state.withLock { state in
      // What was overwritten stays so; a log counts as saved from then on.
      switch (state.loss, loss) {
      case (nil, _), (.log, .log(isSaved: true)): state.loss = loss
      default: break
      }
      return error(of: state.loss ?? loss)
    }
  }

  private func error(of loss: Loss) -> StoreError {
    switch loss {
    case .log(let isSaved): .logGone(path: names.main, isSaved: isReadOnly || isSaved)
    case .index: .logGone(path: names.main, isSaved: true)
    case .contents: .overwritten(path: names.main)
    }
  }
}
