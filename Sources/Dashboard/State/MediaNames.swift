import CellCanvas
public import PlaybackFacts

/// What media items are called and tagged, ready to be shown: making it of a hundred thousand items is
/// not for the thread that keys wait for.
public struct MediaNames: Hashable, Sendable {
  /// Titles by id, with nothing in them that a terminal acts on.
  let titles: [String: String]
  /// Tags by id, of those that have any.
  let tags: [String: [String]]

  /// Takes a list; of two items with one id the last.
  public init(_ items: [MediaItem] = []) {
    titles = Dictionary(
      items.compactMap { item in item.title.map { (item.id, $0.scrubbed) } }
    ) { $1 }
    tags = Dictionary(items.compactMap { $0.tags.isEmpty ? nil : ($0.id, $0.tags) }) { $1 }
  }
}
