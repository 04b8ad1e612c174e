import GRDB
import PlaybackFacts
import QueryCore
import Synchronization

import struct Foundation.Data

/// What of some journal rows is sealed, and what stays.
private struct JournalCut: Sendable {
  var epoch: Int64
  var facts: [Fact] = []
  /// For each row, the facts that stay in it.
  var remainders: [(row: Int64, facts: [Fact])] = []
}

extension FactStore {
  /// So many facts are sealed at once; more are sealed in several steps.
  private static let factsPerStep = 1_000_000

  /// Turns facts of closed hours into segments.
  ///
  /// It begins once a batch has arrived before the edge, which lies on the hour: until the grace is
  /// over, an hour's last facts still arrive. Facts that are later wait for the next edge.
  func sealClosedHours(now: Timestamp) async throws(StoreError) {
    let edge = (now - options.sealingGrace).floored(to: Milliseconds.hour)
    // Receipts are booked by the trusted clock, facts by the wall clock.
    let trusted = trustedTime(now) - options.sealingGrace
    let receipts = trusted.floored(to: Milliseconds.hour)
    while let end = try await sealingEnd(edge: edge, receivedBefore: receipts),
      try await takeLease(now: now)
    {
      guard let cut = try await cut(before: end), try await seal(cut, now: now) else { return }
    }
  }

  /// The hours before it are sealed now; nil if none are.
  private func sealingEnd(
    edge: Timestamp,
    receivedBefore receipts: Timestamp
  ) async throws(StoreError) -> Timestamp? {
    let (journalLimit, journalByteLimit) = (options.journalLimit, options.journalByteLimit)
    return try await read { db in
      let isDue = try Bool.fetchOne(
        db,
        sql: """
          SELECT EXISTS (
            SELECT 1 FROM journal WHERE facts IS NOT NULL AND received_at < ? AND oldest_fact < ?
          )
          """,
        arguments: [receipts.milliseconds, edge.milliseconds]
      )
      if isDue == true { return edge }
      // What waits is held in memory by all who ask: long values are many bytes with few facts.
      let waiting = try Row.fetchOne(
        db,
        sql: """
          SELECT total(fact_count), total(length(facts)) FROM journal WHERE facts IS NOT NULL
          """
      )
      guard let waiting, waiting[0] > journalLimit || waiting[1] > journalByteLimit else {
        return nil
      }
      return Timestamp(milliseconds: .max)
    }
  }

  /// Nil where there is nothing to seal.
  private func cut(before end: Timestamp) async throws(StoreError) -> JournalCut? {
    try await read { db in
      var cut = JournalCut(epoch: try Head.fetch(db).journalEpoch)
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT row, facts FROM journal
          WHERE facts IS NOT NULL AND oldest_fact < ? ORDER BY row
          """,
        arguments: [end.milliseconds]
      )
      while cut.facts.count < Self.factsPerStep, let row = try rows.next() {
        let facts = try JournalBlock.decode(bytes(of: row, at: 1))
        cut.facts += facts.filter { $0.time < end }
        cut.remainders.append((row[0], facts.filter { $0.time >= end }))
      }
      return cut.facts.isEmpty ? nil : cut
    }
  }

  /// Writes the segments and shortens the journal in one transaction; false if that has to wait.
  private func seal(_ cut: JournalCut, now: Timestamp) async throws(StoreError) -> Bool {
    let index = try await addCodes(of: Set(cut.facts.map(\.playback)))
    let segments = try await compute {
      var builders: [Int64: SegmentBuilder] = [:]
      // Facts that have expired already are sealed too: only what removes them may lose anything.
      for fact in cut.facts {
        let day = fact.time.day
        try builders[day, default: SegmentBuilder(day: day)].add(fact, index)
      }
      return builders.keys.sorted().compactMap { builders[$0]?.segment() }
    }
    let isSealed = try await maintainedWrite(now: now) { db in
      let head = try Head.fetch(db)
      // The codes may have lost their values meanwhile: the next time they are others.
      guard head.journalEpoch == cut.epoch, try DictionaryTable.epoch(db) == index.epoch else {
        return false
      }
      let file = SegmentFile(db: db)
      for segment in segments {
        try file.insert(segment, import: nil)
        try file.addTotals(segment.plays)
      }
      for (row, facts) in cut.remainders {
        try db.cachedStatement(
          sql: "UPDATE journal SET fact_count = ?, oldest_fact = ?, facts = ? WHERE row = ?"
        ).execute(arguments: [
          facts.count, facts.map(\.time.milliseconds).min(),
          facts.isEmpty ? nil : Data(JournalBlock.encode(facts)), row,
        ])
      }
      try db.execute(
        sql: """
          UPDATE head SET journal_epoch = journal_epoch + 1, segment_epoch = segment_epoch + 1
          """
      )
      return true
    }
    return isSealed ?? false
  }

  /// Brings the states that wait in the journal to their table, some thousand at a time.
  func foldStates(now: Timestamp) async throws(StoreError) {
    while try await foldSomeStates(now: now) {}
  }

  /// States in the journal, the newest of each playback, up to a row.
  struct WaitingStates: Equatable {
    let states: [PlaybackID: PlaybackState]
    let last: Int64
    /// Up to where they were folded before.
    let foldedRow: Int64
  }

  /// Whether more wait.
  private func foldSomeStates(now: Timestamp) async throws(StoreError) -> Bool {
    guard let waiting = try await waitingStates() else { return false }
    return try await fold(waiting, now: now)
  }

  /// The next states to be folded; nil if there are none.
  func waitingStates() async throws(StoreError) -> WaitingStates? {
    try await read { db in
      let head = try Head.fetch(db)
      var states: [PlaybackID: PlaybackState] = [:]
      var last: Int64?
      let rows = try Row.fetchCursor(
        db,
        sql: "SELECT row, states FROM journal WHERE states IS NOT NULL ORDER BY row"
      )
      while states.count < 2000, let row = try rows.next() {
        for state in try StateBlock.decode(bytes(of: row, at: 1)) { states[state.playback] = state }
        last = row[0]
      }
      return last.map { WaitingStates(states: states, last: $0, foldedRow: head.foldedRow) }
    }
  }

  /// Folds states; false if that has to wait.
  func fold(_ waiting: WaitingStates, now: Timestamp) async throws(StoreError) -> Bool {
    let last = waiting.last
    let isFolded = try await maintainedWrite(now: now) { db in
      // Another process has folded since they were read: newer ones may be in their table.
      guard try Head.fetch(db).foldedRow == waiting.foldedRow else { return true }
      try Self.keep(waiting.states.values, in: db)
      try db.execute(
        sql: "UPDATE journal SET states = NULL WHERE row <= ? AND states IS NOT NULL",
        arguments: [last]
      )
      try db.execute(sql: "UPDATE head SET folded_row = ?", arguments: [last])
      return true
    }
    return isFolded ?? false
  }

  /// Writes states to their table.
  static func keep(_ states: some Sequence<PlaybackState>, in db: Database) throws {
    let statement = try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO state (playback, last_ping, bytes) VALUES (?, ?, ?)"
    )
    for state in states {
      try statement.execute(arguments: [
        Int64(bitPattern: state.playback.rawValue), state.lastPingAt.milliseconds,
        Data(state.bytes),
      ])
    }
  }
}
