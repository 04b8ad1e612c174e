/// A horizontal bar of one row, in eighths of a cell.
public struct Bar: View {
  private let fraction: Double
  private let style: Style
  private let symbols: Symbols

  /// Makes a bar.
  ///
  /// - Parameters:
  ///   - fraction: the share of the width that is filled; clamped to 0…1, not a number is 0.
  ///   - style: how the filled part looks.
  ///   - symbols: the glyphs to use.
  public init(_ fraction: Double, style: Style = .series(0), symbols: Symbols = .blocks) {
    self.fraction = fraction > 0 ? min(fraction, 1) : 0
    self.style = style
    self.symbols = symbols
  }

  /// Draws the first row of `rect`; what is above 0 shows at least an eighth.
  public func draw(in rect: Rect, on canvas: inout Canvas) {
    let row = rect.row(0)
    guard !row.isEmpty, fraction > 0 else { return }
    let eighths = max(1, Int((fraction * Double(row.width * 8)).rounded()))
    for column in 0..<row.width {
      let level = min(8, eighths - column * 8)
      guard level > 0 else { break }
      canvas.put(symbols.bars[level], x: row.x + column, y: row.y, style: style)
    }
  }
}
