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
      put(glyph.scalar, x: column, y: y, style: style)
      column += glyph.width
    }
    return column - x
  }
}
