import CellCanvas

/// The help: every key with what it does, and what the signs mean.
struct KeyList: View {
  let firstLine: Int
  let symbols: Symbols

  private static let labelWidth = 12

  private var lines: [(label: String, text: String)] {
    KeyMap.helpLines.map { ($0.label, $0.help) } + [
      ("", ""),
      ("\(symbols.up) \(symbols.down)", "more or less than before; ! worse by a twentieth or more"),
      ("\(NumberText.noData)  \(NumberText.unknown)", "no data; late or out of reach"),
      ("\(symbols.open)", "the interval that is still open"),
    ]
  }

  /// The room that all of it takes.
  var size: Size {
    let width = lines.map { CharacterWidth.columns(of: $0.text) }.max() ?? 0
    return Size(width: Self.labelWidth + width, height: lines.count)
  }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let first = max(0, min(firstLine, lines.count - rect.height))
    for (row, line) in lines.dropFirst(first).prefix(rect.height).enumerated() {
      let area = rect.row(row)
      canvas.draw(TextLine(line.label, .accent), in: area)
      canvas.draw(TextLine(line.text), in: area.inset(left: Self.labelWidth))
    }
  }
}
