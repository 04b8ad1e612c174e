import CellCanvas
import Glibc
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
  /// What these are called, in lower case, one after the other, each with a line feed behind it, and a zero at
  /// the end: a search looks at all of them for every key.
  ///
  /// Of what is not ASCII only the line feed.
  private let letters: [CChar]
  /// Where each of these ends.
  private let ends: [Int]
  /// Names that are not ASCII, in which one letter may be written in several ways.
  private let others: [Other]

  private struct Other: Hashable {
    let name: String
    let index: Int
  }

  /// Takes a list; of two items with one id the last.
  public init(_ items: [MediaItem] = []) {
    names = Dictionary(
      items.map { ($0.id, Name(title: $0.title?.scrubbed, tags: $0.tags)) }
    ) { $1 }
    let called = names.map { (name: ($1.title ?? $0.scrubbed).lowercased(), id: $0) }
      .sorted { ($0.name, $0.id) < ($1.name, $1.id) }
    ids = called.map(\.id)
    var (letters, ends, others) = ([CChar](), [Int](), [Other]())
    for (index, item) in called.enumerated() {
      if item.name.utf8.allSatisfy({ $0 < 0x80 }) {
        letters += item.name.utf8.map(CChar.init(bitPattern:))
      } else {
        others.append(Other(name: item.name, index: index))
      }
      letters.append(CChar(bitPattern: UInt8(ascii: "\n")))
      ends.append(letters.count)
    }
    (self.letters, self.ends, self.others) = (letters + [0], ends, others)
  }

  /// Whether there are no items.
  var isEmpty: Bool { ids.isEmpty }

  /// The title of an item with nothing in it that a terminal acts on; nil where it has none.
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

  /// The items that are called something with a text in it, in any case, ordered by what they are called.
  func ids(calledWith text: String) -> [String] {
    let search = SearchText(text)
    var found = others.filter { search.isIn($0.name) }.map(\.index)
    let wanted = text.lowercased()
    letters.withUnsafeBufferPointer { letters in
      guard let first = letters.baseAddress, wanted.utf8.allSatisfy({ $0 < 0x80 }) else { return }
      var (start, index) = (0, 0)
      while let place = strstr(first + start, wanted), place.pointee != 0 {
        while ends[index] <= first.distance(to: place) { index += 1 }
        found.append(index)
        start = ends[index]
      }
    }
    return (others.isEmpty ? found : found.sorted()).map { ids[$0] }
  }

  /// The tags of an item.
  func tags(of mediaID: String) -> [String] { names[mediaID]?.tags ?? [] }
}
