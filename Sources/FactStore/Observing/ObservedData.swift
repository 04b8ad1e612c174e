import GRDB
import PlaybackFacts
import QueryCore
import Synchronization

/// What was observed last of the data as a whole, and what changed up to it.
struct ObservedData {
  /// Nil where there is none, and when the store is closed.
  private var index: LogIndex?
  private var last: (stamp: LogIndex.Stamp, history: DataHistory)?
  private var log: ChangeLog?
  /// Of the newest reading.
  private var journalEpoch: Int64 = 0

  init(_ index: LogIndex?) {
    self.index = index
  }

  /// The log's stamp now.
  var stamp: LogIndex.Stamp? { index?.stamp }

  /// What was observed last, if nothing was committed since.
  var current: DataHistory? {
    guard let last, let stamp, last.stamp == stamp else { return nil }
    return last.history
  }

  /// The newest version of which it is known what changed with it.
  var version: Int64? { log.map { Int64(clamping: $0.version) } }

  /// Takes what a snapshot says that began after a stamp, and returns it with what changed up to it.
  mutating func add(
    _ reading: DataReading,
    since stamp: LogIndex.Stamp?
  ) -> DataHistory {
    extendLog(reading)
    let history = DataHistory(state: reading.state, log: log)
    if let stamp { last = (stamp, history) }
    return history
  }

  private mutating func extendLog(_ reading: DataReading) {
    let head = reading.head
    guard var log else {
      log = ChangeLog(after: UInt64(head.version))
      journalEpoch = head.journalEpoch
      return
    }
    let known = Int64(clamping: log.version)
    // A snapshot may be older than one that was read meanwhile.
    guard head.version >= known, head.journalEpoch >= journalEpoch else { return }
    defer {
      self.log = log
      journalEpoch = head.journalEpoch
    }
    guard head.version > known else { return }
    let batches = reading.batches.filter { $0.version > known }
    let others = head.version - known - Int64(batches.count)
    let hasTags = reading.tagVersion.map { $0 > known } ?? false
    // Sealing takes facts out of batches, which then don't say any more how old their facts were. A version
    // without a batch is of an import or of what was dropped, unless it is of tags.
    guard head.journalEpoch == journalEpoch, others == (hasTags ? 1 : 0) else {
      log = ChangeLog(after: UInt64(head.version))
      return
    }
    for batch in batches {
      guard let oldest = batch.oldestFact else { continue }
      log.addFacts(from: Timestamp(milliseconds: oldest), with: UInt64(batch.version))
    }
    if hasTags { log.addTags(with: UInt64(reading.tagVersion ?? 0)) }
    log.reach(UInt64(head.version))
  }

  /// Reads the index no more.
  mutating func close() {
    index = nil
    last = nil
  }
}

/// What one snapshot says of the data as a whole.
struct DataReading {
  let head: Head
  let state: DataState
  /// The batches of the journal after the version that was known, ascending.
  let batches: [(version: Int64, oldestFact: Int64?)]
  /// The newest version that came with tags, where some version came without a batch.
  let tagVersion: Int64?
}

extension FactStore {
  /// The state of the data in a snapshot, and what changed up to it.
  func history(
    _ head: Head,
    _ record: RetentionRecord,
    _ db: Database,
    since stamp: LogIndex.Stamp?
  ) throws -> DataHistory {
    // Nothing was committed since it was read, so that this snapshot says the same.
    let known = observed.withLock { $0.current }
    if let known, known.state.version == UInt64(head.version) { return known }
    let reading = try reading(head, record, db)
    return observed.withLock { $0.add(reading, since: stamp) }
  }

  /// What a snapshot says of the data as a whole.
  func reading(_ head: Head, _ record: RetentionRecord, _ db: Database) throws -> DataReading {
    let known = observed.withLock { $0.version } ?? head.version
    var batches: [(version: Int64, oldestFact: Int64?)] = []
    if known < head.lastRow {
      let rows = try Row.fetchCursor(
        db.cachedStatement(sql: "SELECT row, oldest_fact FROM journal WHERE row > ? ORDER BY row"),
        arguments: [known]
      )
      while let row = try rows.next() { batches.append((row[0], row[1])) }
    }
    let hasOthers = known + Int64(batches.count) < head.version
    return DataReading(
      head: head,
      state: try state(head, record, db),
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
    let work = try collectorWork(head.segmentEpoch, db)
    keeping.withLock { $0.retention = record }
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
      retention: retention(of: record)
    )
  }

  /// The start of the first hour that has facts.
  private func firstHour(_ head: Head, _ db: Database) throws -> Timestamp? {
    let sealed = try segments.withLock { try $0.firstHour(db, epoch: head.segmentEpoch) }
    if let sealed { return sealed }
    // Nothing is sealed yet: the first batch will do.
    let oldest = try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT oldest_fact FROM journal ORDER BY row LIMIT 1")
    )
    return oldest.map { Timestamp(milliseconds: $0).floored(to: Milliseconds.hour) }
  }
}
