import CellCanvas

/// Lines in up to three columns, one after the other, as in a newspaper.
struct ColumnFlow {
  /// The fewest columns of cells that a line needs.
  private static let lineWidth = 36
  /// Blanks between two columns.
  private static let gap = 2

  /// How many columns there are.
  let columns: Int
  /// How many lines stand below each other.
  let height: Int
  private let width: Int

  /// Spreads so many lines over an area.
  init(_ count: Int, in size: Size) {
    columns = Self.columns(in: size.width)
    height = min(size.height, max(1, (count + columns - 1) / columns))
    width = max(0, (size.width - (columns - 1) * Self.gap) / columns)
  }

  /// How many columns fit beside each other.
  static func columns(in width: Int) -> Int {
    max(1, min(3, (width + gap) / (lineWidth + gap)))
  }

  /// The lines that are seen at once.
  var capacity: Int { columns * height }

  /// The cells of a line, counted from the first that is seen.
  func area(of line: Int, in rect: Rect) -> Rect {
    guard height > 0, (0..<capacity).contains(line) else {
      return rect.row(0).inset(right: rect.width)
    }
    let x = rect.x + line / height * (width + Self.gap)
    return Rect(x: x, y: rect.y + line % height, width: width, height: 1)
  }
}
