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
  /// Whether this handle only reads and the file was of format 1 when it was opened.
  let wasOfFormat1: Bool
  /// Where questions are answered; each takes one of the pool's connections.
  let readers: WorkQueue
  /// A connection that only looks at the state of the data, and where it does.
  let observer: DatabaseQueue
  let observing = WorkQueue("playhead.store.state", width: 1)
  /// Held while work is handed over, and for nothing else.
  let isClosed = Mutex(false)
  let observed: Mutex<ObservedData>
  /// When collectors were at work, for the ledger's last row about it and the epoch of the segments, which
  /// changes with every import.
  let work = Mutex<(last: [Int64]?, epoch: Int64, known: CollectorWork?)?>(nil)
  let tail = Mutex(JournalTail())
  let valueCache = ValueCache()
  let tags = Mutex(MediaTags())
  /// How many media items there were at a version of theirs.
  let mediaCount = Mutex<(version: UInt64, count: Int)?>(nil)
  let codeIndex = Mutex(CodeIndex())
  let segments = Mutex(SegmentList())
  let cache: PartialCache
  let holdsLease = Atomic(false)
  /// Whether destroyed keys of viewers may still be in the log.
  let logHoldsKeys: Atomic<Bool>
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
    // Who wrote it may have died between destroying keys and emptying the log.
    logHoldsKeys = Atomic(opening.hasLog && !opening.options.isReadOnly)
    wasOfFormat1 = opening.isOfFormat1
    pool = try opening.openPool()
    readers = WorkQueue("playhead.store.read", width: pool.configuration.maximumReaderCount)
    observer = try opening.openObserver()
    observed = Mutex(ObservedData(try observer.read { db in try LogIndex(of: db) }))
    file = FileIdentity(path: path)
    cache = PartialCache(capacity: opening.options.cacheBytes)
    keeping = Mutex(try Keeping.open(pool, options))
  }

  /// Makes sure that the path still leads to the file that is open.
  func checkFile() throws(StoreError) {
    guard isFileInPlace else { throw .gone(path: path) }
  }

  /// Whether the path still leads to the file that is open.
  var isFileInPlace: Bool { FileIdentity(path: path) == file }

  /// Lets go of the file, after what was asked before; whatever is asked later is refused.
  ///
  /// - Throws: ``StoreError`` where the log can't be brought to the file; all that was committed is on disk
  ///   even then, and the file is let go of.
  public func close() throws(StoreError) {
    let wasClosed = isClosed.withLock { isClosed in
      defer { isClosed = true }
      return isClosed
    }
    guard !wasClosed else { return }
    observed.withLock { $0.close() }
    readers.wait()
    observing.wait()
    let steps: [() throws -> Void] = [
      {
        // SQLite does it only where the last connection to close is one that writes.
        guard !self.options.isReadOnly else { return }
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

  /// The values behind codes in a snapshot; with the tags of media items, where they are needed.
  func tables(_ db: Database, hasTags: Bool = false) throws -> CodeTables {
    let tags = try tags.withLock { tags in
      if hasTags { try tags.extend(db) }
      return tags
    }
    return CodeTables(db, valueCache, tags: tags)
  }
}
