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

  /// Takes a list; of two items with one id the last.
  public init(_ items: [MediaItem] = []) {
    names = Dictionary(
      items.map { ($0.id, Name(title: $0.title?.scrubbed, tags: $0.tags)) }
    ) { $1 }
  }

  /// The title of an item with nothing in it that a terminal acts on; nil where nobody said.
  func title(of mediaID: String) -> String? { names[mediaID]?.title }

  /// The item of a title in any case, the first by id of several; nil where none has it.
  func id(ofTitle title: String) -> String? {
    let wanted = title.lowercased()
    return names.filter { $0.value.title?.lowercased() == wanted }.keys.min()
  }

  /// The tags of an item; none where nobody said.
  func tags(of mediaID: String) -> [String] { names[mediaID]?.tags ?? [] }
}
