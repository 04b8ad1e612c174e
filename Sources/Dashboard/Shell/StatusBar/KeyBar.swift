import CellCanvas

/// The last row: the ranges and the keys that matter most.
struct KeyBar: View {
  /// The chosen range; nil where none can be chosen.
  let range: TimeRange?
  /// The keys that do something here.
  let hints: [KeyMap.Binding]

  func draw(in rect: Rect, on canvas: inout Canvas) {
    canvas.draw(FittingLine([ranges] + hintSegments), in: rect)
  }

  private var ranges: FittingLine.Segment {
    guard let range else { return FittingLine.Segment(1, [[]]) }
    let presets = TimeRange.presets
    let others = presets.contains(range) ? [] : [range]
    let runs = (presets + others).map { other -> TextRun in
      other == range
        ? TextRun("[\(other.title)]", .accent) : TextRun(" \(other.title) ", .dim)
    }
    return FittingLine.Segment(1, [runs, []])
  }

  private var hintSegments: [FittingLine.Segment] {
    hints.enumerated().map { index, binding in
      let isLeft = binding.keys.first == .left
      let key = isLeft ? "←→" : binding.keys.first?.label ?? ""
      let runs = [TextRun(key, .text), TextRun(" \(binding.hint)", .dim)]
      let isVital = [.toggleHelp, .quit, .goLive].contains(binding.command)
      return FittingLine.Segment(isVital ? 0 : 2 + index, [runs, []])
    }
  }
}

extension KeyBar {
  /// The key bar of a dashboard.
  init(_ state: DashboardState) {
    let isLive = state.mode == .live
    self.init(
      range: state.view.traits.time == .chosen ? state.range : nil,
      hints: state.keyMap.hints(on: state.view).filter {
        !(isLive && $0.command == .goLive) && state.hasUse(for: $0.command)
      }
    )
  }
}
