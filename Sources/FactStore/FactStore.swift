import Foundation
import GRDB
import GRDBSQLite
import PlaybackFacts
import Synchronization

/// Facts in one SQLite file: read this first.
///
/// What arrives is committed to the *journal*, one row per batch. Sealing turns the facts of closed
/// hours into *segments*, whose columns are compressed and never change; compaction merges small
/// segments of a day into larger ones; what has expired is removed. Questions are
/// answered from all of it under one snapshot. Any number of processes may have the file open.
///
/// | to see | read |
/// |---|---|
/// | how a batch is kept | `FactStore.swift`, `JournalBlock.swift` |
/// | how questions are answered | `FactStore+query.swift`, `SegmentQuery.swift`, `JournalTail.swift` |
/// | what a segment is | `SegmentBuilder.swift`, `HourDetail.swift`, `SegmentSummary.swift` |
/// | sealing, compaction | `FactStore+maintenance.swift` |
/// | what expires, and by which clock | `ClockTrust.swift`, `RetentionRecord.swift` |
/// | the file, drawn | the article *Format* |
public final class FactStore: Sendable {
  /// Where the file is.
  public let path: String
  let options: StoreOptions
  /// The file that was opened.
  private let file: FileIdentity?
  let pool: DatabasePool
  /// A connection that never writes, so that its `data_version` changes with every commit of others.
  let observer: DatabaseQueue
  /// Held while work is handed to the connections: they must not be used once they are closed.
  let isClosed = Mutex(false)
  let observed = Mutex<(version: Int64, state: StoreState)?>(nil)
  /// When collectors were at work, for the ledger's last row about it and the epoch of the segments, which
  /// changes with every import.
  let work = Mutex<(last: [Int64]?, epoch: Int64, told: CollectorWork?)?>(nil)
  let tail = Mutex(JournalTail())
  let valueCache = ValueCache()
  let tags = Mutex(MediaTags())
  let codeIndex = Mutex(CodeIndex())
  let segments = Mutex(SegmentList())
  let cache: PartialCache
  let holdsLease = Atomic(false)
  let pendingStates = Mutex(PendingStates())
  let newValues = Mutex(NewValueLog())
  /// When this handle looked for values without facts last.
  let deadValuesRemovedAt = Mutex<Timestamp?>(nil)
  /// What expires, as the file said when it was read last.
  let keeping: Mutex<Keeping>
  /// Tells this handle from all others where a lease is held.
  let handle = Int64.random(in: 1...Int64.max)

  /// Opens the store at a path, and makes it if there is none.
  ///
  /// The folder has to exist. What imports of dead processes left behind is removed.
  public static func open(
    at path: String,
    options: StoreOptions = StoreOptions()
  ) throws(StoreError) -> FactStore {
    let opening = try StoreOpening(path: path, options: options)
    do {
      let store = try FactStore(opening)
      if !options.isReadOnly { try store.removeAbandonedImports() }

      return store
    } catch {
      throw StoreError(error, path: path)
    }
  }

  private init(_ opening: StoreOpening) throws {
    path = opening.path
    options = opening.options
    pool = try opening.openPool()
    observer = try opening.openObserver()
    file = FileIdentity(path: path)
    cache = PartialCache(capacity: opening.options.cacheBytes)
    keeping = Mutex(try Keeping.open(pool, options))
  }

  /// Makes sure that the path still leads to the file that is open.
  func checkFile() throws(StoreError) {
    guard FileIdentity(path: path) == file else { throw .gone(path: path) }
  }

  /// Lets go of the file, after what was asked before; whatever is asked later is refused.
  public func close() throws(StoreError) {
    let wasClosed = isClosed.withLock { isClosed in
      defer { isClosed = true }
      return isClosed
    }
    guard !wasClosed else { return }
    do {
      if !options.isReadOnly {
        // SQLite does it only where the last connection to close is one that writes.
        try pool.writeWithoutTransaction { db in
          _ = try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
      }
      try observer.close()
      try pool.close()
    } catch {
      throw StoreError(error, path: path)
    }
  }

  /// The values behind codes in a snapshot; with the tags of media items, where they are needed.
  func tables(_ db: Database, hasTags: Bool = false) throws -> CodeTables {
    let tags = try tags.withLock { tags in
      if hasTags { try tags.extend(db) }
      return tags
    }
    return CodeTables(db, valueCache, tags: tags)
  }
}
