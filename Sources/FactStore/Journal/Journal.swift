import Foundation
import GRDB
public import PlaybackFacts
import Synchronization

extension FactStore: FactSink {
  /// Keeps a batch; when it returns, all of it is on disk.
  ///
  /// A batch that was kept already, in the last hour, changes nothing. Nor does one with a state that another
  /// process has changed since ``PlaybackFacts/FactBatch/statesAsOf``.
  @discardableResult
  public func commit(_ batch: FactBatch) async throws(StoreError) -> CommitOutcome {
    let facts = batch.facts.isEmpty ? nil : JournalBlock.encode(batch.facts)
    let (receivedAt, isDoubtful) = trustedReceipt(batch.receivedAt)
    // A state that is retained too long harms nobody.
    let kept =
      isDoubtful
      ? batch.states.map { $0.received(at: max($0.lastPingAt, receivedAt)) } : batch.states
    let states = batch.states.isEmpty ? nil : StateBlock.encode(kept)
    let oldest = batch.facts.lazy.map(\.time.milliseconds).min()
    let outcome = try await write { db in
      let head = try Head.fetch(db)
      var isKnown = false
      var changed: Set<PlaybackID>? = []
      if let version = batch.statesAsOf, version < head.version {
        (isKnown, changed) = try Self.changes(since: version, of: head, to: batch, in: db)
      }
      let isOutdated = batch.states.contains { changed?.contains($0.playback) ?? true }
      if isKnown || isOutdated {
        return CommitOutcome(isKept: isKnown, version: head.version, changed: changed)
      }
      let insert = try db.cachedStatement(
        sql: """
          INSERT OR IGNORE INTO journal
            (row, batch, received_at, newest_receipt, fact_count, oldest_fact, facts, states)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?)
          """
      )
      let received = receivedAt.milliseconds
      try insert.execute(arguments: [
        head.version + 1, Int64(bitPattern: batch.id), received,
        max(received, head.newestReceipt ?? received), batch.facts.count, oldest,
        facts.map { Data($0) }, states.map { Data($0) },
      ])
      let isNew = db.changesCount > 0
      if isNew { try NewValueLog.write(batch.newValues, in: db) }
      if isDoubtful, isNew {
        let count = batch.facts.count
        try Self.noteDoubtfulReceipt(at: batch.receivedAt, facts: count, db)
      }
      return CommitOutcome(version: head.version + 1, changed: changed)
    }
    // What went into a deleted file is lost: it must not be acknowledged.
    try checkFile()
    return outcome
  }

  /// Whether a batch is in the journal, and whose states others have changed since a version; nil where
  /// some were brought to their table, where nobody can tell them from older ones.
  private static func changes(
    since version: Int64,
    of head: Head,
    to batch: FactBatch,
    in db: Database
  ) throws -> (isKnown: Bool, changed: Set<PlaybackID>?) {
    var isKnown = false
    var changed: Set<PlaybackID> = []
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT batch, states FROM journal WHERE row > ?"),
      arguments: [version]
    )
    while let row = try rows.next() {
      if row[0] == Int64(bitPattern: batch.id) {
        isKnown = true
      } else {
        let states = try bytes(of: row, at: 1)
        guard !states.isEmpty else { continue }
        try StateBlock.forEachState(in: states) { playback, _, _ in changed.insert(playback) }
      }
    }
    return (isKnown, head.foldedRow > version ? nil : changed)
  }

  /// The kept states of those playbacks that have one.
  public func playbackStates(of playbacks: [PlaybackID]) async throws(StoreError) -> KeptStates {
    while true {
      let states = try await read { db in
        let head = try Head.fetch(db)
        let places = try self.pendingStates.withLock { pending in
          // Where another snapshot, newer than this one, was read meanwhile, a new one will do.
          guard pending.isWithin(head) else { return nil as [PlaybackID: PendingStates.Place]? }
          try pending.extend(db, to: head)
          return pending.places(of: playbacks)
        }
        guard let places else { return nil as KeptStates? }
        return KeptStates(
          version: head.version,
          states: try PendingStates.states(of: playbacks, at: places, in: db)
        )
      }
      if let states { return states }
    }
  }

  /// The key under which viewers of a UTC day are hashed; made when it is asked for first.
  public func viewerKey(for day: CivilDate) async throws(StoreError) -> SipHash.Key {
    if let key = try await storedViewerKey(for: day) { return key }
    let key = options.makeViewerKey()
    return try await write { db in
      try db.execute(
        sql: "INSERT OR IGNORE INTO viewer_key (day, low, high) VALUES (?, ?, ?)",
        arguments: [
          day.daysSince1970, Int64(bitPattern: key.low), Int64(bitPattern: key.high),
        ]
      )
      // Another process may have been faster.
      return try Self.fetchViewerKey(db, day: day) ?? key
    }
  }

  /// The key of a day, if it was made and not destroyed yet.
  func storedViewerKey(for day: CivilDate) async throws(StoreError) -> SipHash.Key? {
    try await read { db in try Self.fetchViewerKey(db, day: day) }
  }

  private static func fetchViewerKey(_ db: Database, day: CivilDate) throws -> SipHash.Key? {
    let row = try Row.fetchOne(
      db,
      sql: "SELECT low, high FROM viewer_key WHERE day = ?",
      arguments: [day.daysSince1970]
    )
    return row.map { row in
      let low: Int64 = row["low"]
      let high: Int64 = row["high"]
      return SipHash.Key(low: UInt64(bitPattern: low), high: UInt64(bitPattern: high))
    }
  }
}

extension PlaybackState {
  /// The same state, retained for 48 hours from another time.
  fileprivate func received(at time: Timestamp) -> PlaybackState {
    PlaybackState(playback: playback, lastPingAt: time, bytes: bytes)
  }
}
