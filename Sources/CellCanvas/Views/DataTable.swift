/// Rows of aligned columns below a header, with one row selected and the rest scrolled away.
public struct DataTable: View {
  /// One column: its heading, width and alignment.
  public struct Column: Hashable, Sendable {
    /// The side on which text stands.
    public enum Alignment: Hashable, Sendable {
      /// Words.
      case left
      /// Numbers.
      case right
    }

    let title: String
    let width: Layout.Part
    let alignment: Alignment
    /// A name to find it by; nil where nobody does.
    let name: String?

    /// Declares a column.
    public init(
      _ title: String,
      _ width: Layout.Part,
      _ alignment: Alignment = .left,
      name: String? = nil
    ) {
      self.title = title
      self.width = width
      self.alignment = alignment
      self.name = name
    }
  }

  /// What one field of the table shows.
  public enum Field: Hashable, Sendable {
    /// Text in one style.
    case text(String, Style = .text)
    /// Text in several styles.
    case runs([TextRun])
    /// A thin bar filled to a fraction, with a mark where it ended in the comparison period.
    case thinBar(Double, comparison: Double? = nil)
    /// The shape of a series whose last interval may be open; in a column of the left alignment it begins at the
    /// left, two blanks in.
    case trend([Double?], lastIsOpen: Bool = false)

    /// The columns that its text takes; 0 for what has none.
    public var columns: Int {
      switch self {
      case .text(let text, _): CharacterWidth.columns(of: text)
      case .runs(let runs): runs.reduce(0) { $0 + $1.width }
      case .thinBar, .trend: 0
      }
    }
  }

  /// How far a row is tinted, see ``RowShare``.
  public struct Share: Hashable, Sendable {
    let fraction: Double
    let comparison: Double?

    /// Makes a share, with that of the comparison period if it is known.
    public init(_ fraction: Double, comparison: Double? = nil) {
      self.fraction = fraction
      self.comparison = comparison
    }
  }

  /// The blanks before a trend, which set it apart from the number before it.
  private static let trendIndent = 2

  private let columns: [Column]
  private let count: Int
  private let firstRow: Int
  private let selected: Int?
  private let symbols: Symbols
  private let share: ((Int) -> Share?)?
  private let fields: (Int) -> [Field]

  /// Makes a table.
  ///
  /// - Parameters:
  ///   - columns: what each column is; optional ones vanish when there is no room.
  ///   - count: rows there are.
  ///   - firstRow: the row shown first, see ``firstRow(showing:of:in:before:)``.
  ///   - selected: the row under the cursor.
  ///   - symbols: the glyphs to use.
  ///   - share: how far a row is tinted; asked for visible rows only.
  ///   - fields: the fields of a row, one for each column; asked for visible rows only.
  public init(
    columns: [Column],
    count: Int,
    firstRow: Int = 0,
    selected: Int? = nil,
    symbols: Symbols = .blocks,
    share: ((_ row: Int) -> Share?)? = nil,
    fields: @escaping (_ row: Int) -> [Field]
  ) {
    self.columns = columns
    self.count = count
    self.firstRow = max(0, firstRow)
    self.selected = selected
    self.symbols = symbols
    self.share = share
    self.fields = fields
  }

  /// The first row to show so that the selected one is visible, moved as little as possible.
  ///
  /// - Parameters:
  ///   - selected: the row that must be visible.
  ///   - count: rows there are.
  ///   - height: rows of the table's rectangle, with the header.
  ///   - firstRow: the row shown first until now.
  /// - Returns: what to pass as `firstRow` when the table is made.
  public static func firstRow(
    showing selected: Int,
    of count: Int,
    in height: Int,
    before firstRow: Int
  ) -> Int {
    let visible = max(1, height - 1)
    let lowest = max(selected - visible + 1, 0)
    let first = min(max(firstRow, lowest), max(selected, 0))
    return max(0, min(first, count - visible))
  }

  /// Whether a rectangle of some width has room for the column of a name.
  public func hasRoom(forColumn name: String, in rect: Rect) -> Bool {
    let areas = Layout(.columns, spacing: 1, columns.map(\.width)).split(rect)
    return zip(columns, areas).contains { $0.0.name == name && !$0.1.isEmpty }
  }

  /// The name of the column at a cell of the header; nil beside it, and where the column has none.
  public func columnName(atX x: Int, y: Int, in rect: Rect) -> String? {
    guard rect.height > 1, y == rect.y else { return nil }
    let areas = Layout(.columns, spacing: 1, columns.map(\.width)).split(rect)
    return zip(columns, areas).first { $0.1.row(0).contains(x: x, y: y) }?.0.name
  }

  /// Draws the header on the first row and the rows below; a single row has no header.
  public func draw(in rect: Rect, on canvas: inout Canvas) {
    guard !rect.isEmpty else { return }
    let areas = Layout(.columns, spacing: 1, columns.map(\.width)).split(rect)
    let hasHeader = rect.height > 1
    if hasHeader {
      for (column, area) in zip(columns, areas) {
        draw([TextRun(column.title, .dim)], column.alignment, in: area.row(0), on: &canvas)
      }
    }
    let body = rect.inset(top: hasHeader ? 1 : 0)
    for line in 0..<body.height where firstRow + line < count {
      let row = firstRow + line
      for ((column, area), field) in zip(zip(columns, areas), fields(row)) {
        let cells = Rect(x: area.x, y: body.y + line, width: area.width, height: 1)
        draw(field, column.alignment, in: cells, on: &canvas)
      }
      if let share = share?(row) {
        let tint = RowShare(
          share.fraction,
          comparison: share.comparison,
          row: row,
          symbols: symbols
        )
        canvas.draw(tint, in: body.row(line))
      }
      if row == selected {
        canvas.restyle(body.row(line)) { $0.role == .text ? .selection : $0.adding(.selected) }
      }
    }
  }

  private func draw(
    _ field: Field,
    _ alignment: Column.Alignment,
    in cells: Rect,
    on canvas: inout Canvas
  ) {
    switch field {
    case .text(let text, let style):
      draw([TextRun(text, style)], alignment, in: cells, on: &canvas)
    case .runs(let runs):
      draw(runs, alignment, in: cells, on: &canvas)
    case .thinBar(let fraction, let comparison):
      canvas.draw(ThinBar(fraction, comparison: comparison, symbols: symbols), in: cells)
    case .trend(let values, let lastIsOpen):
      // It begins below its heading, which is two blanks in.
      let blanks = Trend.blanks(before: values.count, lastIsOpen, in: cells.width, symbols)
      let moved = alignment == .left ? max(0, blanks - Self.trendIndent) : 0
      let area = Rect(x: cells.x, y: cells.y, width: cells.width - moved, height: cells.height)
      canvas.draw(Trend(values, lastIsOpen: lastIsOpen, symbols: symbols), in: area)
    }
  }

  private func draw(
    _ runs: [TextRun],
    _ alignment: Column.Alignment,
    in cells: Rect,
    on canvas: inout Canvas
  ) {
    // Only as wide as the text: the gap before right-hand runs must not eat a column.
    let width = min(cells.width, runs.reduce(0) { $0 + $1.width })
    let left = alignment == .left ? 0 : cells.width - width
    canvas.draw(TextLine(runs), in: cells.inset(left: left))
  }
}
