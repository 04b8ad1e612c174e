/// One row of text: runs from the left and runs up to the right edge.
///
/// Where there is no room for both, the left ones are cut first; the right ones only when they
/// alone do not fit.
public struct TextLine: View {
  private let left: [TextRun]
  private let right: [TextRun]

  /// Makes a line.
  public init(_ left: [TextRun], right: [TextRun] = []) {
    self.left = left
    self.right = right
  }

  /// Makes a line of one run.
  public init(_ text: String, _ style: Style = .text) {
    self.init([TextRun(text, style)])
  }

  /// Draws the first row of `rect`.
  public func draw(in rect: Rect, on canvas: inout Canvas) {
    let row = rect.row(0)
    guard !row.isEmpty else { return }
    let rightWidth = min(row.width, right.reduce(0) { $0 + $1.width })
    let gap = right.isEmpty ? 0 : 1
    write(left, in: row.inset(right: rightWidth + gap), on: &canvas)
    write(right, in: row.inset(left: row.width - rightWidth), on: &canvas)
  }

  private func write(_ runs: [TextRun], in row: Rect, on canvas: inout Canvas) {
    var x = row.x
    for (index, run) in runs.enumerated() {
      // The run that fills the row exactly must still show that others were to follow.
      let isCutBehind =
        run.width >= row.maxX - x && runs[(index + 1)...].contains { !$0.text.isEmpty }
      let text = isCutBehind ? run.text + "…" : run.text
      x += canvas.write(text, x: x, y: row.y, width: row.maxX - x, style: run.style)
      if isCutBehind { break }
    }
  }
}

/// A piece of text in one style.
public struct TextRun: Hashable, Sendable {
  /// What to write.
  public var text: String
  /// How it looks.
  public var style: Style

  /// Makes a run.
  public init(_ text: String, _ style: Style = .text) {
    self.text = text
    self.style = style
  }

  /// Columns it takes.
  public var width: Int { CharacterWidth.columns(of: text) }
}
