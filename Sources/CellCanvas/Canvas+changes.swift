extension Canvas {
  /// What must be drawn to turn `before` into this canvas; everything if the sizes differ.
  public func changes(since before: Canvas?) -> [StyledRun] {
    let old = before.flatMap { $0.size == size ? $0.cells : nil }
    var runs: [StyledRun] = []
    for y in 0..<size.height {
      var current: StyledRun?
      for x in 0..<size.width {
        guard hasChanged(x: x, y: y, since: old) else {
          if let run = current { runs.append(run) }
          current = nil
          continue
        }
        let cell = cells[y * size.width + x]
        if current?.style == cell.style {
          current?.append(cell)
        } else {
          if let run = current { runs.append(run) }
          current = StyledRun(y: y, x: x, first: cell)
        }
      }
      if let run = current { runs.append(run) }
    }
    return runs
  }

  /// Whether a cell differs; a wide glyph changes as a whole.
  private func hasChanged(x: Int, y: Int, since old: [Cell]?) -> Bool {
    guard let old else { return true }
    let index = y * size.width + x
    switch cells[index].extent {
    case .whole: return cells[index] != old[index]
    case .head: return cells[index] != old[index] || cells[index + 1] != old[index + 1]
    case .tail: return cells[index - 1] != old[index - 1] || cells[index] != old[index]
    }
  }
}

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
