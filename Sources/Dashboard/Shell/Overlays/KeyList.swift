import CellCanvas

/// The help: the keys of a screen with what they do, below headings in columns, and what the signs mean.
struct KeyList: View {
  let screen: ScreenID
  var keyMap = KeyMap.standard
  var symbols = Symbols.blocks
  /// The line that is on top.
  var firstLine = 0

  /// The columns of a key, and the blank after it.
  private static let labelWidth = 10

  /// A line: a heading, or what a key does, of which the further lines have no key.
  private enum Line {
    case blank
    case heading(String)
    case key(String, String)
  }

  private var sections: [(heading: String, entries: [(String, String)])] {
    keyMap.help(on: screen).map { group, bindings in
      (group.title, bindings.map { ($0.keys.map(\.label).joined(separator: " "), $0.help) })
    } + [
      (
        "Signs",
        [
          ("\(symbols.up) \(symbols.down)", "more or less than before; ! at least 5 % worse"),
          ("\(symbols.hatch)", "the interval so far"),
          ("\(symbols.dot)", "a marked row"),
          ("Shift", "selects text while the mouse is on"),
        ]
      )
    ]
  }

  /// The lines of columns of so many cells, each of so many lines: no heading is the last of one.
  private func lines(width: Int, height: Int) -> [Line] {
    var lines: [Line] = []
    for section in sections where !section.entries.isEmpty {
      if !lines.isEmpty { lines.append(.blank) }
      while height > 3, lines.count % height >= height - 1 { lines.append(.blank) }
      lines.append(.heading(section.heading))
      for (label, text) in section.entries {
        let first = CharacterWidth.columns(of: label) < Self.labelWidth ? 0 : 1
        // A long key has a line of its own.
        let parts = (first == 0 ? [] : [""]) + text.lines(in: width - Self.labelWidth)
        for (index, part) in parts.enumerated() {
          lines.append(.key(index == 0 ? label : "", part))
        }
      }
    }
    return lines
  }

  /// The room that all of it takes in an area of so many columns and rows.
  func size(in area: Size) -> Size {
    let columns = ColumnFlow.columns(in: area.width)
    let longest = sections.flatMap(\.entries).map { CharacterWidth.columns(of: $0.1) }.max() ?? 0
    let width = min(area.width, columns * (Self.labelWidth + longest + 2))
    return Size(width: width, height: height(of: lines(in: width, .max), columns))
  }

  private func lines(in width: Int, _ height: Int) -> [Line] {
    let columns = ColumnFlow.columns(in: width)
    return lines(width: (width - (columns - 1) * 2) / columns, height: height)
  }

  /// A line more than an even share: headings that move on leave some blank.
  private func height(of lines: [Line], _ columns: Int) -> Int {
    columns == 1 ? lines.count : (lines.count + columns - 1) / columns + 1
  }

  /// The lines, and which of them is the first that is seen.
  private func shown(in size: Size) -> (lines: [Line], first: Int, flow: ColumnFlow) {
    let all = lines(in: size.width, .max)
    let height = min(size.height, height(of: all, ColumnFlow.columns(in: size.width)))
    let lines = height < 1 ? all : lines(in: size.width, height)
    let flow = ColumnFlow(
      ColumnFlow.columns(in: size.width) * max(1, height),
      in: Size(width: size.width, height: height)
    )
    return (lines, max(0, min(firstLine, lines.count - flow.capacity)), flow)
  }

  /// Which lines are seen, where not all of them are.
  func part(in size: Size) -> String {
    let (lines, first, flow) = shown(in: size)
    guard flow.capacity > 0, flow.capacity < lines.count else { return "" }
    let keys = "\(keyMap.label(of: .moveRow(1)) ?? "") goes on"
    return ", \(first + 1) to \(min(lines.count, first + flow.capacity)) of \(lines.count); \(keys)"
  }

  /// The most lines that can be scrolled away.
  func longestScroll(in size: Size) -> Int {
    let (lines, _, flow) = shown(in: size)
    return max(0, lines.count - flow.capacity)
  }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let (lines, first, flow) = shown(in: Size(width: rect.width, height: rect.height))
    for (place, line) in lines.dropFirst(first).prefix(flow.capacity).enumerated() {
      let area = flow.area(of: place, in: rect)
      switch line {
      case .blank: break
      case .heading(let text): canvas.draw(TextLine(text, .title), in: area)
      case .key(let label, let text):
        let isLong = CharacterWidth.columns(of: label) >= Self.labelWidth
        let key = isLong ? area : area.inset(right: max(0, area.width - Self.labelWidth + 1))
        canvas.draw(TextLine(label, .accent), in: key)
        canvas.draw(TextLine(text), in: area.inset(left: Self.labelWidth))
      }
    }
  }
}
