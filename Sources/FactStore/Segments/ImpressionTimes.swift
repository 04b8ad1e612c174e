import PlaybackFacts
import QueryCore

/// The impressions of a segment whose time is known, as its columns count them.
struct ImpressionTimes {
  private let groups: [SegmentBuilder.Group]
  /// The group and the bucket of each.
  private var impressions: [(group: Int, bucket: Int)] = []

  /// Looks for them among the events of groups.
  init(_ groups: [SegmentBuilder.Group], _ events: [ArraySlice<Event>]) {
    self.groups = groups
    for (group, events) in events.enumerated() {
      for event in events {
        if let bucket = event.impressionBucket { impressions.append((group, bucket)) }
      }
    }
  }

  /// How many take how long, by code of a dimension or else by hour; nil where groups are read as fast.
  ///
  /// A row takes as much as a group, and there is one such column for each dimension: more rows than a
  /// quarter of the groups are not written.
  func counts(by dimension: Dimension?) -> BucketCounts? {
    guard !impressions.isEmpty else { return nil }
    // Segments of former versions don't say who is a bot.
    if dimension == .bots, groups.allSatisfy({ $0.codes[Dimension.bots.place] == 0 }) { return nil }
    let counts = BucketCounts(
      of: impressions.map { impression in
        let group = groups[impression.group]
        let code = dimension.map { group.codes[$0.place] } ?? UInt32(group.hour)
        return BucketCounts.key(code, impression.bucket)
      }
    )
    return counts.keys.count <= groups.count / 4 ? counts : nil
  }
}
