import AnalyticsSource
import GRDB
import PlaybackFacts
import QueryCore
import Synchronization

/// The state of the data as a whole, and what changed up to it.
///
/// Its lock is held for what was observed last, and never while the file is read.
final class DataObserver: Sendable {
  private let connections: Connections
  private let clock: RetentionClock
  private let ledger: Ledger
  private let segments: Segments
  private let observed = Mutex(ObservedData())

  init(
    _ connections: Connections,
    _ clock: RetentionClock,
    _ ledger: Ledger,
    _ segments: Segments
  ) {
    self.connections = connections
    self.clock = clock
    self.ledger = ledger
    self.segments = segments
  }

  /// The state of the data, if nothing was committed since it was read; otherwise a number that differs after
  /// each commit.
  func glance() -> DataGlance {
    // The question that follows throws what is wrong.
    do { try connections.watch.check() } catch { return .unknown }
    let stamp = connections.stamp
    if let current = current(at: stamp) { return .current(current) }
    return stamp.map { .changed(stamp: $0.number) } ?? .unknown
  }

  /// The state of the data now, and what changed up to it.
  func history() async throws -> DataHistory {
    try await connections.checkFiles()
    if let current = current(at: connections.stamp) { return current }
    return try await connections.observe { db, stamp in
      let reading = try self.reading(Head.fetch(db), RetentionRecord.fetch(db), db)
      return self.observed.withLock { $0.add(reading, since: stamp) }
    }
  }

  private func current(at stamp: LogIndex.Stamp?) -> DataHistory? {
    observed.withLock { $0.current(at: stamp) }
  }

  /// The state of the data in a snapshot, and what changed up to it.
  func history(
    _ head: Head,
    _ record: RetentionRecord,
    _ db: Database,
    since stamp: LogIndex.Stamp?
  ) throws -> DataHistory {
    // Nothing was committed since it was read, so that this snapshot says the same.
    let known = current(at: connections.stamp)
    if let known, known.state.version == UInt64(head.version) { return known }
    let reading = try reading(head, record, db)
    return observed.withLock { $0.add(reading, since: stamp) }
  }

  /// What a snapshot says of the data as a whole.
  private func reading(
    _ head: Head,
    _ record: RetentionRecord,
    _ db: Database
  ) throws -> DataReading {
    let known = observed.withLock { $0.version } ?? head.version
    let batches = known < head.lastRow ? try JournalTable.batches(after: known, in: db) : []
    let hasOthers = known + Int64(batches.count) < head.version
    return DataReading(
      head: head,
      state: try state(head, record, db),
      retention: record,
      batches: batches,
      tagVersion: hasOthers ? try MediaTable.version(db) : nil
    )
  }

  /// The state of the data in a snapshot.
  private func state(
    _ head: Head,
    _ record: RetentionRecord,
    _ db: Database
  ) throws -> DataState {
    let newest = head.newestReceipt.map(Timestamp.init(milliseconds:))
    let work = try ledger.collectorWork(db, head.segmentEpoch)
    clock.note(record)
    var from = try firstHour(head, db).map { max($0, record.edge ?? $0) }
    // Events may come late; facts of long before the first collector were imported.
    if let start = work?.timeframe.from, from.map({ start < $0 + Milliseconds.lateness }) ?? true {
      from = start
    }
    let to = [newest, work?.timeframe.to].compactMap { $0 }.max()
    return DataState(
      version: UInt64(head.version),
      newestReceipt: newest,
      collected: from.flatMap { from in
        to.map { .during(Timeframe(from: min(from, $0), to: $0), gaps: work?.gaps ?? []) }
      } ?? .never,
      retention: record.retention
    )
  }

  /// The start of the first hour that has facts.
  private func firstHour(_ head: Head, _ db: Database) throws -> Timestamp? {
    // Nothing is sealed yet: the first batch will do.
    try segments.firstHour(db, head) ?? JournalTable.firstHour(db)
  }
}
