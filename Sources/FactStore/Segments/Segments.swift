import GRDB
import PlaybackFacts
import Synchronization

/// The segments that snapshots see; their columns are read with ``SegmentFile``.
///
/// Its lock is held while the list is read, after each change of it.
final class Segments: Sendable {
  private let list = Mutex(SegmentList())

  /// The segments that a snapshot sees, by day and id.
  func headers(_ db: Database, _ head: Head) throws -> [SegmentHeader] {
    try list.withLock { try $0.headers(db, epoch: head.segmentEpoch) }
  }

  /// Whether there are others than when this was called last.
  func takeChange() -> Bool { list.withLock { $0.takeChange() } }

  /// The start of the first hour that has facts in a segment.
  func firstHour(_ db: Database, _ head: Head) throws -> Timestamp? {
    try list.withLock { try $0.firstHour(db, epoch: head.segmentEpoch) }
  }
}

/// The visible segments, kept until their set changes.
struct SegmentList {
  private var epoch: Int64 = -1
  private var headers: [SegmentHeader] = []
  /// Whether there are others than when this was asked for last.
  private var hasChanged = false

  /// The segments that a snapshot sees, by day and id.
  mutating func headers(_ db: Database, epoch: Int64) throws -> [SegmentHeader] {
    if self.epoch != epoch {
      headers = try Self.fetch(db)
      hasChanged = hasChanged || epoch > self.epoch
      self.epoch = epoch
    }
    return headers
  }

  /// The start of the first hour that has facts in a segment.
  mutating func firstHour(_ db: Database, epoch: Int64) throws -> Timestamp? {
    let headers = try headers(db, epoch: epoch)
    return headers.prefix { $0.day == headers[0].day }
      .compactMap { header in header.hours.first.map { header.stretch(ofHour: $0).from } }
      .min()
  }

  /// Whether there are others than when this was called last.
  mutating func takeChange() -> Bool {
    defer { hasChanged = false }
    return hasChanged
  }

  static func fetch(_ db: Database) throws -> [SegmentHeader] {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT \(SegmentHeader.columns) FROM segment WHERE import IS NULL ORDER BY day, id
        """
    )
    var headers: [SegmentHeader] = []
    while let row = try rows.next() { headers.append(try SegmentHeader(row)) }
    return headers
  }

  /// Some segments after one, in the order of their ids, also those that are not visible yet.
  static func some(after id: Int64, limit: Int, _ db: Database) throws -> [SegmentHeader] {
    try Row.fetchAll(
      db,
      sql: "SELECT \(SegmentHeader.columns) FROM segment WHERE id > ? ORDER BY id LIMIT ?",
      arguments: [id, limit]
    ).map { try SegmentHeader($0) }
  }

  /// How many facts there are between two instants on the hour.
  static func factCount(in timeframe: Timeframe, _ db: Database) throws -> Int {
    guard !timeframe.isEmpty else { return 0 }
    var count = 0
    for header in try fetch(db) where !header.stretch.intersection(timeframe).isEmpty {
      if header.stretch.intersection(timeframe) == header.stretch {
        count += header.factCount
        continue
      }
      for hour in header.hours where timeframe.contains(header.stretch(ofHour: hour).from) {
        count += try SegmentFile(db: db).detail(ofHour: hour, of: header).events.count
      }
    }
    return count
  }
}
