import PlaybackFacts

/// Commands to choose from; typing narrows them.
public struct Menu: Hashable, Sendable {
  /// One command.
  public struct Item: Hashable, Sendable {
    /// What it is called.
    let title: String
    /// What is said beside it: its key, its state, or how many there are.
    let note: String
    /// The command that it stands for.
    let command: Command
    /// Whether it is what is in force.
    let isCurrent: Bool
    /// The heading below which it stands before anything is typed; nil where that is none.
    var section: String?
    /// Whether it removes something: then it is never the first match.
    var isRemoval: Bool {
      switch command {
      case .removeFilter, .removeFilters, .forgetFilters: true
      default: false
      }
    }

    init(
      _ title: String,
      note: String = "",
      _ command: Command,
      isCurrent: Bool = false,
      section: String? = nil
    ) {
      self.title = title
      self.note = note
      self.command = command
      self.isCurrent = isCurrent
      self.section = section
    }
  }

  /// What is chosen from.
  enum Purpose: Hashable, Sendable {
    case commands
    /// All commands, and what was typed as whatever it may mean.
    case palette
    /// The values of a dimension, several of which can be marked.
    case values(Dimension)
  }

  let title: String
  let purpose: Purpose
  /// All items, whatever was typed.
  private(set) var allItems: [Item]
  /// What was typed to narrow it.
  private(set) var text = ""
  /// The number of the item under the cursor, among those that match.
  private(set) var selected: Int
  /// The items that match what was typed, the best first.
  private(set) var matches: [Item]
  /// What stands in place of items; nil where none match.
  var nothing: String?
  /// The commands of the items that are marked.
  private(set) var marks: [Command] = []
  /// Whether something was marked, or no longer.
  private(set) var hasMarked = false

  /// Makes a menu whose cursor is on what is in force.
  init(_ title: String, _ items: [Item], for purpose: Purpose = .commands) {
    self.title = title
    self.purpose = purpose
    allItems = items
    matches = Self.first(of: items)
    selected = matches.firstIndex { $0.isCurrent } ?? 0
  }

  /// The item under the cursor; nil where none matches.
  var chosen: Item? { matches.indices.contains(selected) ? matches[selected] : nil }

  /// What is offered before anything is typed: where there are headings, what stands below them.
  private static func first(of items: [Item]) -> [Item] {
    let headed = items.filter { $0.section != nil }
    return headed.isEmpty ? items : headed
  }

  mutating func move(by count: Int) {
    selected = min(max(0, selected + count), max(0, matches.count - 1))
  }

  /// Puts the cursor on an item.
  mutating func select(_ index: Int) {
    if matches.indices.contains(index) { selected = index }
  }

  /// Marks the item under the cursor, or no longer, and goes on to the next; what is chosen already is marked
  /// from the start.
  mutating func mark() {
    guard let chosen else { return }
    if !hasMarked { marks = allItems.filter(\.isCurrent).map(\.command) }
    hasMarked = true
    if let index = marks.firstIndex(of: chosen.command) {
      marks.remove(at: index)
    } else {
      marks.append(chosen.command)
    }
    move(by: 1)
  }

  /// Takes in what was typed.
  ///
  /// - Parameters:
  ///   - text: the whole text.
  ///   - pinned: an item that the text spells, which comes first.
  ///   - more: items that the text may mean, beside those of the menu.
  mutating func type(_ text: String, pinned: Item? = nil, adding more: [Item] = []) {
    self.text = text
    let known = Set(allItems.map(\.command))
    let others = more.filter { !known.contains($0.command) }
    let found =
      text.isEmpty
      ? Self.first(of: allItems)
      : (allItems.filter { $0.section != Self.recent } + others).compactMap { item in
        FuzzyMatch.score(of: text, in: item.title).map { (item, $0) }
      }
      .enumerated().sorted { ($1.element.1, $0.offset) < ($0.element.1, $1.offset) }
      .map(\.element.0)
    matches = text.isEmpty ? found : found.filter { !$0.isRemoval } + found.filter(\.isRemoval)
    if let pinned { matches.insert(pinned, at: 0) }
    selected = 0
  }

  /// Replaces the items, and those that the text may mean beside them; the cursor stays on the one it is on.
  mutating func replace(_ items: [Item], adding more: [Item] = []) {
    let command = selected == 0 ? nil : chosen?.command
    allItems = items
    type(text, adding: more)
    selected = command.flatMap { command in matches.firstIndex { $0.command == command } } ?? 0
  }

  /// The heading of commands that were chosen lately, which stand below another one as well.
  static let recent = "Recent"
}
