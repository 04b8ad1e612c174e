public import PlaybackFacts
public import QueryCore

/// A store that a collector writes to and a server reads: one file, or a database on other machines.
///
/// Each kind of store behaves in the same way; whoever has one need not know which it is.
public protocol AnalyticsStore: FactSink, QueryBackend, SourceObserving, MediaListing,
  PingHistoryReading, AccessGranting
{
  /// Where it is, for people: the path of a file, or the name of a cluster; never a password.
  var place: String { get }

  /// How long the store retains facts, with the edge that it has recorded.
  var retention: Retention { get }

  /// The doubt about the wall clock, as the last look at it found; nil while it is trusted.
  var clockDoubt: SourceHealth.ClockDoubt? { get }

  /// Whether so many facts came through this handle that maintenance should not wait.
  var isJournalFull: Bool { get }

  /// Does what goes on all the time, such as sending facts on, until the task is cancelled.
  ///
  /// A server calls it once; a store without such work returns at once.
  func run() async

  /// Does whatever is due, such as removing what has expired.
  ///
  /// Cheap while nothing is due; a server calls it every few seconds, and once more before it closes the store.
  func maintain(now: Timestamp) async throws

  /// Adds counts to the ledger, under the hour of an instant.
  ///
  /// A server calls it every second with what its collector counted since: a crash loses the counts since the
  /// last call, and no fact.
  func count(_ counts: [LedgerEntry: Int], at now: Timestamp) async throws

  /// Records that a collector is running, with or without pings; once a minute is enough.
  func noteWork(at now: Timestamp) async throws

  /// Makes sure that the files of the store on this machine are those that were opened; called every second.
  func checkFiles() async throws

  /// Writes when API keys were used last, to the minute; does nothing where that is known.
  func writeKeyUses() async throws

  /// Closes it after what was asked before; whatever is asked later is refused.
  ///
  /// - Throws: what keeps it from closing properly; all that was committed is durable even then.
  func close() throws
}

extension AnalyticsStore {
  /// Nothing goes on all the time.
  public func run() async {}
}

/// A store with what commands need beyond a server: keys, media items, import and export.
public protocol ManagedStore: AnalyticsStore {
  /// What takes facts on their way into the store.
  associatedtype Import: FactImporting

  /// Begins an import, of which nothing is visible before it is finished.
  func beginImport() async throws -> Import

  /// Whether a file with this SHA-256 was imported, and remembered.
  func hasImported(sha256 digest: [UInt8]) async throws -> Bool

  /// Passes on every fact of a timeframe that has not expired, oldest hour first.
  ///
  /// - Parameters:
  ///   - timeframe: which facts by time.
  ///   - filter: which facts by playback.
  ///   - body: is called with one fact after the other.
  /// - Throws: what `body` throws, which ends it, or what the store throws where it can't be read.
  func forEachFact(
    in timeframe: Timeframe,
    filter: Filter,
    _ body: @escaping @Sendable (Fact) throws -> Void
  ) async throws

  /// Stores what is known of media items, all or nothing; it replaces what was said of them before.
  ///
  /// - Parameter items: at most one for each id counts, the last; tags have no line feeds.
  /// - Throws: where they can't be written.
  func describe(_ items: [MediaItem]) async throws

  /// Creates an API key; the store remembers its hash only.
  ///
  /// - Parameters:
  ///   - name: what it is for.
  ///   - expiresAt: from when on it can't be used; nil for never.
  ///   - now: when it is created.
  /// - Returns: the key, or nil where an active one has the name already.
  /// - Throws: where it can't be written.
  func createKey(named name: String, expiresAt: Timestamp?, now: Timestamp) async throws
    -> CreatedKey?

  /// All API keys in the order of their creation, expired and revoked ones included.
  func apiKeys() async throws -> [APIKey]

  /// Revokes an active API key for ever, by its name or its number; servers refuse it within a second.
  ///
  /// - Returns: the key; nil where no active one is called so.
  /// - Throws: where that can't be written.
  @discardableResult
  func revokeKey(_ nameOrID: String, now: Timestamp) async throws -> APIKey?
}

/// Facts on their way into a store, invisible until all of them are there.
///
/// As a ``PlaybackFacts/FactSink`` it also takes what a collector makes of recorded pings.
public protocol FactImporting: FactSink {
  /// Takes facts, in any order, though they take least space when they come by day.
  func append(_ facts: [Fact]) async throws

  /// Makes all of it visible at once, and remembers the SHA-256 of the file it came from, if it is to be.
  func finish(sha256 digest: [UInt8]?) async throws

  /// Removes all of it.
  func cancel() async throws
}
