import GRDB
import PlaybackFacts
import QueryCore

/// The tags of media items, as the file had them when a question needed them last.
///
/// There are as many as the operator has imported: players can't make it grow.
struct MediaTags {
  /// Differs when an item has other tags.
  private(set) var version: Int64 = 0
  private var byMedia: [String: [String]] = [:]

  /// The tags of a media item, sorted; none where nothing is known of it.
  subscript(mediaID: String) -> [String] { byMedia[mediaID] ?? [] }

  /// The values of a dimension that go with a value of its source; of tags any number.
  func names(of dimension: Dimension, ofSource value: String) -> [String] {
    dimension == .tag ? self[value] : [dimension.value(ofSource: value)]
  }

  /// Differs when a filter may let other playbacks count, though it says the same.
  func version(for filter: Filter) -> Int64 {
    filter.dimensions.contains(.tag) ? version : 0
  }

  /// Whether a playback counts.
  func matches(_ playback: Playback, _ filter: Filter) -> Bool {
    filter.matches(playback) { self[$0] }
  }

  /// The items that have tags, and these.
  var items: [String: [String]] { byMedia }

  /// Reads the items that were described since.
  mutating func extend(_ db: Database) throws {
    let newest = try MediaTable.version(db)
    guard newest > version else { return }
    for item in try MediaTable.items(db, newerThan: version) {
      byMedia[item.id] = item.tags.isEmpty ? nil : item.tags
    }
    version = newest
  }
}
