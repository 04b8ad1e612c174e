import PlaybackFacts

/// A popup or a prompt over the screen.
public enum Overlay: Hashable, Sendable {
  /// The keys, from a line on.
  case help(firstLine: Int)
  /// Something to choose from.
  case menu(Menu)
  /// Something to type.
  case prompt(Prompt)
  /// What a number means, from a line on.
  case explanation(firstLine: Int)
}

/// Commands to choose from; typing narrows them.
public struct Menu: Hashable, Sendable {
  /// One command.
  public struct Item: Hashable, Sendable {
    /// What it is called.
    let title: String
    /// What is said beside it: its key, or its state.
    let note: String
    /// The command that it stands for.
    let command: Command
    /// Whether it is what is in force.
    let isCurrent: Bool
    /// Whether it removes something: then it is never the first match.
    var isRemoval: Bool {
      switch command {
      case .removeFilters, .forgetFilters: true
      default: false
      }
    }

    init(_ title: String, note: String = "", _ command: Command, isCurrent: Bool = false) {
      self.title = title
      self.note = note
      self.command = command
      self.isCurrent = isCurrent
    }
  }

  let title: String
  /// All items, whatever was typed.
  let allItems: [Item]
  /// What was typed to narrow it.
  private(set) var text = ""
  /// The number of the item under the cursor, among those that match.
  private(set) var selected: Int
  /// The items that match what was typed, the best first.
  private(set) var matches: [Item]

  /// Makes a menu whose cursor is on what is in force.
  init(_ title: String, _ items: [Item]) {
    self.title = title
    allItems = items
    matches = items
    selected = items.firstIndex { $0.isCurrent } ?? 0
  }

  /// The item under the cursor; nil where none matches.
  var chosen: Item? { matches.indices.contains(selected) ? matches[selected] : nil }

  mutating func move(by count: Int) {
    selected = min(max(0, selected + count), max(0, matches.count - 1))
  }

  mutating func type(_ text: String) {
    self.text = text
    let found =
      text.isEmpty
      ? allItems
      : allItems.compactMap { item in
        FuzzyMatch.score(of: text, in: item.title).map { (item, $0) }
      }
      .enumerated().sorted { ($1.element.1, $0.offset) < ($0.element.1, $1.offset) }
      .map(\.element.0)
    matches = text.isEmpty ? found : found.filter { !$0.isRemoval } + found.filter(\.isRemoval)
    selected = 0
  }
}

/// A line of text that is typed for a purpose.
public struct Prompt: Hashable, Sendable {
  /// What the text is for.
  enum Purpose: Hashable, Sendable {
    case range, find, filterName
    /// A filter; the number of the one that it replaces.
    case filter(Int?)
  }

  let purpose: Purpose
  /// What was typed so far.
  var text: String
  /// Why it can't be taken, once somebody wanted it to be.
  var fault: String?

  init(_ purpose: Purpose, text: String = "") {
    self.purpose = purpose
    self.text = text
  }

  /// The longest text that makes sense, in characters.
  static let longest = 2100

  /// What stands before the text.
  var label: String {
    switch purpose {
    case .range: "range"
    case .find: "find"
    case .filterName: "save filters as"
    case .filter: "filter"
    }
  }

  /// What could be typed on a day.
  func example(on today: CivilDate) -> String {
    switch purpose {
    case .range:
      "-36h  today  last week  14:05  9:00-11:00  monday  \(today.adding(days: -7))..\(today.adding(days: -1))"
    case .find: "part of a name; Enter keeps it, Esc lets go"
    case .filterName: "a name"
    case .filter: "country=FR,DE  browser!=chrome"
    }
  }
}
