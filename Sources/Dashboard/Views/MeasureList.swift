import CellCanvas
import QueryCore

/// The measures that the chart can show, one under the cursor.
struct MeasureList: View {
  let selected: Int
  let current: Measure
  let symbols: Symbols

  private var measures: [Measure] { OverviewRequest.chartMeasures }

  /// The room that all of it takes.
  var size: Size {
    let width = measures.map { CharacterWidth.columns(of: $0.title) }.max() ?? 0
    return Size(width: width + 4, height: measures.count)
  }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let first = max(0, min(selected - rect.height / 2, measures.count - rect.height))
    for (row, measure) in measures.dropFirst(first).prefix(rect.height).enumerated() {
      let sign = measure == current ? "\(symbols.dot) " : "  "
      let pointer = first + row == selected ? "\(symbols.pointer) " : "  "
      let style: Style = first + row == selected ? .selection : .text
      canvas.fill(rect.row(row), style: style)
      canvas.draw(TextLine(pointer + sign + measure.title, style), in: rect.row(row))
    }
  }
}
