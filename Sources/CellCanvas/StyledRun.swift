/// Cells beside each other on one row that look the same.
public struct StyledRun: Hashable, Sendable {
  /// Row.
  public let y: Int
  /// Column of the first cell.
  public let x: Int
  /// The cells from there on; never half of a wide glyph.
  public private(set) var cells: [Cell]
  /// The style of all of them.
  public let style: Style

  init(y: Int, x: Int, first cell: Cell) {
    self.y = y
    self.x = x
    cells = [cell]
    style = cell.style
  }

  mutating func append(_ cell: Cell) { cells.append(cell) }
}
