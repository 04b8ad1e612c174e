import GRDB
import PlaybackFacts
import Synchronization

/// The log beside the file, which SQLite calls the write-ahead log: commits go there first.
final class WriteAheadLog: Sendable {
  /// It grows to about this size by itself until it is brought to the file, in bytes.
  static let usualBytes = 16 << 20
  /// One that is larger than this is emptied, in bytes.
  private static let largestBytes = usualBytes + 4 << 20
  /// How long commits of this process may wait for readers to let go of the log, in milliseconds.
  private static let readerPatience = 100

  private let connections: Connections
  /// How long to wait for another process's transaction, in milliseconds.
  private let patience: Int
  /// Whether destroyed keys of viewers may still be in the log.
  private let holdsKeys: Mutex<Bool>

  init(_ connections: Connections, patience: Double, holdsKeys: Bool) {
    self.connections = connections
    self.patience = Int(patience * 1000)
    self.holdsKeys = Mutex(holdsKeys)
  }

  /// Its size, in bytes; 0 where there is none.
  static func size(ofStoreAt path: String) -> Int { StoreOpening.size(of: path + "-wal") }

  /// Notes that keys were destroyed that may still be in the log.
  func noteDestroyedKeys() {
    holdsKeys.withLock { $0 = true }
  }

  /// Empties the log where readers had let it grow, or where destroyed keys may be in it; looks at the size
  /// of a file where nothing is due.
  ///
  /// Who reads at the moment keeps it from being emptied: it is tried again the next time.
  func emptyWhereDue() async throws(StoreError) {
    // Keys that are destroyed while it is emptied are for the next time.
    let held = holdsKeys.withLock { holdsKeys in
      defer { holdsKeys = false }
      return holdsKeys
    }
    guard held || Self.size(ofStoreAt: connections.path) > Self.largestBytes else { return }
    var isEmpty = false
    defer { if held, !isEmpty { noteDestroyedKeys() } }
    isEmpty = try await empty()
  }

  /// Brings the log to the file and empties it; false where somebody reads from it.
  func empty() async throws(StoreError) -> Bool {
    let patience = patience
    return try await connections.writeOutsideTransaction { db in
      // Brings most of it to the file beside whoever writes in other processes, who would wait for what follows.
      _ = try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(PASSIVE)")
      try db.execute(sql: "PRAGMA busy_timeout = \(Self.readerPatience)")
      let outcome = Result { try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
      try db.execute(sql: "PRAGMA busy_timeout = \(patience)")
      return try outcome.get()?[0] == 0
    }
  }

  /// How often a long read looks whether the log was emptied, before it gives up: for 10 s, twice the time
  /// after which a server tries it again.
  private static let looks = 200

  /// Waits between two snapshots of a long read while the log is larger than it should be.
  ///
  /// Whoever maintains the store tries to empty it every few seconds, and can't while somebody reads.
  ///
  /// - Parameter pause: waits for a time.
  /// - Returns: false where it is as large as before.
  func wait(_ pause: @Sendable (Duration) async -> Void) async -> Bool {
    for look in 0...Self.looks {
      await pause(look == 0 ? .zero : .milliseconds(50))
      if Self.size(ofStoreAt: connections.path) <= Self.largestBytes { return true }
    }
    return false
  }
}
