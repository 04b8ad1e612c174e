import Algorithms
import PlaybackFacts
import QueryCore

/// What was observed last of the data as a whole, and what changed up to it.
struct ObservedData {
  private var last: (stamp: LogIndex.Stamp, history: DataHistory)?
  private var log: ChangeLog?
  /// Of the newest reading.
  private var journalEpoch: Int64 = 0
  private var wholeSealings: Int64 = 0
  private var edge: Timestamp?

  /// What was observed last, if the log's stamp now says that nothing was committed since.
  func current(at stamp: LogIndex.Stamp?) -> DataHistory? {
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
      remember(reading)
      return
    }
    let known = Int64(clamping: log.version)
    // A snapshot may be older than one that was read meanwhile.
    guard head.version >= known, head.journalEpoch >= journalEpoch else { return }
    defer {
      self.log = log
      remember(reading)
    }
    guard head.version > known else { return }
    let batches = reading.batches.filter { $0.version > known }
    let others = head.version - known - Int64(batches.count)
    let hasTags = reading.tagVersion.map { $0 > known } ?? false
    let edgeVersion = reading.retention.edgeVersion.flatMap { $0 > known ? $0 : nil }
    // A batch of which a part was sealed doesn't say any more how old its facts were. A version without a batch
    // is of an import, unless it is of tags or of the retention's edge.
    let areWhole = head.journalEpoch - journalEpoch == head.wholeSealings - wholeSealings
    guard areWhole, others == (hasTags ? 1 : 0) + (edgeVersion == nil ? 0 : 1) else {
      log = ChangeLog(after: UInt64(head.version))
      return
    }
    for batch in batches {
      guard let oldest = batch.oldestFact else { continue }
      log.addFacts(from: Timestamp(milliseconds: oldest), with: UInt64(batch.version))
    }
    if hasTags { log.addTags(with: UInt64(reading.tagVersion ?? 0)) }
    if let edgeVersion, let edge = [edge, reading.retention.edge].compacted().max() {
      log.moveEdge(upTo: edge, with: UInt64(edgeVersion))
    }
    log.reach(UInt64(head.version))
  }

  private mutating func remember(_ reading: DataReading) {
    journalEpoch = reading.head.journalEpoch
    wholeSealings = reading.head.wholeSealings
    edge = reading.retention.edge
  }
}

/// What one snapshot says of the data as a whole.
struct DataReading {
  let head: Head
  let state: DataState
  let retention: RetentionRecord
  /// The batches of the journal after the version that was known, ascending.
  let batches: [(version: Int64, oldestFact: Int64?)]
  /// The newest version that came with tags, where some version came without a batch.
  let tagVersion: Int64?
}
