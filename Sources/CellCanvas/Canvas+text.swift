extension Canvas {
  /// Writes text on one row, cut by cells with `…` where it does not fit.
  ///
  /// - Parameters:
  ///   - text: what to write; whatever is not printable is shown as `·`.
  ///   - x: first column.
  ///   - y: row.
  ///   - width: columns it may take; nil is up to the right edge of the canvas.
  ///   - style: how it looks.
  /// - Returns: columns taken, also those outside of the clipped area.
  @discardableResult
  public mutating func write(
    _ text: String,
    x: Int,
    y: Int,
    width: Int? = nil,
    style: Style = .text
  ) -> Int {
    let room = width ?? size.width - x
    var column = x
    for glyph in Glyph.glyphs(of: text, cutTo: room) {
      put(glyph, x: column, y: y, style: style)
      column += glyph.width
    }
    return column - x
  }
}

extension Canvas {
  /// The rows as text, each as wide as the canvas; styles are left out.
  public var lines: [String] { lines(ascii: false) }

  /// The rows as text, each as wide as the canvas; styles are left out.
  ///
  /// - Parameter ascii: whether glyphs beyond ASCII are replaced by look-alikes, which have no marks.
  /// - Returns: a line for each row.
  public func lines(ascii: Bool) -> [String] {
    (0..<size.height).map { y in
      var line = String.UnicodeScalarView()
      for x in 0..<size.width { line.append(cells[y * size.width + x], ascii: ascii) }
      return String(line)
    }
  }
}

extension String.UnicodeScalarView {
  /// Appends what a cell shows; in ASCII a wide glyph is a look-alike and a blank.
  mutating func append(_ cell: Cell, ascii: Bool) {
    if cell.extent == .tail {
      if ascii { append(" ") }
    } else if ascii {
      append(ASCIIGlyphs.closest(to: cell.scalar))
    } else {
      append(cell.scalar)
      append(contentsOf: cell.marks)
    }
  }
}
