import GRDB
public import PlaybackFacts
import QueryCore

/// Facts in one SQLite file: read this first.
///
/// What arrives is committed to the *journal*, one row per batch. Sealing turns the facts of closed
/// hours into *segments*, whose columns are compressed and never change; compaction merges small
/// segments of a day into larger ones; what has expired is removed. Questions are
/// answered from all of it under one snapshot. Any number of processes may have the file open.
///
/// This class only makes the parts, and passes on what it is asked. A part has its state, its lock and the SQL
/// of its tables to itself, and uses the parts of the lines below it:
///
/// ```
///  Maintenance   Imports   QueryExecutor   FactExport   Statistics
///  Sealing   Compaction   Expiry   DeadValueRemoval   DataObserver
///  Journal   PlaybackStates   StoredPings   ViewerKeys   Segments   ValueCodes   ValueCache   NewValues   MediaCatalog   Ledger   APIKeys
///  RetentionClock
///  Lease   WriteAheadLog
///  Connections
/// ```
///
/// Tables, such as `JournalTable`, have no state: whoever is in a transaction may ask any of them.
///
/// | to see | read |
/// |---|---|
/// | how a batch is kept | `Journal/Journal.swift`, `JournalTable.swift`, `JournalBlock.swift` |
/// | how questions are answered | `Queries/QueryExecutor.swift`, `SegmentQuery.swift`, `Journal/JournalTail.swift` |
/// | what a segment is | `Segments/SegmentBuilder.swift`, `HourDetail.swift`, `SegmentSummary.swift` |
/// | how values get codes | `Values/ValueCodes.swift`, `ValueCache.swift` |
/// | sealing, compaction, what is removed | `Maintenance/Maintenance.swift`, and each job in its file |
/// | what expires, and by which clock | `Retention/RetentionClock.swift`, `RetentionRecord.swift`, `ClockTrust.swift` |
/// | what collectors counted | `Observing/Ledger.swift` |
/// | titles and tags | `Media/MediaCatalog.swift` |
/// | who may read it over HTTP | `Access/APIKeys.swift`, `Keyring.swift` |
/// | states of playbacks | `Journal/PlaybackStates.swift` |
/// | what became of pings | `PingHistory/StoredPings.swift`, `PingHistoryTable.swift`, `PingBlock.swift` |
/// | checksums of pages, damage | `Connections/PageChecksums.swift`, `Maintenance/StoreCheck.swift`, `Codecs/Row+limits.swift` |
/// | what it is to commands and servers | `FactStore+managing.swift` |
/// | connections, snapshots, closing | `Connections/Connections.swift`, `Connections+access.swift` |
/// | files that are deleted or replaced meanwhile | `Connections/FileWatch.swift` |
/// | copies, and putting one in place | `Maintenance/Backup.swift`, `Restore.swift` |
/// | the tables, and the file drawn | `Schema.swift`, `Head.swift`, and the article *Format* |
///
/// ## The order of locks
///
/// 1. A connection. Whoever has one may take a lock of the parts; whoever holds one of those waits for no
///    connection.
/// 2. The lock of a part, or of its cache. Under that of `Journal`, values of the dictionary are looked up, which
///    takes the lock of `ValueCache`; under all others no other part is called. What is read under a lock is
///    read on the connection that the thread has.
/// 3. The locks of a work queue and of whoever waits for it, which are taken under that of `Connections` while
///    work is handed over.
public final class FactStore: Sendable {
  /// Where the file is.
  public let path: String
  let options: StoreOptions
  let connections: Connections
  let log: WriteAheadLog
  let lease: Lease
  let clock: RetentionClock
  let journal: Journal
  let states: PlaybackStates
  let pings: StoredPings
  let keys: ViewerKeys
  let segments = Segments()
  let values = ValueCache()
  let codes: ValueCodes
  let newValues: NewValues
  let catalog: MediaCatalog
  let ledger: Ledger
  let access: APIKeys
  let observer: DataObserver
  let queries: QueryExecutor
  let maintenance: Maintenance
  let imports: Imports

  /// Opens the store at a path, and makes it if there is none.
  ///
  /// The folder has to exist. What imports of dead processes left behind is removed.
  public static func open(
    at path: String,
    options: StoreOptions = StoreOptions()
  ) throws(StoreError) -> FactStore {
    let opening = try StoreOpening(path: path, options: options)
    do {
      return try PageChecksums.naming {
        let store = try FactStore(opening)
        if !options.isReadOnly { try store.imports.removeAbandoned() }
        return store
      }
    } catch {
      throw StoreError(error, path: path)
    }
  }

  private init(_ opening: StoreOpening) throws {
    path = opening.path
    options = opening.options
    connections = try Connections(opening)
    log = WriteAheadLog(
      connections,
      patience: options.patience,
      // Who wrote it may have died between destroying keys and emptying the log.
      holdsKeys: opening.hasLog && !options.isReadOnly
    )
    lease = Lease(connections, options)
    clock = try RetentionClock(connections, options, lease)
    journal = Journal(connections, clock)
    states = PlaybackStates(connections, lease)
    pings = StoredPings(connections: connections, clock: clock)
    keys = ViewerKeys(connections, makeKey: options.makeViewerKey)
    codes = ValueCodes(connections, options)
    newValues = NewValues(connections)
    catalog = MediaCatalog(connections)
    ledger = Ledger(connections, clock)
    access = APIKeys(connections)
    observer = DataObserver(connections, clock, ledger, segments)
    queries = QueryExecutor(
      connections,
      journal,
      segments,
      values,
      catalog,
      observer,
      cacheBytes: options.cacheBytes
    )
    maintenance = Maintenance(
      connections: connections,
      options: options,
      log: log,
      lease: lease,
      clock: clock,
      journal: journal,
      states: states,
      codes: codes,
      values: values
    )
    imports = Imports(
      connections: connections,
      options: options,
      clock: clock,
      states: states,
      keys: keys,
      newValues: newValues,
      codes: codes
    )
  }

  /// Lets go of the file, after what was asked before; whatever is asked later is refused.
  ///
  /// - Throws: ``StoreError`` where the log can't be brought to the file; all that was committed is on disk
  ///   even then, and the file is let go of.
  public func close() throws(StoreError) {
    try connections.close()
  }
}

extension FactStore: FactSink {
  /// Keeps a batch; when it returns, all of it is on disk.
  ///
  /// A batch that was kept already, in the last hour, changes nothing. Nor does one with a state that another
  /// process has changed since ``PlaybackFacts/FactBatch/statesAsOf``.
  @discardableResult
  public func commit(_ batch: FactBatch) async throws(StoreError) -> CommitOutcome {
    try await journal.commit(batch)
  }

  /// The kept states of those playbacks that have one.
  public func playbackStates(of playbacks: [PlaybackID]) async throws(StoreError) -> KeptStates {
    try await states.states(of: playbacks)
  }

  /// The key under which viewers of a UTC day are hashed; made when it is asked for first.
  public func viewerKey(for day: CivilDate) async throws(StoreError) -> SipHash.Key {
    try await keys.key(of: day)
  }

  /// Which of some values are known: those that segments or the last days' batches have.
  public func knownValues(
    among values: Set<OpenValue>,
    hasDescribedMediaOnly: Bool,
    on days: Set<CivilDate>
  ) async throws(StoreError) -> KnownValues {
    try await newValues.knownValues(
      among: values,
      hasDescribedMediaOnly: hasDescribedMediaOnly,
      on: days
    )
  }
}
