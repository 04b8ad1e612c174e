import CellCanvas

/// The screens with their keys, the shown one marked.
struct TabStrip {
  /// The screen that is shown.
  let shown: ScreenID
  /// What the keys of the screens are.
  var keyMap = KeyMap.standard

  /// One tab.
  struct Tab {
    let view: ScreenID
    let runs: [TextRun]
  }

  /// The tabs in so many columns: whole names, or the last ones without, but for that of the shown screen.
  func tabs(in width: Int) -> [Tab] {
    let count = ScreenID.allCases.count
    let named = (0...count).reversed().first { Self.width(of: tabs(named: $0)) <= width }
    return tabs(named: named ?? 0)
  }

  /// The screen whose tab is at a column; nil beside the tabs.
  static func view(atColumn column: Int, of tabs: [Tab]) -> ScreenID? {
    var x = 0
    for tab in tabs {
      let next = x + tab.runs.reduce(0) { $0 + $1.width }
      if (x..<next).contains(column) { return tab.view }
      x = next + gap
    }
    return nil
  }

  static let gap = 1

  static func width(of tabs: [Tab]) -> Int {
    tabs.reduce(0) { $0 + $1.runs.reduce(0) { $0 + $1.width } } + gap * max(0, tabs.count - 1)
  }

  /// The tabs, so many of which have names.
  private func tabs(named count: Int) -> [Tab] {
    ScreenID.allCases.enumerated().map { index, view in
      let key = keyMap.label(of: .show(view)) ?? ""
      let isShown = view == shown
      let name = index < count || isShown ? view.title : ""
      let words = [key, name].filter { !$0.isEmpty }
      if isShown {
        return Tab(view: view, runs: [TextRun("[\(words.joined(separator: " "))]", .accent)])
      }
      return Tab(
        view: view,
        runs: [TextRun(" \(key)", .text), TextRun(name.isEmpty ? " " : " \(name) ", .dim)]
      )
    }
  }
}
