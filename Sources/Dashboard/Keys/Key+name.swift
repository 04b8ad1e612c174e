import CellCanvas

extension Key {
  /// The key of a text in the settings file: `x`, `X`, `ctrl-l`, `alt-x`, `f5`, `space`, `up`.
  init?(name: String) {
    if let key = Self.names.first(where: { $0.name == name.lowercased() })?.key {
      self = key
      return
    }
    if name.count == 1, let character = name.first, !character.isWhitespace {
      self = .character(character)
      return
    }
    let lower = name.lowercased()
    if let character = name.last, name.count == 6, lower.hasPrefix("ctrl-") {
      self = .control(Character(character.lowercased()))
    } else if let character = name.last, name.count == 5, lower.hasPrefix("alt-") {
      self = .alt(character)
    } else if lower.first == "f", let number = Int(lower.dropFirst()), (1...12).contains(number) {
      self = .function(number)
    } else {
      return nil
    }
  }

  /// The key as people read it: `x`, `Ctrl-L`, `PgUp`, `←`.
  var label: String {
    if let label = Self.names.first(where: { $0.key == self })?.label { return label }
    return switch self {
    case .character(let character): "\(character)"
    case .control(let character): "Ctrl-\(character.uppercased())"
    case .alt(let character): "Alt-\(character)"
    case .function(let number): "F\(number)"
    case .up, .down, .left, .right, .shiftUp, .shiftDown, .shiftLeft, .shiftRight, .enter,
      .backspace, .delete, .insert, .tab, .backTab, .escape, .home, .end, .pageUp, .pageDown:
      ""
    }
  }

  private static let names: [(name: String, label: String, key: Key)] = [
    ("up", "↑", .up), ("down", "↓", .down), ("left", "←", .left), ("right", "→", .right),
    ("shift-up", "Shift-↑", .shiftUp), ("shift-down", "Shift-↓", .shiftDown),
    ("shift-left", "Shift-←", .shiftLeft), ("shift-right", "Shift-→", .shiftRight),
    ("enter", "Enter", .enter), ("backspace", "Backspace", .backspace),
    ("delete", "Del", .delete), ("insert", "Ins", .insert), ("tab", "Tab", .tab),
    ("shift-tab", "Shift-Tab", .backTab), ("escape", "Esc", .escape), ("home", "Home", .home),
    ("end", "End", .end), ("page-up", "PgUp", .pageUp), ("page-down", "PgDn", .pageDown),
    ("space", "Space", .character(" ")),
  ]
}
