import AnalyticsSource
import GRDB
import PlaybackFacts
import QueryCore
import Synchronization

/// What has expired, and the clock that says so.
///
/// Its lock is held for what the file said last, and never while the file is read.
final class RetentionClock: Sendable {
  let connections: Connections
  private let options: StoreOptions
  private let lease: Lease
  /// As the file said when it was read last.
  private let known: Mutex<Keeping>

  /// Reads what a store that is being opened retains, and extends it if that is wanted.
  init(_ connections: Connections, _ options: StoreOptions, _ lease: Lease) throws {
    self.connections = connections
    self.options = options
    self.lease = lease
    known = Mutex(try Keeping.open(connections.pool, options))
  }

  /// What expires when, as the file said when it was read last.
  var keeping: Keeping { known.withLock { $0 } }

  /// Notes what the file says of the retention.
  func note(_ record: RetentionRecord) {
    known.withLock { $0.retention = record }
  }

  /// How long the store retains facts, with the edge that it has recorded.
  var retention: Retention { keeping.retention.retention }

  /// The doubt about the wall clock, as the last look at it found; nil while it is trusted.
  var doubt: SourceHealth.ClockDoubt? { keeping.clock.publicDoubt }

  /// The doubt about the wall clock that a reading gives, whether or not maintenance has found it; nil
  /// without one.
  func doubt(of keeping: Keeping, at reading: ClockReading) -> SourceHealth.ClockDoubt? {
    guard options.uptime != nil, !keeping.isUnused else { return nil }
    var clock = keeping.clock
    clock.take(reading)
    return clock.publicDoubt
  }

  /// How long the machine has been running; where the wall clock is trusted, that.
  func uptime(at now: Timestamp) -> Uptime {
    options.reading(at: now).uptime
  }

  func reading(_ now: Timestamp) -> ClockReading { options.reading(at: now) }

  /// What time it is by the trusted clock.
  func trustedTime(_ now: Timestamp) -> Timestamp {
    let reading = reading(now)
    return known.withLock { $0.clock.trusted(reading) }
  }

  /// Looks at the clock outside of maintenance: after an import, the file knows until when it was right.
  func anchor() async throws(StoreError) {
    let now = options.now()
    try await lease.during { () async throws(StoreError) in try await read(now: now) }
  }

  /// Looks at the clock, and moves the edge of the retention where it is trusted.
  ///
  /// What it finds is written once a minute, and when something changes.
  func read(now: Timestamp) async throws(StoreError) {
    let reading = reading(now)
    let before = try await connections.read { db in try Keeping(db) }
    var after = before
    take(reading, into: &after)
    if after.needsWriting(since: before) {
      let written = try await lease.write(now: now) { db in
        var keeping = try Keeping(db)
        self.take(reading, into: &keeping)
        try keeping.clock.write(db)
        try keeping.retention.write(db)
        if before.clock.doubt != nil, keeping.clock.doubt == nil {
          try JournalTable.limitReceipts(to: reading.wall + ClockTrust.tolerance, db)
        }
        return keeping
      }
      after = written ?? after
    }
    known.withLock { [after] in $0 = after }
  }

  private func take(_ reading: ClockReading, into keeping: inout Keeping) {
    if options.uptime == nil || keeping.isUnused {
      keeping.clock.trust(reading)
    } else {
      keeping.clock.take(reading)
    }
    let computed = keeping.retention.retention.computedEdge(at: reading.wall)
    guard keeping.clock.doubt == nil else {
      // Whatever the clock is worth, to show more harms nobody.
      if let edge = keeping.retention.edge, computed < edge {
        keeping.retention.move(edge: computed, at: reading.uptime)
      }
      return
    }
    keeping.retention.move(edge: computed, at: reading.uptime)
  }

  /// The time of a receipt by the trusted clock, and whether the wall clock is doubtful.
  func trustedReceipt(_ receivedAt: Timestamp) -> (time: Timestamp, isDoubtful: Bool) {
    guard options.uptime != nil else { return (receivedAt, false) }
    let reading = reading(receivedAt)
    return known.withLock { keeping in
      keeping.clock.take(reading)
      return (keeping.clock.trusted(reading), keeping.clock.doubt != nil)
    }
  }
}

extension ClockTrust {
  fileprivate var publicDoubt: SourceHealth.ClockDoubt? {
    doubt.map { .init(offset: offset(of: $0.last), steadyFor: $0.steadyFor) }
  }
}
