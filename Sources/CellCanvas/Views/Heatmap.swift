/// A grid of shades with a legend that has a value at every step.
///
/// ```
///     00    06    12    18     ·· 0  ░░ 100  ▒▒ 200  ▓▓ 300  ██ 400
/// Mon ····░░▒▒▒▒▒▒▓▓▓▓▓▓▓▓████▓▓
/// Tue ····░░▒▒▒▒▒▒▓▓▓▓[]▓▓████▓▓    brackets in the cell that is read
/// ```
/// Five shades in equal steps, from 0; a cell without a value is blank. Where there are colours, the shades
/// are colours of whole cells.
public struct Heatmap: View {
  /// The number of shades.
  public static let shades = 5

  private let rows: [(label: String, values: [Double?])]
  private let headings: [AxisLabel]
  private let cursor: (row: Int, column: Int)?
  private let step: Double
  private let symbols: Symbols
  private let format: (Double) -> String

  /// Makes a grid.
  ///
  /// - Parameters:
  ///   - rows: the label and the values of each row, ≥ 0; missing ones are nil.
  ///   - headings: texts above the columns; those that would overlap are left out.
  ///   - cursor: the cell that is being read, if any.
  ///   - isIntegral: whether values are counts.
  ///   - symbols: the glyphs to use.
  ///   - format: the text of a value in the legend.
  public init(
    rows: [(label: String, values: [Double?])],
    headings: [AxisLabel] = [],
    cursor: (row: Int, column: Int)? = nil,
    isIntegral: Bool = false,
    symbols: Symbols = .blocks,
    format: @escaping (Double) -> String
  ) {
    self.rows = rows.map { row in
      (row.label, row.values.map { $0.flatMap { $0.isFinite ? max(0, $0) : nil } })
    }
    self.headings = headings
    self.cursor = cursor
    self.symbols = symbols
    self.format = format
    let highest = self.rows.flatMap(\.values).compactMap { $0 }.max() ?? 0
    step = ValueAxis.step(dividing: highest, into: Self.shades, isIntegral: isIntegral)
  }

  /// The shade of a value, from 0 to 4.
  public func shade(_ value: Double) -> Int { min(Self.shades - 1, max(0, Int(value / step))) }

  /// The shades with the lowest value of each, for the heading of a panel.
  public func legend(on canvas: Canvas) -> [TextRun] {
    (0..<Self.shades).flatMap { shade in
      [
        TextRun(shade == 0 ? "" : "  "),
        TextRun(String(repeating: Character(glyph(shade, on: canvas)), count: 2), style(shade)),
        TextRun(" \(format(Double(shade) * step))", .dim),
      ]
    }
  }

  /// Draws headings, labels and cells; the grid is as wide as whole cells allow.
  public func draw(in rect: Rect, on canvas: inout Canvas) {
    guard !rect.isEmpty, columns > 0 else { return }
    let grid = grid(in: rect)
    guard grid.cell.width > 0 else { return }
    drawHeadings(grid, in: rect, on: &canvas)
    for (index, row) in rows.enumerated() {
      let y = grid.y + index * grid.cell.height
      canvas.write(row.label, x: rect.x, y: y, width: grid.labels, style: .dim)
      for column in 0..<columns {
        let value = row.values.indices.contains(column) ? row.values[column] : nil
        let cell = Rect(
          x: grid.x + column * grid.cell.width,
          y: y,
          width: grid.cell.width,
          height: grid.cell.height
        )
        draw(value, in: cell, on: &canvas)
        if cursor?.row == index, cursor?.column == column { mark(cell, on: &canvas) }
      }
    }
  }

  /// The cell at a place, such as the one that was clicked.
  public func cell(atColumn x: Int, row y: Int, in rect: Rect) -> (row: Int, column: Int)? {
    let grid = grid(in: rect)
    guard grid.cell.width > 0, x >= grid.x, y >= grid.y else { return nil }
    let place = (row: (y - grid.y) / grid.cell.height, column: (x - grid.x) / grid.cell.width)
    return place.row < rows.count && place.column < columns ? place : nil
  }

  private var columns: Int { rows.map(\.values.count).max() ?? 0 }

  private func grid(in rect: Rect) -> (x: Int, y: Int, labels: Int, cell: Size) {
    let labels = rows.map { CharacterWidth.columns(of: $0.label) }.max() ?? 0
    let top = headings.isEmpty || rect.height <= rows.count ? 0 : 1
    let left = labels > 0 && rect.width >= labels + 1 + columns ? labels + 1 : 0
    let width = min(8, (rect.width - left) / max(1, columns))
    let height = min(3, max(1, (rect.height - top) / max(1, rows.count)))
    return (rect.x + left, rect.y + top, max(0, left - 1), Size(width: width, height: height))
  }

  private func drawHeadings(
    _ grid: (x: Int, y: Int, labels: Int, cell: Size),
    in rect: Rect,
    on canvas: inout Canvas
  ) {
    guard grid.y > rect.y else { return }
    var free = grid.x
    for heading in headings.sorted(by: { $0.interval < $1.interval }) {
      let x = grid.x + heading.interval * grid.cell.width
      guard heading.interval >= 0, heading.interval < columns, x >= free else { continue }
      let width = CharacterWidth.columns(of: heading.text)
      canvas.write(heading.text, x: x, y: rect.y, width: width, style: .dim)
      free = x + width + 1
    }
  }

  private func draw(_ value: Double?, in cell: Rect, on canvas: inout Canvas) {
    guard let value else { return }
    let shade = shade(value)
    canvas.fill(cell, with: glyph(shade, on: canvas), style: style(shade))
  }

  /// Marks a cell; where it is wide enough, its shade is seen between the brackets.
  private func mark(_ cell: Rect, on canvas: inout Canvas) {
    let y = cell.y + cell.height / 2
    func put(_ glyph: Unicode.Scalar, at x: Int) {
      canvas.put(glyph, x: x, y: y, style: Style(.accent, .reverse))
    }
    if cell.width == 1 {
      put(symbols.family == .ascii ? "@" : "◆", at: cell.x)
    } else {
      put("[", at: cell.x)
      put("]", at: cell.maxX - 1)
    }
  }

  private func glyph(_ shade: Int, on canvas: Canvas) -> Unicode.Scalar {
    if symbols.family == .ascii { return Self.ascii[shade] }
    return canvas.hasColor ? symbols.levels[8] : Self.plain[shade]
  }

  private static let ascii: [Unicode.Scalar] = [".", ":", "+", "%", "#"]
  private static let plain: [Unicode.Scalar] = ["·", "░", "▒", "▓", "█"]

  private func style(_ shade: Int) -> Style { Style(Role.shade(shade)) }
}
