import GRDB
import PlaybackFacts

/// Turns facts of closed hours into segments.
struct Sealing: Sendable {
  let connections: Connections
  let options: StoreOptions
  let lease: Lease
  let clock: RetentionClock
  let journal: Journal
  let codes: ValueCodes

  /// Seals the hours that are over, as far as the journal holds facts of them.
  ///
  /// It begins once a batch has arrived before the edge, which lies on the hour: until the grace is
  /// over, an hour's last facts still arrive. Facts that are later wait for the next edge, unless so many
  /// wait that all but the newest are sealed, whose hours get further segments then.
  func sealClosedHours(now: Timestamp) async throws(StoreError) {
    journal.resetNewFactCount()
    let options = options
    let edge = (now - options.sealingGrace).floored(to: Milliseconds.hour)
    // Receipts are booked by the trusted clock, facts by the wall clock.
    let trusted = clock.trustedTime(now) - options.sealingGrace
    let receipts = trusted.floored(to: Milliseconds.hour)
    while let dueNow = try await due(edge: edge, receivedBefore: receipts, now: now),
      try await lease.take(now: now)
    {
      var isSealed = false
      while let cut = try await connections.read({ db in try JournalCut(dueNow, options, db) }) {
        isSealed = try await seal(cut, now: now)
        guard isSealed else { return }
      }
      guard isSealed else { return }
    }
  }

  /// What is sealed now; nil for nothing.
  private func due(
    edge: Timestamp,
    receivedBefore receipts: Timestamp,
    now: Timestamp
  ) async throws(StoreError) -> JournalCut.Due? {
    let options = options
    return try await connections.read { db in
      try JournalCut.due(edge: edge, receivedBefore: receipts, now: now, options, db)
    }
  }

  /// Writes the segments and shortens the journal in one transaction; false if that has to wait.
  private func seal(_ cut: JournalCut, now: Timestamp) async throws(StoreError) -> Bool {
    let index = try await codes.addCodes(of: Set(cut.facts.map(\.playback)))
    let segments = try await connections.compute {
      var builders: [Int64: SegmentBuilder] = [:]
      // Facts that have expired already are sealed too: only what removes them may lose anything.
      for fact in cut.facts {
        let day = fact.time.day
        try builders[day, default: SegmentBuilder(day: day)].add(fact, index)
      }
      return builders.keys.sorted().compactMap { builders[$0]?.segment() }
    }
    let isSealed = try await lease.write(now: now) { db in
      let head = try Head.fetch(db)
      // The codes may have lost their values meanwhile: the next time they are others.
      guard head.journalEpoch == cut.epoch, try Head.dictionaryEpoch(db) == index.epoch else {
        return false
      }
      let file = SegmentFile(db: db)
      for segment in segments {
        try file.insert(segment, import: nil)
        try MediaTotals.add(segment.plays, in: db)
      }
      try cut.shortenRows(db)
      try head.moveFactsToSegments(isWhole: cut.isWhole, db)
      return true
    }
    guard isSealed == true else { return false }
    journal.forgetTail(upToEpoch: cut.epoch)
    return true
  }
}
