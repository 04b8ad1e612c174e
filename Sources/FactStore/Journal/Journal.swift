import AnalyticsSource
import GRDB
import PlaybackFacts
import QueryCore
import Synchronization

/// What arrived and is not sealed yet: commits, and the facts of the newest batches.
///
/// Its lock is held while rows that arrived are decoded, and while a question looks at them, which may look
/// values up in ``ValueCache``.
final class Journal: Sendable {
  private let connections: Connections
  private let clock: RetentionClock
  private let tail = Mutex(JournalTail())
  /// How many facts came since maintenance looked last whether some have to be sealed.
  private let newFacts = Atomic(0)

  init(_ connections: Connections, _ clock: RetentionClock) {
    self.connections = connections
    self.clock = clock
  }

  /// Keeps a batch; when it returns, all of it is on disk.
  func commit(_ batch: FactBatch) async throws(StoreError) -> CommitOutcome {
    let (receivedAt, isDoubtful) = clock.trustedReceipt(batch.receivedAt)
    let row = JournalRow(batch, receivedAt: receivedAt, isDoubtful: isDoubtful)
    let outcome = try await connections.write { db in
      let head = try Head.fetch(db)
      if row.isHistoryOnly {
        try row.insertHistory(in: db)
        return CommitOutcome(version: head.version)
      }
      var isKnown = false
      var changed: Set<PlaybackID>? = []
      if let version = batch.statesAsOf, version < head.version {
        (isKnown, changed) = try JournalTable.changes(since: version, of: head, to: batch, in: db)
      }
      let isOutdated = batch.states.contains { changed?.contains($0.playback) ?? true }
      if isKnown || isOutdated {
        return CommitOutcome(isKept: isKnown, version: head.version, changed: changed)
      }
      let isNew = try row.insert(after: head, in: db)
      if isNew { try NewValueLog.write(batch.newValues, in: db) }
      if isDoubtful, isNew {
        try DoubtfulReceipts.note(at: batch.receivedAt, facts: batch.facts.count, db)
      }
      return CommitOutcome(version: head.version + 1, changed: changed)
    }
    if outcome.isKept { newFacts.add(batch.facts.count, ordering: .relaxed) }
    return outcome
  }

  /// How many facts this handle has committed since ``resetNewFactCount()``.
  var newFactCount: Int { newFacts.load(ordering: .relaxed) }

  /// Begins to count them from 0.
  func resetNewFactCount() { newFacts.store(0, ordering: .relaxed) }

  /// Lets go of the facts in memory that were read before the journal was shortened.
  ///
  /// Who asks next begins with what is left; if nobody does, they would stay in memory.
  func forgetTail(upToEpoch epoch: Int64) {
    tail.withLock { tail in if tail.epoch <= epoch { tail = JournalTail() } }
  }

  /// Looks at the facts in memory as a snapshot has them.
  ///
  /// - Returns: nil where another snapshot, newer than this one, was read meanwhile: a new one will do.
  func withTail<Value: Sendable>(
    _ db: Database,
    _ head: Head,
    _ body: (inout JournalTail) throws -> Value
  ) throws -> Value? {
    try tail.withLock { tail in
      guard tail.isWithin(head) else { return nil }
      try tail.extend(db, to: head)
      return try body(&tail)
    }
  }

  /// Looks at the facts in memory as the last question left them; for tests.
  func withKnownTail<Value: Sendable>(_ body: (inout JournalTail) throws -> Value) rethrows -> Value
  {
    try tail.withLock { try body(&$0) }
  }

  /// The facts of the newest batches, the newest last.
  func recentFacts(after cursor: UInt64?, limit: Int) async throws -> RecentFacts {
    try await connections.readForCaller { db, _ in
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
          skipped += Int(try row.integer(1))
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
