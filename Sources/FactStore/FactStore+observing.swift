import GRDB
import PlaybackFacts
public import QueryCore

extension FactStore: SourceObserving {
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
    try await withQueryErrors {
      try await self.readForCaller { db, _ in
        let head = try Head.fetch(db)
        let rows = try Row.fetchCursor(
          db.cachedStatement(
            sql: """
              SELECT facts, fact_count FROM journal WHERE row > ? AND facts IS NOT NULL
              ORDER BY row DESC
              """
          ),
          arguments: [cursor.map { Int64(clamping: $0) } ?? 0]
        )
        var batches: [[Fact]] = []
        var (count, skipped) = (0, 0)
        while let row = try rows.next() {
          if count >= limit {
            // The very first call has no one who could miss anything.
            guard cursor != nil else { break }
            skipped += row[1] as Int
            continue
          }
          let facts = try JournalBlock.decode(bytes(of: row, at: 0))
          count += facts.count
          batches.append(facts)
        }
        let facts = batches.reversed().joined()
        let surplus = max(0, count - limit)
        return RecentFacts(
          cursor: UInt64(clamping: head.version),
          facts: Array(facts.dropFirst(surplus)),
          skipped: cursor == nil ? 0 : skipped + surplus
        )
      }
    }
  }

  /// What collectors counted, and how large the file is and becomes.
  ///
  /// - Returns: the ledger of the last 30 days, nil where no collector ever wrote one, and the store.
  /// - Throws: ``QueryCore/QueryError/unavailable(reason:)`` where the file can't be read.
  public func health() async throws(QueryError) -> SourceHealth {
    try await withQueryErrors {
      let now = options.now()
      let summary = try await readForCaller { db, _ in
        try self.summary(now: now, hasValueCounts: false, db)
      }
      return SourceHealth(
        ledger: try await ledger(),
        store: .init(
          bytes: summary.fileBytes,
          logBytes: summary.logBytes,
          facts: summary.facts,
          bytesPerFact: summary.bytesPerFact,
          dailyBytes: summary.dailyBytes,
          dailyFacts: summary.dailyFacts,
          forecastBytes: summary.forecastBytes(retention: summary.retention),
          span: summary.span,
          clockDoubt: summary.clockDoubt
        )
      )
    }
  }
}
