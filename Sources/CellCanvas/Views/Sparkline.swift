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
    switch symbols.family {
    case .braille: drawDots(in: rect, on: &canvas)
    case .blocks, .ascii: drawLevels(in: rect, on: &canvas)
    }
  }

  private func drawLevels(in rect: Rect, on canvas: inout Canvas) {
    for (column, levels) in heights(columns: rect.width, levels: rect.height * 8) {
      for row in 0..<rect.height {
        let level = min(8, levels - row * 8)
        guard level > 0 else { break }
        let y = rect.maxY - 1 - row
        canvas.put(symbols.levels[level], x: rect.x + column, y: y, style: style)
      }
    }
  }

  private func drawDots(in rect: Rect, on canvas: inout Canvas) {
    var dots = BrailleDots(width: rect.width, height: rect.height)
    for (column, height) in heights(columns: dots.width, levels: dots.height) {
      for level in 1...height { dots.set(x: column, y: dots.height - level) }
    }
    dots.draw(in: rect, style: style, on: &canvas)
  }

  /// The columns that have a value, and how many of the levels each fills; at least 1.
  private func heights(columns: Int, levels: Int) -> [(column: Int, height: Int)] {
    let peaks = Resampling.peaks(of: values, in: columns)
    let top = maximum ?? peaks.compactMap { $0 }.max() ?? 0
    return peaks.enumerated().compactMap { column, value in
      guard let value else { return nil }
      let fraction = top > 0 ? min(max(value / top, 0), 1) : 0
      return (column, max(1, Int((fraction * Double(levels)).rounded())))
    }
  }
}

/// A series brought to a number of columns.
enum Resampling {
  /// The values that fall into a column; the last interval ends with the last column.
  static func range(of column: Int, columns: Int, count: Int) -> Range<Int> {
    let first = column * count / columns
    return first..<max(first + 1, (column + 1) * count / columns)
  }

  /// The highest value of each column; nil where none is known.
  static func peaks(of values: [Double?], in columns: Int) -> [Double?] {
    guard columns > 0, !values.isEmpty else { return [] }
    return (0..<columns).map { column in
      values[range(of: column, columns: columns, count: values.count)]
        .compactMap { $0 }.filter(\.isFinite).max()
    }
  }
}
