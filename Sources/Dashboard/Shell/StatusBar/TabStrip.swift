import CellCanvas

/// The screens with their keys, the shown one marked.
struct TabStrip {
  /// The screen that is shown.
  let shown: ScreenID
  /// What the keys of the screens are.
  var keyMap = KeyMap.standard

  /// The screens that have a tab now.
  private var screens: [ScreenID] { ScreenID.allCases.filter { $0.traits.hasTab || $0 == shown } }

  /// The tabs as a part of a row: with whole names and wide gaps where there is room, else with short names and
  /// narrow ones, and at last the last ones without; the shown screen keeps its whole name.
  var segment: FittingLine.Segment {
    let count = screens.count
    return FittingLine.Segment(
      0,
      [
        runs(gap: 3, named: count), runs(gap: 2, named: count),
        runs(gap: 2, named: count, isShort: true),
      ] + (0...count).reversed().map { runs(gap: 1, named: $0, isShort: true) }
    )
  }

  /// The tabs with so many blanks between them, so many of them with names.
  ///
  /// Brackets stand where the others have blanks: from two blanks on, nothing moves with them.
  private func runs(gap: Int, named count: Int, isShort: Bool = false) -> [LinkedRun] {
    let blanks = LinkedRun(String(repeating: " ", count: max(0, gap - 2)))
    return screens.enumerated().flatMap { index, view -> [LinkedRun] in
      let (key, command) = (keyMap.label(of: .show(view)) ?? "", Command.show(view))
      let before = index == 0 ? [] : [blanks]
      if view == shown {
        let words = [key, view.title].filter { !$0.isEmpty }.joined(separator: " ")
        let blank = gap > 1 || index == 0 ? [] : [LinkedRun(" ")]
        return before + blank + [LinkedRun("[\(words)]", .accent, command)]
      }
      let title = isShort ? view.shortTitle : view.title
      let name = index < count ? (key.isEmpty ? title : " \(title)") : ""
      return before + [
        LinkedRun(" \(key)", .text, command),
        LinkedRun(name + (gap > 1 ? " " : ""), .dim, command),
      ]
    }
  }
}
