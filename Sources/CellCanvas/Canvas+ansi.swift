extension Canvas {
  /// The rows as text with ANSI colours, each ended by a line feed; no cursor is moved.
  ///
  /// - Parameters:
  ///   - palette: what styles look like; one without colours gives plain text with weights.
  ///   - ascii: whether glyphs beyond ASCII are replaced by look-alikes.
  /// - Returns: one line for each row, without the blanks at its end that nobody would see.
  public func ansi(_ palette: Palette, ascii: Bool = false) -> String {
    (0..<size.height).map { ansi(ofRow: $0, palette, ascii: ascii) + "\n" }.joined()
  }

  /// One row as text with ANSI colours, which are reset at its end.
  func ansi(ofRow y: Int, _ palette: Palette, ascii: Bool = false) -> String {
    var text = ""
    let row = self[row: y]
    var before = Look()
    for cell in row[..<(end(of: row, palette))] {
      let look = palette[cell.style]
      if look != before {
        text += Self.selection(of: look)
        before = look
      }
      text.unicodeScalars.append(cell, ascii: ascii)
    }
    return before == Look() ? text : text + "\u{1B}[m"
  }

  /// Where the blanks begin that nobody would see.
  private func end(of row: ArraySlice<Cell>, _ palette: Palette) -> Int {
    let last = row.lastIndex { cell in
      let look = palette[cell.style]
      return cell.scalar != " " || cell.extent == .tail || look.background != nil
        || !look.attributes.isDisjoint(with: [.reverse, .underline])
    }
    return last.map { $0 + 1 } ?? row.startIndex
  }

  /// The control sequence that selects a look, whatever was selected before.
  private static func selection(of look: Look) -> String {
    var codes = [0]
    if look.attributes.contains(.bold) { codes.append(1) }
    if look.attributes.contains(.dim) { codes.append(2) }
    if look.attributes.contains(.underline) { codes.append(4) }
    if look.attributes.contains(.reverse) { codes.append(7) }
    if let color = look.foreground { codes += codesOf(color, base: 30) }
    if let color = look.background { codes += codesOf(color, base: 40) }
    return "\u{1B}[" + codes.map(String.init).joined(separator: ";") + "m"
  }

  private static func codesOf(_ color: UInt8, base: Int) -> [Int] {
    switch color {
    case 0..<8: [base + Int(color)]
    case 8..<16: [base + 60 + Int(color) - 8]
    default: [base + 8, 5, Int(color)]
    }
  }
}
