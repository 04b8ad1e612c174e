import CellCanvas
public import PlaybackFacts

/// What media items are called and tagged, ready to be shown: making it of a hundred thousand items is
/// not for the thread that keys wait for.
public struct MediaNames: Hashable, Sendable {
  private struct Name: Hashable {
    let title: String?
    let tags: [String]
  }

  private let names: [String: Name]
  /// The ids of all items, ordered by what they are called.
  private let ids: [String]

  /// Takes a list; of two items with one id the last.
  public init(_ items: [MediaItem] = []) {
    names = Dictionary(
      items.map { ($0.id, Name(title: $0.title?.scrubbed, tags: $0.tags)) }
    ) { $1 }
    ids = names.map { (($1.title ?? $0.scrubbed).lowercased(), $0) }.sorted { $0 < $1 }.map(\.1)
  }

  /// The title of an item with nothing in it that a terminal acts on; nil where nobody said.
  func title(of mediaID: String) -> String? { names[mediaID]?.title }

  /// Whether there is an item of an id.
  func knows(_ mediaID: String) -> Bool { names[mediaID] != nil }

  /// The items of some titles in any case, ordered by id: several may have the same one.
  func ids(ofTitles titles: [String]) -> [String: [String]] {
    let wanted = Dictionary(titles.map { ($0.lowercased(), $0) }) { first, _ in first }
    var ids: [String: [String]] = [:]
    for (id, name) in names {
      guard let title = name.title.flatMap({ wanted[$0.lowercased()] }) else { continue }
      ids[title, default: []].append(id)
    }
    return ids.mapValues { $0.sorted() }
  }

  /// The items that are called something with a text in it, ordered by what they are called.
  func ids(calledWith text: SearchText) -> [String] {
    ids.filter { text.isIn(title(of: $0) ?? $0.scrubbed) }
  }

  /// The tags of an item; none where nobody said.
  func tags(of mediaID: String) -> [String] { names[mediaID]?.tags ?? [] }
}
