public import AnalyticsSource
import Glibc
public import PlaybackFacts
public import QueryCore
import Synchronization

extension FactStore {
  /// Whether so many facts came through this handle that maintenance should not wait.
  public var isJournalFull: Bool { journal.newFactCount > options.journalLimit }

  /// Does whatever is due: folds states, seals, compacts, removes what has expired, empties the log.
  ///
  /// Cheap while nothing is due; call it every few seconds. While another handle does it, nothing
  /// happens.
  public func maintain(now: Timestamp) async throws(StoreError) {
    try await maintenance.maintain(now: now)
  }

  /// Seals the hours that are over, as far as the journal holds facts of them.
  public func seal(now: Timestamp) async throws(StoreError) {
    try await maintenance.seal(now: now)
  }

  /// Merges the segments of each day into one, removes what has expired and gives free space back.
  ///
  /// - Returns: how many days were left as they were, because another process took over the maintenance.
  /// - Throws: ``StoreError/maintainedElsewhere(path:)`` where another process has it from the beginning.
  @discardableResult
  public func compact(now: Timestamp) async throws(StoreError) -> Int {
    try await maintenance.compact(now: now)
  }

  /// Looks for contradictions; what it finds, a sentence each, and nothing where all is well.
  ///
  /// It reads in steps, each under one snapshot, and others may write and empty the log between them.
  ///
  /// - Returns: a sentence for each contradiction.
  /// - Throws: ``StoreError`` where the file can't be read at all.
  public func check() async throws(StoreError) -> [String] {
    let check = Mutex(StoreCheck(path: path))
    var isLogEmptied = true
    while !check.withLock(\.isDone) {
      try await connections.read { db in check.withLock { $0.takeStep(db) } }
      // Where nobody empties it, it won't shrink while this waits.
      if isLogEmptied { isLogEmptied = await log.wait(options.betweenSnapshots) }
    }
    let (findings, failure) = check.withLock { ($0.findings, $0.failure) }
    if let failure { throw failure }
    return findings
  }

  /// Makes sure that the files of the store are those that were opened; call it every second.
  ///
  /// Where only the log was deleted, what is in it is saved.
  ///
  /// - Throws: ``StoreError/gone(path:)``, ``StoreError/logGone(path:isSaved:)`` or
  ///   ``StoreError/overwritten(path:)``, which everybody who asks gets from then on.
  public func checkFiles() async throws(StoreError) {
    try await connections.writeOutsideTransaction { _ in }
  }
}

// MARK: - Files

extension FactStore {
  /// Writes a consistent, compact copy, while others go on reading and writing.
  ///
  /// The copy appears under its name when it is whole and on disk; nothing is overwritten, and only its owner may
  /// open it. While it is written, the log can't be emptied.
  ///
  /// - Parameters:
  ///   - target: the new file.
  ///   - keepsKeys: whether it has the keys by which viewers are counted and the hashes of API keys and tokens. A
  ///     store restored from one without counts viewers of the current day again, and its API keys are revoked.
  ///   - now: when it is written.
  /// - Throws: ``StoreError/backupExists(path:)`` if there is such a file, and
  ///   ``StoreError/backupNotWritten(path:reason:)`` where the fault is not the store's.
  public func backup(
    to target: String,
    keepsKeys: Bool = false,
    now: Timestamp
  ) async throws(StoreError) {
    try await Backup.write(of: connections, to: target, keepsKeys: keepsKeys, now: now)
  }

  /// Puts a copy of this store, opened for reading, in the place of another one.
  ///
  /// ```
  /// let backup = try FactStore.open(at: "monday.db", options: StoreOptions(isReadOnly: true))
  /// let former = try await backup.replace("playhead.db", now: .now)
  /// ```
  ///
  /// - Parameters:
  ///   - path: the store that is replaced, which nobody may have open; there need not be one.
  ///   - now: the time by which the former store is named.
  /// - Returns: where the former store is, with its log; nil where there was none.
  /// - Throws: ``StoreError/inUse(path:process:)`` where another process has the other store open.
  public func replace(_ path: String, now: Timestamp) async throws(StoreError) -> String? {
    try await Restore(path: path, now: now).run(connections)
  }

  /// The files of a store that others than their owner and group may read or write.
  public static func filesOpenToOthers(ofStoreAt path: String) -> [String] {
    StoreFileNames(path).all.filter { name in
      var status = stat()
      return stat(name, &status) == 0 && status.st_mode & 0o006 != 0
    }
  }
}

// MARK: - Retention

extension FactStore {
  /// How long the store retains facts, with the edge that it has recorded.
  public var retention: Retention { clock.retention }

  /// The doubt about the wall clock, as the last look at it found; nil while it is trusted.
  public var clockDoubt: SourceHealth.ClockDoubt? { clock.doubt }

  /// What another retention would do, without doing it.
  ///
  /// - Parameters:
  ///   - milliseconds: how long facts are to be retained, ≥ a day.
  ///   - now: the wall clock; where it is doubtful, the trusted time counts.
  /// - Returns: what would change.
  /// - Throws: ``StoreError`` where the file can't be read.
  public func retentionChange(
    to milliseconds: Int64,
    now: Timestamp
  ) async throws(StoreError) -> RetentionChange {
    try await clock.change(to: milliseconds, now: now)
  }

  /// Retains facts for longer, or less long, from now on.
  ///
  /// What expires by it is not shown any more at once, and removed when it has been so for a day of uptime:
  /// until then a longer retention brings it back.
  ///
  /// - Parameters:
  ///   - milliseconds: how long facts are to be retained, ≥ a day.
  ///   - now: the wall clock; where it is doubtful, the trusted time counts.
  /// - Returns: what it did.
  /// - Throws: ``StoreError`` where the file can't be written.
  @discardableResult
  public func setRetention(
    _ milliseconds: Int64,
    now: Timestamp
  ) async throws(StoreError) -> RetentionChange {
    try await clock.setRetention(milliseconds, now: now)
  }
}

// MARK: - Imports

extension FactStore {
  /// Begins an import, of which nothing is visible before it is finished.
  public func beginImport() async throws(StoreError) -> FactImport {
    try await imports.begin()
  }

  /// Whether a file with this SHA-256 was imported, and remembered.
  public func hasImported(sha256 digest: [UInt8]) async throws(StoreError) -> Bool {
    try await imports.hasImported(sha256: digest)
  }
}
