import CellCanvas

/// The help: the keys of a screen with what they do, and what the signs mean.
struct KeyList: View {
  let screen: ScreenID
  var keyMap = KeyMap.standard
  var symbols = Symbols.blocks
  /// The line that is on top.
  var firstLine = 0

  private static let labelWidth = 16

  private var lines: [(label: String, text: String)] {
    keyMap.help(on: screen).map { binding in
      (binding.keys.map(\.label).joined(separator: " "), binding.help)
    } + [
      ("", ""),
      ("\(symbols.up) \(symbols.down)", "more or less than before; ! worse by a twentieth or more"),
      ("\(NumberText.noData)  \(NumberText.unknown)", "no data; late or out of reach"),
      ("\(symbols.hatch)", "the interval that is not over, so far"),
      ("Shift", "with the mouse on, selects text as usual"),
    ]
  }

  /// The room that all of it takes.
  var size: Size {
    let width = lines.map { CharacterWidth.columns(of: $0.text) }.max() ?? 0
    return Size(width: Self.labelWidth + width, height: lines.count)
  }

  private func first(in height: Int) -> Int { max(0, min(firstLine, lines.count - height)) }

  /// Which lines are seen, where not all of them are.
  func part(in height: Int) -> String {
    let (first, count) = (first(in: height), lines.count)
    guard height > 0, height < count else { return "" }
    let keys = "\(keyMap.label(of: .moveRow(1)) ?? "") goes on"
    return ", \(first + 1) to \(first + height) of \(count); \(keys)"
  }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let first = first(in: rect.height)
    for (row, line) in lines.dropFirst(first).prefix(rect.height).enumerated() {
      let area = rect.row(row)
      let width = min(Self.labelWidth - 1, area.width)
      canvas.draw(
        TextLine(line.label, .accent),
        in: Rect(x: area.x, y: area.y, width: width, height: area.height)
      )
      canvas.draw(TextLine(line.text), in: area.inset(left: Self.labelWidth))
    }
  }
}
