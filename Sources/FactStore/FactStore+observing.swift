public import AnalyticsSource
public import PlaybackFacts
public import QueryCore

extension FactStore: QueryBackend {
  /// The state of the data now; takes about a microsecond while nothing was committed.
  ///
  /// - Throws: ``StoreError``, or `CancellationError`.
  public func dataState() async throws -> DataState {
    try await dataHistory().state
  }

  /// The state of the data, if nothing was committed since it was read; otherwise a number that differs after
  /// each commit.
  public func glance() -> DataGlance {
    observer.glance()
  }

  /// The state of the data now, and what changed up to it.
  ///
  /// - Throws: ``StoreError``, or `CancellationError`.
  public func dataHistory() async throws -> DataHistory {
    try await observer.history()
  }

  /// The threads that answer questions: a task that runs there hands nothing over, and leaves only when it is
  /// done.
  public var executor: (any TaskExecutor)? { queries.executor }

  /// Adds up what each of `queries` asks for, all of them over the same snapshot of the data.
  public func sums(for queries: [SumQuery]) async throws -> SumAnswer {
    try await self.queries.sums(for: queries)
  }
}

extension FactStore: SourceObserving, PingHistoryReading {
  /// The facts of the newest batches, the newest last.
  ///
  /// What was sealed meanwhile has left the journal and is passed over.
  ///
  /// - Parameters:
  ///   - cursor: what the call before returned; nil for the newest there are.
  ///   - limit: the most facts, ≥ 1; the newest are kept where there are more.
  /// - Returns: the facts, and where to go on.
  /// - Throws: ``QueryCore/QueryError/unavailable(reason:)`` where the file can't be read.
  public func recentFacts(after cursor: UInt64?, limit: Int) async throws(QueryError) -> RecentFacts
  {
    try await withQueryErrors { try await journal.recentFacts(after: cursor, limit: limit) }
  }

  /// What collectors counted, and how large the file is and becomes.
  ///
  /// - Returns: the ledger of the last 30 days, nil where no collector ever wrote one, and the store.
  /// - Throws: ``QueryCore/QueryError/unavailable(reason:)`` where the file can't be read.
  public func health() async throws(QueryError) -> SourceHealth {
    try await withQueryErrors {
      let now = options.now()
      let summary = try await connections.readForCaller { [statistics] db, _ in
        try statistics.summary(now: now, hasValueCounts: false, db)
      }
      return SourceHealth(ledger: try await ledger.counts(), store: .init(summary))
    }
  }

  /// What became of the pings of a playback, viewer or media item in the last 48 hours.
  ///
  /// It reads the whole history in short snapshots and decodes the rows that may have what is asked for: 10 ms for each
  /// MB of them.
  ///
  /// - Parameters:
  ///   - selection: whose pings.
  ///   - limit: the most pings, ≥ 1; the newest are returned where there are more.
  /// - Returns: the pings in the order of their receipt, the newest last.
  /// - Throws: ``QueryCore/QueryError/unavailable(reason:)`` where the file can't be read, or a row of the history
  ///   is damaged: the reason names it.
  public func pingHistory(
    of selection: PingSelection,
    limit: Int
  ) async throws(QueryError) -> PingHistory {
    try await withQueryErrors {
      try await pings.history(of: selection, limit: limit, now: options.now())
    }
  }

  /// Runs a body, and turns its errors into those of `QueryCore`.
  func withQueryErrors<Value>(
    _ body: () async throws -> Value
  ) async throws(QueryError) -> Value {
    do { return try await body() } catch { throw QueryError(error) }
  }
}

extension FactStore: MediaListing {
  /// Keeps what is known of media items, all or nothing; it replaces what was said of them before.
  ///
  /// Answers change with it: breakdowns and filters by tag read it.
  ///
  /// - Parameter items: at most one for each id counts, the last; tags have no line feeds.
  /// - Throws: ``StoreError`` where the file can't be written.
  public func describe(_ items: [MediaItem]) async throws(StoreError) {
    try await catalog.describe(items)
  }

  /// What is known of media items; nil where it is what it was at a version.
  ///
  /// Many items are read in several short snapshots; where they change meanwhile, it begins again.
  ///
  /// - Parameter version: that of an earlier list; nil for none.
  /// - Returns: all items, or nil where nothing changed.
  /// - Throws: ``QueryCore/QueryError/unavailable(reason:)`` where the file can't be read.
  public func media(unless version: UInt64?) async throws(QueryError) -> MediaList? {
    try await withQueryErrors { try await catalog.list(unless: version) }
  }

  /// A page of what is known of media items, read alone; nil where it is what it was at a version.
  ///
  /// - Parameters:
  ///   - page: which page; one past the end has no items.
  ///   - version: that of an earlier list or page; nil for none.
  /// - Returns: the page, or nil where nothing changed.
  /// - Throws: ``QueryCore/QueryError/unavailable(reason:)`` where the file can't be read.
  public func media(
    _ page: Query.Page,
    unless version: UInt64?
  ) async throws(QueryError) -> MediaPage? {
    try await withQueryErrors { try await catalog.page(page, unless: version) }
  }
}

extension FactStore {
  /// Adds counts to the ledger, under the hour of an instant.
  ///
  /// Collectors call it now and then with what they counted since, beside their commits: a crash loses at
  /// most the counts since the last call, never a fact.
  public func count(_ counts: [LedgerEntry: Int], at now: Timestamp) async throws(StoreError) {
    try await ledger.add(counts, at: now)
  }

  /// Records that a collector is running, with or without pings; once a minute is enough.
  public func noteWork(at now: Timestamp) async throws(StoreError) {
    try await ledger.noteWork(at: now)
  }

  /// Size, rows, span and growth.
  ///
  /// - Parameters:
  ///   - now: the wall clock.
  ///   - hasValueCounts: whether values are counted, for which each is looked at.
  /// - Returns: what the file holds now.
  /// - Throws: ``StoreError`` where the file can't be read.
  public func summary(
    now: Timestamp,
    hasValueCounts: Bool = true
  ) async throws(StoreError) -> StoreSummary {
    try await connections.read { [statistics] db in
      try statistics.summary(now: now, hasValueCounts: hasValueCounts, db)
    }
  }

  private var statistics: Statistics {
    Statistics(connections: connections, clock: clock, journal: journal)
  }

  /// Passes on every fact of a timeframe that has not expired, oldest first.
  ///
  /// It reads some hours at a time, each under one snapshot, and `body` is called between snapshots, so that
  /// one who is slow keeps nobody from emptying the log. A fact that was there at the beginning is passed on
  /// once, unless its retention ends before its turn; one that comes meanwhile is passed on with its hour,
  /// unless that was passed on already. What watch and stall facts of one slot were merged into is one fact.
  /// An error of `body` ends it and is thrown.
  public func forEachFact(
    in timeframe: Timeframe,
    filter: Filter = Filter(),
    _ body: @escaping @Sendable (Fact) throws -> Void
  ) async throws {
    let export = FactExport(
      connections: connections,
      journal: journal,
      segments: segments,
      values: values,
      media: catalog
    )
    try await export.forEachFact(in: timeframe, filter: filter, body)
  }
}
