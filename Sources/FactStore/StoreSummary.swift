import GRDB
public import PlaybackFacts
public import QueryCore
import Synchronization

/// What `playhead store info` tells of a store.
public struct StoreSummary: Hashable, Sendable {
  /// Of the file and its log, in bytes.
  public var fileBytes: Int
  /// Of the log alone, which comes and goes, in bytes.
  public var logBytes: Int
  /// Of one page of the file, in bytes.
  public var pageSize: Int
  /// Of all pages, in bytes: what the file takes when the log is brought into it.
  public var pageBytes: Int
  /// Of pages that nothing uses, in bytes.
  public var freeBytes: Int
  /// Segments that are visible.
  public var segments: Int
  /// Their rows: one for each playback and hour.
  public var groups: Int
  /// Facts in segments.
  public var sealedFacts: Int
  /// Of the segments' columns, in bytes.
  public var segmentBytes: Int
  /// Batches that wait in the journal.
  public var journalBatches: Int
  /// Facts that wait in the journal.
  public var journalFacts: Int
  /// Playback states that are kept.
  public var states: Int
  /// From the first hour with facts to the end of the last; nil without facts.
  public var span: Timeframe?
  /// Values of each dimension; empty where they were not to be counted.
  public var valueCounts: [Dimension: Int]
  /// When the newest ping arrived.
  public var newestReceipt: Timestamp?
  /// How long facts are retained, with the edge that is recorded.
  public var retention: Retention
  /// Facts that have expired and are still in the file.
  public var expiredFacts: Int
  /// The doubt about the wall clock now; nil while it is trusted.
  public var clockDoubt: SourceHealth.ClockDoubt?
  /// Receipts while the wall clock was doubtful: from when to when by that clock, and how many facts.
  public var doubtfulReceipts: [DoubtfulReceipts]

  /// Facts that were received while the wall clock was doubtful: their times are those of that clock.
  public struct DoubtfulReceipts: Hashable, Sendable {
    /// From the first receipt to the last.
    public var timeframe: Timeframe
    /// How many facts.
    public var facts: Int
  }
  /// Facts and bytes of segments of the last 30 days that ended, a day on average; 0 without any.
  public var dailyFacts: Int
  /// Bytes of segments of the same days, a day on average.
  public var dailyBytes: Int

  /// All facts.
  public var facts: Int { sealedFacts + journalFacts }

  /// Bytes of columns for each fact in a segment; 0 without any.
  public var bytesPerFact: Double {
    sealedFacts == 0 ? 0 : Double(segmentBytes) / Double(sealedFacts)
  }

  /// What the file will take, in bytes, when days like the last ones fill a retention; 0 where no day has
  /// ended that could tell.
  public func forecastBytes(retention: Retention) -> Int {
    guard dailyBytes > 0 else { return 0 }
    let days = Int(retention.milliseconds / Milliseconds.day)
    return max(0, fileBytes - logBytes - segmentBytes) + dailyBytes * days
  }
}

extension StoreSummary.DoubtfulReceipts {
  init(_ row: Row) {
    self.init(
      timeframe: Timeframe(
        from: Timestamp(milliseconds: row[0]),
        to: Timestamp(milliseconds: row[1])
      ),
      facts: row[2]
    )
  }
}

extension FactStore {
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
    try await read { db in try self.summary(now: now, hasValueCounts: hasValueCounts, db) }
  }

  /// What a snapshot says of size, rows, span and growth.
  func summary(
    now: Timestamp,
    hasValueCounts: Bool,
    _ db: Database
  ) throws -> StoreSummary {
    let head = try Head.fetch(db)
    let journal = try self.journalSummary(db, head)
    let headers = try SegmentList.fetch(db)
    let pageSize = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0
    let keeping = try Keeping(db)
    let removed = keeping.retention.removedBefore ?? Timestamp(milliseconds: -(1 << 52))
    let recent = headers.filter { $0.day < now.day && $0.day >= now.day - 30 }
    let days = max(1, Set(recent.map(\.day)).count)
    let hours =
      journal.hours
      + headers.flatMap { header in header.hours.map { header.day * 24 + Int64($0) } }
    return StoreSummary(
      fileBytes: StoreOpening.size(of: path) + StoreOpening.size(of: path + "-wal"),
      logBytes: StoreOpening.size(of: path + "-wal"),
      pageSize: pageSize,
      pageBytes: pageSize * (try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0),
      freeBytes: pageSize * (try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0),
      segments: headers.count,
      groups: headers.reduce(0) { $0 + $1.groupCount },
      sealedFacts: headers.reduce(0) { $0 + $1.factCount },
      segmentBytes: headers.reduce(0) { $0 + $1.byteCount },
      journalBatches: try Int.fetchOne(
        db,
        sql: "SELECT count(*) FROM journal WHERE facts IS NOT NULL"
      ) ?? 0,
      journalFacts: journal.facts,
      states: try Int.fetchOne(db, sql: "SELECT count(*) FROM state") ?? 0,
      span: hours.min().flatMap { first in
        hours.max().map { last in
          Timeframe(from: Timestamp(hour: first), to: Timestamp(hour: last + 1))
        }
      },
      valueCounts: hasValueCounts ? try DictionaryTable.valueCounts(db) : [:],
      newestReceipt: head.newestReceipt.map(Timestamp.init(milliseconds:)),
      retention: self.retention(of: keeping.retention),
      expiredFacts: try keeping.retention.edge.map { edge in
        try self.factCount(in: Timeframe(from: min(removed, edge), to: edge), db)
      } ?? 0,
      clockDoubt: self.doubt(of: keeping, at: self.reading(now)),
      doubtfulReceipts: try Row.fetchAll(
        db,
        sql: "SELECT first, last, facts FROM doubtful_receipts ORDER BY first"
      ).map(StoreSummary.DoubtfulReceipts.init),
      dailyFacts: recent.reduce(0) { $0 + $1.factCount } / days,
      dailyBytes: recent.reduce(0) { $0 + $1.byteCount } / days
    )
  }

  /// The hours since 1970 that have facts in the journal, and how many facts there are.
  private func journalSummary(_ db: Database, _ head: Head) throws -> (hours: [Int64], facts: Int) {
    func summary(_ tail: inout JournalTail) throws -> (hours: [Int64], facts: Int) {
      try tail.extend(db, to: head)
      return (Array(tail.hours.keys), tail.hours.values.reduce(0) { $0 + $1.factCount })
    }
    // What questions have read already need not be decoded again.
    let kept = try tail.withLock { tail in tail.isWithin(head) ? try summary(&tail) : nil }
    if let kept { return kept }
    var tail = JournalTail()
    return try summary(&tail)
  }
}
