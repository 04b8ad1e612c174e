/// The shape of a series in a few cells; the newest value is at the right edge.
///
/// More values than columns are grouped by their highest, so that no peak is lost; fewer are
/// stretched. A missing value leaves a gap, and a value of 0 still draws the lowest level.
public struct Sparkline: View {
  private let values: [Double?]
  private let maximum: Double?
  private let style: Style
  private let symbols: Symbols

  /// Makes a sparkline.
  ///
  /// - Parameters:
  ///   - values: oldest first; nil is missing, negative counts as 0.
  ///   - maximum: the value that fills the height; nil is the highest of `values`.
  ///   - style: how it looks.
  ///   - symbols: the glyphs to use.
  public init(
    _ values: [Double?],
    maximum: Double? = nil,
    style: Style = .series(0),
    symbols: Symbols = .blocks
  ) {
    self.values = values
    self.maximum = maximum
    self.style = style
    self.symbols = symbols
  }

  /// Draws over all rows of `rect`.
  public func draw(in rect: Rect, on canvas: inout Canvas) {
    guard !rect.isEmpty else { return }
    let columns = Resampling.peaks(of: values, in: rect.width)
    let top = maximum ?? columns.compactMap { $0 }.max() ?? 0
    for (column, value) in columns.enumerated() {
      guard let value else { continue }
      let fraction = top > 0 ? min(max(value / top, 0), 1) : 0
      let levels = max(1, Int((fraction * Double(rect.height * 8)).rounded()))
      for row in 0..<rect.height {
        let level = min(8, levels - row * 8)
        guard level > 0 else { break }
        let y = rect.maxY - 1 - row
        canvas.put(symbols.levels[level], x: rect.x + column, y: y, style: style)
      }
    }
  }
}
