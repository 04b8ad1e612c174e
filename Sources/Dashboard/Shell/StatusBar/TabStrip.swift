import CellCanvas

/// The screens with their keys, the shown one marked.
struct TabStrip {
  /// The screen that is shown.
  let shown: ScreenID
  /// What the keys of the screens are.
  var keyMap = KeyMap.standard

  /// The screens that have a tab now.
  private var screens: [ScreenID] { ScreenID.allCases.filter { $0.traits.hasTab || $0 == shown } }

  /// The tabs as a part of a row: with whole names and wide gaps where there is room, else with short names,
  /// and at last the last ones without; the shown screen keeps its whole name.
  var segment: FittingLine.Segment {
    let count = screens.count
    let isNamed = { (named: Int) in { (index: Int) in index < named } }
    return FittingLine.Segment(
      0,
      [
        runs(gap: 1, isShort: false, isNamed(count)), runs(gap: 0, isShort: false, isNamed(count)),
      ] + (0...count).reversed().map { runs(gap: 0, isShort: true, isNamed($0)) }
    )
  }

  /// One run or two for each tab; brackets stand where the others have blanks, so that nothing moves.
  private func runs(gap: Int, isShort: Bool, _ isNamed: (Int) -> Bool) -> [LinkedRun] {
    screens.enumerated().flatMap { index, view -> [LinkedRun] in
      let (key, command) = (keyMap.label(of: .show(view)) ?? "", Command.show(view))
      let blanks = index == 0 ? [] : [LinkedRun(String(repeating: " ", count: gap))]
      if view == shown {
        let words = [key, view.title].filter { !$0.isEmpty }.joined(separator: " ")
        return blanks + [LinkedRun("[\(words)]", .accent, command)]
      }
      let name = !isNamed(index) ? "" : isShort ? view.shortTitle : view.title
      return blanks + [
        LinkedRun(" \(key)", .text, command),
        LinkedRun(name.isEmpty ? " " : key.isEmpty ? "\(name) " : " \(name) ", .dim, command),
      ]
    }
  }
}
