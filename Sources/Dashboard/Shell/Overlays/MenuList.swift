import CellCanvas
import PlaybackFacts

/// Something to choose from: what was typed, and the entries that match, one under the cursor; in columns
/// below headings where they have any.
struct MenuList: View {
  let menu: Menu
  let symbols: Symbols
  /// What keys do beside choosing.
  var hint = ""

  /// A line: a heading, a blank, or an item by its number.
  private enum Line {
    case blank
    case heading(String)
    case item(Int)
  }

  /// The room that all of it takes in an area of so many columns and rows.
  func size(in area: Size) -> Size {
    if hasHeadings {
      let columns = ColumnFlow.columns(in: area.width)
      return Size(
        width: min(area.width, columns * 46),
        height: 1 + (lines(in: Int.max).count + columns - 1) / columns + 1
      )
    }
    let width =
      menu.allItems.map { item in
        CharacterWidth.columns(of: item.title) + CharacterWidth.columns(of: item.note) + 8
      }.max() ?? 0
    let least = menu.purpose == .commands ? 32 : 60
    return Size(width: min(90, max(least, width)), height: max(menu.allItems.count, 1) + 1)
  }

  private var hasHeadings: Bool { menu.text.isEmpty && menu.matches.contains { $0.section != nil } }

  /// The entries below their headings, in columns of so many lines: no heading is the last of one.
  private func lines(in height: Int) -> [Line] {
    guard hasHeadings else { return menu.matches.indices.map { .item($0) } }
    var lines: [Line] = []
    var section: String?
    for (index, item) in menu.matches.enumerated() {
      if item.section != section, let heading = item.section {
        if !lines.isEmpty, lines.count % height != 0 { lines.append(.blank) }
        while height > 2, lines.count % height >= height - 1 { lines.append(.blank) }
        lines.append(.heading(heading))
        section = heading
      }
      lines.append(.item(index))
    }
    return lines
  }

  /// The lines that are seen, and where.
  private func places(in rect: Rect) -> [(line: Line, area: Rect)] {
    let body = rect.inset(top: 1)
    guard hasHeadings else {
      let first = max(0, min(menu.selected - body.height / 2, menu.matches.count - body.height))
      return menu.matches.indices.dropFirst(first).prefix(body.height).enumerated().map {
        (.item($1), body.row($0))
      }
    }
    let columns = ColumnFlow.columns(in: body.width)
    let needed = (lines(in: Int.max).count + columns - 1) / columns + 1
    let height = max(1, min(needed, body.height))
    let lines = lines(in: height)
    let flow = ColumnFlow(columns * height, in: Size(width: body.width, height: height))
    let selected =
      lines.firstIndex { line in
        if case .item(menu.selected) = line { true } else { false }
      } ?? 0
    // Whole pages: what is read does not move with the cursor.
    let first = flow.capacity == 0 ? 0 : selected / flow.capacity * flow.capacity
    return lines.dropFirst(first).prefix(flow.capacity).enumerated().map {
      ($1, flow.area(of: $0, in: body))
    }
  }

  /// The number of the item at a cell; nil beside the items.
  func index(atX x: Int, y: Int, in rect: Rect) -> Int? {
    for (line, area) in places(in: rect) where area.contains(x: x, y: y) {
      if case .item(let index) = line { return index }
    }
    return nil
  }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let typed =
      menu.text.isEmpty
      ? [TextRun("\(symbols.pointer) ", .accent), TextRun("type to narrow", .dim)]
      : [TextRun("\(symbols.pointer) ", .accent), TextRun(menu.text), TextRun("_", .accent)]
    let right = [hint, "\(menu.matches.count)"].filter { !$0.isEmpty }.joined(separator: "  ")
    canvas.draw(TextLine(typed, right: [TextRun(right, .dim)]), in: rect.row(0))
    for (line, area) in places(in: rect) {
      switch line {
      case .blank: break
      case .heading(let text): canvas.draw(TextLine(text, .title), in: area.inset(left: 1))
      case .item(let index): draw(index, in: area, on: &canvas)
      }
    }
    if menu.matches.isEmpty {
      let text = menu.allItems.isEmpty ? menu.nothing : nil
      canvas.draw(
        TextLine("  \(text ?? "nothing of that name")", .dim),
        in: rect.inset(top: 1).row(0)
      )
    }
  }

  private func draw(_ index: Int, in area: Rect, on canvas: inout Canvas) {
    let item = menu.matches[index]
    let isSelected = index == menu.selected
    let style: Style = isSelected ? .selection : .text
    if isSelected { canvas.fill(area, style: style) }
    let isMarked = menu.hasMarked ? menu.marks.contains(item.command) : item.isCurrent
    let title = TextRun((isMarked ? "\(symbols.dot) " : "  ") + item.title, style)
    let row = area.inset(left: 1, right: 1)
    let width = CharacterWidth.columns(of: item.note)
    // Keys and counts come first, then what it is called; elsewhere the name does.
    let isCounted = menu.purpose != .commands
    canvas.draw(TextLine([title]), in: isCounted ? row.inset(right: width + 1) : row)
    let note = TextLine([TextRun(item.note, isSelected ? style : .dim)])
    let room = isCounted ? row.width : row.width - title.width - 1
    if room > 3 || room >= width {
      canvas.draw(note, in: row.inset(left: row.width - min(room, width)))
    }
  }
}
