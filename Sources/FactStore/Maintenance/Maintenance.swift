import GRDB
import GRDBSQLite
import PlaybackFacts

/// The jobs of maintenance and their order.
struct Maintenance: Sendable {
  private let connections: Connections
  private let log: WriteAheadLog
  private let lease: Lease
  private let clock: RetentionClock
  private let journal: Journal
  private let states: PlaybackStates
  private let codes: ValueCodes
  let sealing: Sealing
  let compaction: Compaction
  let expiry: Expiry
  let deadValues: DeadValueRemoval

  init(
    connections: Connections,
    options: StoreOptions,
    log: WriteAheadLog,
    lease: Lease,
    clock: RetentionClock,
    journal: Journal,
    states: PlaybackStates,
    codes: ValueCodes,
    values: ValueCache
  ) {
    self.connections = connections
    self.journal = journal
    self.codes = codes
    self.log = log
    self.lease = lease
    self.clock = clock
    self.states = states
    sealing = Sealing(
      connections: connections,
      options: options,
      lease: lease,
      clock: clock,
      journal: journal,
      codes: codes
    )
    compaction = Compaction(
      connections: connections,
      lease: lease,
      clock: clock,
      values: values,
      replacement: SegmentReplacement(
        connections: connections,
        lease: lease,
        clock: clock,
        stepBytes: options.writingStep
      )
    )
    deadValues = DeadValueRemoval(connections, lease)
    expiry = Expiry(
      connections: connections,
      lease: lease,
      clock: clock,
      compaction: compaction,
      deadValues: deadValues,
      log: log,
      pingHistoryBytes: options.pingHistoryBytes
    )
  }

  /// Does whatever is due.
  func maintain(now: Timestamp) async throws(StoreError) {
    try await lease.during { () async throws(StoreError) in
      try await clock.read(now: now)
      try await states.fold(now: now)
      try await sealing.sealClosedHours(now: now)
      _ = try await compaction.compactDays(now: now)
      try await expiry.removeExpired(now: now)
    }
    try await releaseMemory()
    try await log.emptyWhereDue()
  }

  /// Gives back what was only needed while facts came, if none did meanwhile.
  private func releaseMemory() async throws(StoreError) {
    codes.forgetMany()
    guard journal.newFactCount == 0 else { return }
    try await connections.writeOutsideTransaction { db in
      // The pages that the writer holds, up to its cache_size.
      _ = sqlite3_db_release_memory(db.sqliteConnection)
    }
  }

  /// Seals the hours that are over.
  func seal(now: Timestamp) async throws(StoreError) {
    try await lease.during { () async throws(StoreError) in
      try await sealing.sealClosedHours(now: now)
    }
  }

  /// Merges the segments of each day into one, removes what has expired and gives free space back; how many
  /// days were left as they were.
  func compact(now: Timestamp) async throws(StoreError) -> Int {
    guard try await lease.take(now: now) else { throw .maintainedElsewhere(path: connections.path) }
    var skippedDays = 0
    try await lease.during { () async throws(StoreError) in
      try await clock.read(now: now)
      try await states.fold(now: now)
      try await sealing.sealClosedHours(now: now)
      skippedDays = try await compaction.compactDays(now: now, isThorough: true)
      try await expiry.removeExpired(now: now)
      try await deadValues.removeDeadValues(now: now, isThorough: true)
      while try await expiry.giveBackSpace(keeping: 0) {}
      // Somebody may read from it: then it is emptied later.
      _ = try await log.empty()
    }
    try await log.emptyWhereDue()
    return skippedDays
  }
}
