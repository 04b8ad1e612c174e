import AnalyticsSource
import GRDB
import PlaybackFacts
import QueryCore
import Synchronization

/// What collectors counted, and when they were at work.
///
/// Its lock is held while the minutes of collectors are read that changed.
final class Ledger: Sendable {
  private let connections: Connections
  private let clock: RetentionClock
  /// When collectors were at work, for the ledger's last row about it and the epoch of the segments, which
  /// changes with every import.
  private let work = Mutex<(last: [Int64]?, epoch: Int64, known: CollectorWork?)?>(nil)

  init(_ connections: Connections, _ clock: RetentionClock) {
    self.connections = connections
    self.clock = clock
  }

  /// Adds counts to the ledger, under the hour of an instant.
  func add(_ counts: [LedgerEntry: Int], at now: Timestamp) async throws(StoreError) {
    let added = counts.filter { $0.value != 0 }
    guard !added.isEmpty else { return }
    let now = clock.trustedReceipt(now).time
    try await connections.write { db in
      for (entry, count) in added {
        try LedgerTable.add(
          Int64(count),
          of: entry.kind,
          reason: entry.reason,
          ofHour: now.hour,
          db
        )
      }
    }
  }

  /// Records that a collector is running, with or without pings; once a minute is enough.
  func noteWork(at now: Timestamp) async throws(StoreError) {
    let now = clock.trustedReceipt(now).time
    try await connections.write { db in
      try CollectorMinutes.add(collected: 1 << (now.minute % 60), ofHour: now.hour, db)
    }
  }

  /// When collectors ran, or what was imported happened; nil where it is unknown.
  ///
  /// The epoch is that of the segments, which changes with every import.
  func collectorWork(_ db: Database, _ epoch: Int64) throws -> CollectorWork? {
    let last = try CollectorMinutes.last(db)
    // What was before the last hour does not change any more, but by imports.
    return try work.withLock { work in
      if let work, work.last == last, work.epoch == epoch { return work.known }
      let known = CollectorWork(try CollectorMinutes.all(db))
      work = (last, epoch, known)
      return known
    }
  }

  /// The counts of the last 30 days by all collectors of the store; nil without any.
  func counts() async throws -> SourceHealth.Ledger? {
    try await connections.readForCaller { db, _ in
      guard let since = try LedgerTable.start(db) ?? CollectorMinutes.start(db) else { return nil }
      var ledger = SourceHealth.Ledger()
      let minutes = try CollectorMinutes.collected(ofHour: since, db)
      ledger.since =
        Timestamp(hour: since) + Int64((minutes ?? 1).trailingZeroBitCount) * Milliseconds.minute
      for (kind, reason, count) in try LedgerTable.sums(db) {
        ledger.take(count, of: kind, reason: reason)
      }
      return ledger
    }
  }
}
