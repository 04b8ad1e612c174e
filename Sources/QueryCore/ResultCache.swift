import OrderedCollections
import PlaybackFacts

/// The rows of answers to the newest version of the data that was asked about.
///
/// What was kept of an earlier version answers nothing any more and goes at once: kept until others need
/// its place, it would be most of what a screen holds after some minutes of news. Of one version, whatever
/// was used longest ago goes first when there are too many or they are too large. Rows are
/// kept in order and on one endless page, so that all pages of an answer are one entry.
struct ResultCache {
  /// How much is kept.
  struct Limit: Hashable, Sendable {
    /// The most answers.
    var count = 500
    /// The most bytes of rows, estimated.
    var bytes = 16 << 20
  }

  private struct Entry {
    let rows: QueryResult.Rows
    let bytes: Int
  }

  /// The estimated bytes of all rows that are kept.
  private(set) var bytes = 0
  private let limit: Limit
  private var version: UInt64 = 0
  /// The one that was used longest ago comes first.
  private var entries: OrderedDictionary<Query, Entry> = [:]

  /// Makes an empty cache.
  init(limit: Limit = Limit()) {
    self.limit = limit
  }

  /// How many answers are kept.
  var count: Int { entries.count }

  /// The rows that answer `query` at a version of the data, if they are kept.
  mutating func rows(for query: Query, at version: UInt64) -> QueryResult.Rows? {
    guard version == self.version, let entry = entries[query] else { return nil }
    entries.removeValue(forKey: query)
    entries[query] = entry
    return entry.rows
  }

  /// Keeps the rows that answer `query` at a version of the data, instead of all those at an earlier one.
  mutating func keep(_ rows: QueryResult.Rows, for query: Query, at version: UInt64) {
    guard version >= self.version else { return }
    if version > self.version {
      entries = [:]
      bytes = 0
      self.version = version
    }
    if let former = entries.removeValue(forKey: query) { bytes -= former.bytes }
    let entry = Entry(rows: rows, bytes: rows.estimatedBytes)
    guard entry.bytes <= limit.bytes else { return }
    entries[query] = entry
    bytes += entry.bytes
    while bytes > limit.bytes || entries.count > limit.count {
      bytes -= entries.removeFirst().value.bytes
    }
  }
}

extension QueryResult.Rows {
  /// About how much memory the rows take, with their question.
  fileprivate var estimatedBytes: Int {
    let question = 512
    return switch self {
    case .number: question
    case .buckets(let buckets):
      buckets.reduce(question) {
        // Strings of up to 15 bytes are kept in place.
        let length = $1.dimensionValue.utf8.count
        return $0 + MemoryLayout<QueryResult.Bucket>.stride + (length > 15 ? 32 + length : 0)
      }
    case .timeseries(let points):
      question + points.count * MemoryLayout<QueryResult.Point>.stride
    }
  }
}
