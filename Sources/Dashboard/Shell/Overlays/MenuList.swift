import CellCanvas
import PlaybackFacts

/// Something to choose from: what was typed, and the entries that match, one under the cursor.
struct MenuList: View {
  let menu: Menu
  let symbols: Symbols

  /// The room that all of it takes.
  var size: Size {
    let width =
      menu.allItems.map { item in
        CharacterWidth.columns(of: item.title) + CharacterWidth.columns(of: item.note) + 8
      }.max() ?? 0
    return Size(width: min(90, max(32, width)), height: menu.allItems.count + 1)
  }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let typed =
      menu.text.isEmpty
      ? [TextRun("\(symbols.pointer) ", .accent), TextRun("type to narrow", .dim)]
      : [TextRun("\(symbols.pointer) ", .accent), TextRun(menu.text), TextRun("_", .accent)]
    let count = TextRun("\(menu.matches.count)", .dim)
    canvas.draw(TextLine(typed, right: [count]), in: rect.row(0))
    let body = rect.inset(top: 1)
    let first = max(0, min(menu.selected - body.height / 2, menu.matches.count - body.height))
    for (row, item) in menu.matches.dropFirst(first).prefix(body.height).enumerated() {
      let isSelected = first + row == menu.selected
      let area = body.row(row)
      let style: Style = isSelected ? .selection : .text
      if isSelected { canvas.fill(area, style: style) }
      let sign = item.isCurrent ? "\(symbols.dot) " : "  "
      let title = TextRun(sign + item.title, style)
      let row = area.inset(left: 1, right: 1)
      canvas.draw(TextLine([title]), in: row)
      // What it is called comes first.
      let note = TextLine([TextRun(item.note, isSelected ? style : .dim)])
      let room = row.width - title.width - 1
      let width = CharacterWidth.columns(of: item.note)
      if room > 3 { canvas.draw(note, in: row.inset(left: row.width - min(room, width))) }
    }
    if menu.matches.isEmpty {
      canvas.draw(TextLine("  nothing of that name", .dim), in: body.row(0))
    }
  }
}

/// A line to type on, over the bottom of the screen.
struct PromptLine: View {
  let prompt: Prompt
  let today: CivilDate
  /// What Enter would show; nil where the text says nothing yet.
  var preview: String?

  /// The rows that it takes in so many columns.
  func height(in width: Int) -> Int { hints(in: width).count + 1 }

  private func hints(in width: Int) -> [TextRun] {
    guard let fault = prompt.fault else {
      if let preview { return [TextRun("  \(preview)")] }
      return [TextRun("  \(prompt.example(on: today))", .dim)]
    }
    return "! \(fault)".lines(in: width - 2).map { TextRun($0, .bad) }
  }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    canvas.fill(rect)
    let last = max(0, rect.height - 1)
    let line = rect.row(last)
    for (row, hint) in hints(in: rect.width).prefix(last).enumerated() {
      canvas.draw(TextLine([hint]), in: rect.row(row).inset(left: 1))
    }
    let label = [TextRun("\(prompt.label): ", .accent)]
    // The end of a text that is too long is what is being typed.
    let room = max(1, line.width - 3 - label[0].width)
    var width = 0
    let end = String(prompt.text.suffix(room)).scrubbed.reversed().prefix { character in
      width += CharacterWidth.columns(of: String(character))
      return width <= room
    }
    let text = String(end.reversed())
    canvas.draw(TextLine(label + [TextRun(text), TextRun("_", .accent)]), in: line.inset(left: 1))
  }
}
