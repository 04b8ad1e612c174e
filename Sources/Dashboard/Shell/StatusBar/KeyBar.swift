import CellCanvas

/// The last row: the ranges and the keys that matter most.
struct KeyBar: View {
  let state: DashboardState

  func draw(in rect: Rect, on canvas: inout Canvas) {
    canvas.draw(FittingLine([ranges] + hints), in: rect)
  }

  private var ranges: FittingLine.Segment {
    let presets = TimeRange.presets
    let others = presets.contains(state.range) ? [] : [state.range]
    let runs = (presets + others).map { range -> TextRun in
      range == state.range
        ? TextRun("[\(range.title)]", .accent) : TextRun(" \(range.title) ", .dim)
    }
    return FittingLine.Segment(1, state.view.traits.time == .chosen ? [runs, []] : [[]])
  }

  private var hints: [FittingLine.Segment] {
    let isLive = state.mode == .live
    return state.keyMap.hints(on: state.view)
      .filter { !(isLive && $0.command == .goLive) && state.hasUse(for: $0.command) }
      .enumerated().map { index, binding in
        let key = binding.command == .shift(halves: -1) ? "←→" : binding.keys.first?.label ?? ""
        let runs = [TextRun(key, .text), TextRun(" \(binding.hint)", .dim)]
        let isVital = [.toggleHelp, .quit, .goLive].contains(binding.command)
        return FittingLine.Segment(isVital ? 0 : 2 + index, [runs, []])
      }
  }
}
