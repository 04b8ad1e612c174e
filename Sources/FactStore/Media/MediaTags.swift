import GRDB
import PlaybackFacts

/// The tags of media items, as the file had them when a question needed them last.
struct MediaTags {
  /// Differs when an item has other tags.
  private(set) var version: Int64 = 0
  private var byMedia: [String: [String]] = [:]

  /// The tags of a media item, sorted; none where nothing is known of it.
  subscript(mediaID: String) -> [String] { byMedia[mediaID] ?? [] }

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
