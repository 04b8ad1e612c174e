import PlaybackFacts
import QueryCore

/// Where the facts of an hour lie: it differs whenever there are others.
struct HourStamp: Hashable {
  /// Since 1970.
  let hour: Int64
  /// The segments that have groups of the hour, in their order.
  let segments: [Int64]
  /// 0 where nothing is in the journal.
  let journalEpoch: Int64
  let journalFacts: Int
}

/// A question about who watched, apart from its time.
struct AudienceShape: Hashable {
  let filter: Filter
  let dimension: Dimension?
  let counting: SumQuery.Counting
  /// Of the tags, where filter or dimension looks at them.
  let tagVersion: Int64

  init(_ query: SumQuery, _ dimension: Dimension?, _ tags: MediaTags) {
    filter = query.filter
    self.dimension = dimension
    counting = query.counting
    tagVersion = dimension == .tag ? tags.version : tags.version(for: filter)
  }
}
