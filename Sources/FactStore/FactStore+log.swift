import GRDB
import PlaybackFacts
import Synchronization

extension FactStore {
  /// The log grows to about this size by itself until it is brought to the file, in bytes.
  static let usualLogBytes = 16 << 20
  /// A log larger than this is emptied, in bytes.
  private static let largestLogBytes = usualLogBytes + 4 << 20
  /// How long commits of this process may wait for readers to let go of the log, in milliseconds.
  private static let readerPatience = 100

  /// Empties the log where readers had let it grow, or where destroyed keys may be in it; looks at the size
  /// of a file where nothing is due.
  ///
  /// Who reads at the moment keeps it from being emptied: it is tried again the next time.
  func emptyLogWhereDue() async throws(StoreError) {
    let holdsKeys = logHoldsKeys.load(ordering: .relaxed)
    guard holdsKeys || StoreOpening.size(of: path + "-wal") > Self.largestLogBytes else { return }
    // Keys that are destroyed while it is emptied are for the next time.
    logHoldsKeys.store(false, ordering: .relaxed)
    var isEmpty = false
    defer { if holdsKeys, !isEmpty { logHoldsKeys.store(true, ordering: .relaxed) } }
    isEmpty = try await emptyLog()
  }

  /// Brings the log to the file and empties it; false where somebody reads from it.
  func emptyLog() async throws(StoreError) -> Bool {
    let patience = Int(options.patience * 1000)
    return try await writeOutsideTransaction { db in
      try db.execute(sql: "PRAGMA busy_timeout = \(Self.readerPatience)")
      let outcome = Result { try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
      try db.execute(sql: "PRAGMA busy_timeout = \(patience)")
      return try outcome.get()?[0] == 0
    }
  }

  /// How often a long read looks whether the log was emptied, before it gives up: for 10 s, twice the time
  /// after which a server tries it again.
  private static let looksAtLog = 200

  /// Waits between two snapshots of a long read while the log is larger than it should be.
  ///
  /// Whoever maintains the store tries to empty it every few seconds, and can't while somebody reads.
  ///
  /// - Returns: false where it is as large as before.
  func waitForLog() async -> Bool {
    for look in 0...Self.looksAtLog {
      await options.betweenSnapshots(look == 0 ? .zero : .milliseconds(50))
      if StoreOpening.size(of: path + "-wal") <= Self.largestLogBytes { return true }
    }
    return false
  }
}
