import CellCanvas

/// The last row: the ranges, the keys that matter most, and a sentence when there is one.
struct KeyBar: View {
  let state: DashboardState

  func draw(in rect: Rect, on canvas: inout Canvas) {
    if let notice = state.notice {
      canvas.draw(TextLine(notice, .accent), in: rect)
      return
    }
    canvas.draw(FittingLine([ranges] + hints), in: rect)
  }

  private var ranges: FittingLine.Segment {
    let runs = TimeRange.allCases.map { range -> TextRun in
      range == state.range
        ? TextRun("[\(range.title)]", .accent) : TextRun(" \(range.title) ", .dim)
    }
    return FittingLine.Segment(1, [runs, []])
  }

  private var hints: [FittingLine.Segment] {
    let isLive = state.mode == .live
    return KeyMap.hints.filter { !(isLive && $0.message == .liveChosen) }
      .enumerated().map { index, binding in
        let parts = binding.hint.split(separator: " ", maxSplits: 1)
        let runs = [
          TextRun("\(parts.first ?? "")", .text), TextRun(" \(parts.last ?? "")", .dim),
        ]
        return FittingLine.Segment(KeyMap.isVital(binding.message) ? 0 : 2 + index, [runs, []])
      }
  }
}
