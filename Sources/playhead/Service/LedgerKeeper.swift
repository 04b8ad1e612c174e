import AnalyticsServer
import AnalyticsSource
import Logging
import PingCollector
import PlaybackFacts
import ServiceLifecycle
import Synchronization

/// Copies the counts of a collector and its server, and the last use of keys, into the store, where other
/// processes see them; a copy that fails shows that the store can't be written.
final class LedgerKeeper: Service {
  private let store: any AnalyticsStore
  private let collector: Collector
  private let refusals: LimitCounts
  private let logger: Logger
  private let lastFault = Mutex<String?>(nil)

  init(_ parts: CollectingStore, logger: Logger) {
    (store, collector, refusals) = (parts.store, parts.collector, parts.refusals)
    self.logger = logger
  }

  /// Why the store can't be written, in words that everybody may read; nil where it can.
  var fault: String? { lastFault.withLock(\.self) }

  func run() async throws {
    await cancelWhenGracefulShutdown { await self.keep() }
  }

  /// Copies once a second, until cancelled, and once more at the end; notes every minute that it is there.
  private func keep() async {
    var kept = CollectorCounts()
    var (keptPings, keptReads, keptWaitingReads) = (0, 0, 0)
    var noted: Timestamp?
    while !Task.isCancelled {
      // Only the end of the service interrupts it.
      try? await Task.sleep(for: .seconds(1))
      let counts = collector.counts
      do {
        try await store.checkFiles()
        let minute = Timestamp.now.floored(to: Milliseconds.minute)
        if noted != minute {
          try await store.noteWork(at: minute)
          noted = minute
        }
        let (pings, reads, waitingReads) = (refusals.pings, refusals.reads, refusals.waitingReads)
        var added = Self.difference(counts, kept)
        added[.refusedPings("too-many-requests")] = pings - keptPings
        added[.refusedReads("too-many-requests")] = reads - keptReads
        added[.refusedReads("too-many-waiting")] = waitingReads - keptWaitingReads
        try await store.count(added, at: .now)
        (kept, keptPings, keptReads, keptWaitingReads) = (counts, pings, reads, waitingReads)
        try await store.writeKeyUses()
        note(nil)
      } catch {
        // A store that takes no counts now gets them with the next.
        note(error)
      }
    }
  }

  /// Reports once that the store can't be written, and once that it can again.
  private func note(_ error: (any Error)?) {
    let fault = error.map { publicDescription(of: $0) }
    let former = lastFault.withLock { last in
      defer { last = fault }
      return last
    }
    switch (former, error) {
    case (nil, let error?):
      logger.error(
        "the store can't be written",
        metadata: ["store": "\(store.place)", "error": "\(error)"]
      )
    case (_?, nil):
      logger.notice("the store can be written again", metadata: ["store": "\(store.place)"])
    case (nil, nil), (_?, _?): break
    }
  }

  private static func difference(
    _ counts: CollectorCounts,
    _ kept: CollectorCounts
  ) -> [LedgerEntry: Int] {
    var added: [LedgerEntry: Int] = [
      .acceptedPings: counts.acceptedPings - kept.acceptedPings,
      .acceptedEvents: counts.events.accepted - kept.events.accepted,
      .duplicateEvents: counts.events.duplicates - kept.events.duplicates,
      .lateEvents: counts.events.late - kept.events.late,
      .facts: counts.facts - kept.facts,
      .refusedPings("too-many-waiting"): counts.rejectedPings - kept.rejectedPings,
      .refusedPings("not-kept"): counts.unkeptPings - kept.unkeptPings,
    ]
    for (reason, count) in counts.refusedPings {
      added[.refusedPings(reason.rawValue)] = count - (kept.refusedPings[reason] ?? 0)
    }
    for (reason, count) in counts.events.refused {
      added[.refusedEvents(reason.rawValue)] = count - (kept.events.refused[reason] ?? 0)
    }
    for (dimension, count) in counts.otherPlaybacks {
      added[.otherPlaybacks(dimension)] = count - (kept.otherPlaybacks[dimension] ?? 0)
    }
    return added
  }
}
