import CellCanvas

/// The last row: the ranges with their keys, and the keys that matter most.
struct KeyBar: View {
  /// A key with a word for what it does here.
  struct Hint {
    let binding: KeyMap.Binding
    let word: String
  }

  /// The chosen range; nil where none can be chosen.
  let range: TimeRange?
  /// The keys that do something here.
  let hints: [Hint]
  /// What the keys of the ranges are.
  var keyMap = KeyMap.standard

  func draw(in rect: Rect, on canvas: inout Canvas) { canvas.draw(line, in: rect) }

  /// What a click on a column of so many does; nil where it does nothing.
  func command(atColumn column: Int, in width: Int) -> Command? {
    line.command(atColumn: column, in: width)
  }

  private var line: FittingLine { FittingLine([ranges] + hints.enumerated().map(segment)) }

  /// The ranges that have keys, and the chosen one: all, or those that are asked for most.
  private var ranges: FittingLine.Segment {
    guard let range else { return .blank }
    let presets = TimeRange.presets + [.today]
    return FittingLine.Segment(
      3,
      [
        runs(presets, range), runs(TimeRange.presets, range),
        runs([.hour, .day, .week, .month], range), runs([.hour, .day, .week], range),
        runs([], range), [],
      ]
    )
  }

  /// Ranges with their keys; brackets stand where the others have blanks, so that nothing moves.
  private func runs(_ presets: [TimeRange], _ chosen: TimeRange) -> [LinkedRun] {
    let ranges = presets.contains(chosen) ? presets : presets + [chosen]
    return ranges.flatMap { range -> [LinkedRun] in
      let key = keyMap.label(of: .chooseRange(range)).map { "\($0) " } ?? ""
      let command = Command.chooseRange(range)
      return range == chosen
        ? [LinkedRun("[\(key)\(range.title)]", .accent, key.isEmpty ? .typeRange : command)]
        : [LinkedRun(" \(key)", .text, command), LinkedRun("\(range.title) ", .dim, command)]
    }
  }

  private func segment(_ index: Int, _ hint: Hint) -> FittingLine.Segment {
    let binding = hint.binding
    let isVital = [.toggleHelp, .quit, .goLive].contains(binding.command)
    let key = LinkedRun(binding.keys.first?.label ?? "", .text, binding.command)
    // One word for both directions.
    let forward: Command? =
      switch binding.command {
      case .shift(halves: -1): .shift(halves: 1)
      case .moveColumn(-1): .moveColumn(1)
      default: nil
      }
    let keys =
      [key] + (forward.map { [LinkedRun(keyMap.label(of: $0) ?? "", .text, $0)] } ?? [])
    let runs = keys + [LinkedRun(" \(hint.word)", .dim, binding.command)]
    // They outlast all ranges but the chosen one.
    return isVital
      ? FittingLine.Segment(0, Array(repeating: runs, count: 5) + [[]])
      : FittingLine.Segment(binding.command == .chooseRow ? 4 : 5 + index, [runs, []])
  }
}

extension KeyBar {
  /// The key bar of a dashboard.
  init(_ state: DashboardState) {
    let isLive = state.mode == .live
    let hints = state.keyMap.hints(on: state.view).compactMap { binding -> Hint? in
      guard !(isLive && binding.command == .goLive), state.hasUse(for: binding.command) else {
        return nil
      }
      return Hint(binding: binding, word: state.hint(of: binding))
    }
    self.init(
      range: state.view.traits.time == .chosen ? state.range : nil,
      hints: hints,
      keyMap: state.keyMap
    )
  }
}

extension DashboardState {
  /// The word for what a key does on this screen.
  func hint(of binding: KeyMap.Binding) -> String {
    screen.hint(of: binding.command, context) ?? binding.hint
  }
}
