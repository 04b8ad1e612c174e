import GRDB
import PlaybackFacts
import QueryCore

/// Size, rows, span and growth of a store.
struct Statistics: Sendable {
  let connections: Connections
  let clock: RetentionClock
  let journal: Journal

  /// What a snapshot says of size, rows, span and growth.
  func summary(
    now: Timestamp,
    hasValueCounts: Bool,
    _ db: Database
  ) throws -> StoreSummary {
    let head = try Head.fetch(db)
    let logBytes = WriteAheadLog.size(ofStoreAt: connections.path)
    let journal = try journalSummary(db, head)
    let headers = try SegmentList.fetch(db)
    let pageSize = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0
    let keeping = try Keeping(db)
    let pings = try PingHistoryTable.extent(db)
    let removed = keeping.retention.removedBefore ?? Timestamp(milliseconds: -(1 << 52))
    let recent = headers.filter { $0.day < now.day && $0.day >= now.day - 30 }
    let days = max(1, Set(recent.map(\.day)).count)
    let hours =
      journal.hours
      + headers.flatMap { header in header.hours.map { header.day * 24 + Int64($0) } }
    return StoreSummary(
      fileBytes: StoreOpening.size(of: connections.path) + logBytes,
      logBytes: logBytes,
      pageSize: pageSize,
      pageBytes: pageSize * (try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0),
      freeBytes: pageSize * (try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0),
      freeDiskBytes: try? DiskSpace(beside: connections.path).free,
      hasChecksums: PageChecksums.hasRoom(db),
      segments: headers.count,
      groups: headers.reduce(0) { $0 + $1.groupCount },
      sealedFacts: headers.reduce(0) { $0 + $1.factCount },
      segmentBytes: headers.reduce(0) { $0 + $1.byteCount },
      journalBatches: try JournalTable.waitingBatchCount(db),
      journalFacts: journal.facts,
      states: try StateTable.count(db),
      pingHistoryBytes: pings.bytes,
      pingHistorySince: pings.since,
      span: hours.min().flatMap { first in
        hours.max().map { last in
          Timeframe(from: Timestamp(hour: first), to: Timestamp(hour: last + 1))
        }
      },
      valueCounts: hasValueCounts ? try DictionaryTable.valueCounts(db) : [:],
      newestReceipt: head.newestReceipt.map(Timestamp.init(milliseconds:)),
      retention: keeping.retention.retention,
      expiredFacts: try keeping.retention.edge.map { edge in
        let expired = Timeframe(from: min(removed, edge), to: edge)
        return try SegmentList.factCount(in: expired, db) + JournalTable.factCount(in: expired, db)
      } ?? 0,
      clockDoubt: clock.doubt(of: keeping, at: clock.reading(now)),
      doubtfulReceipts: try DoubtfulReceipts.all(db),
      dailyFacts: recent.reduce(0) { $0 + $1.factCount } / days,
      dailyBytes: recent.reduce(0) { $0 + $1.byteCount } / days
    )
  }

  /// The hours since 1970 that have facts in the journal, and how many facts there are.
  private func journalSummary(_ db: Database, _ head: Head) throws -> (hours: [Int64], facts: Int) {
    func summary(_ tail: inout JournalTail) -> (hours: [Int64], facts: Int) {
      (Array(tail.hours.keys), tail.hours.values.reduce(0) { $0 + $1.factCount })
    }
    // What questions have read already need not be decoded again.
    if let kept = try journal.withTail(db, head, summary) { return kept }
    var tail = JournalTail()
    try tail.extend(db, to: head)
    return summary(&tail)
  }
}
