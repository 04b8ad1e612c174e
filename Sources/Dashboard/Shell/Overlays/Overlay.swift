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
    case .find: "filter rows · Enter keep · Esc clear"
    case .filterName: "a name"
    case .filter: "France  os ios  title slow  country=FR,DE  browser!=chrome"
    }
  }
}
