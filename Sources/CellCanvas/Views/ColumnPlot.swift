/// The inside of a column chart: columns, the comparison over them, and the cursor.
struct ColumnPlot: View {
  private let chart: ColumnChart
  private let axis: ValueAxis
  private let columns: IntervalColumns

  init(_ chart: ColumnChart, _ axis: ValueAxis, _ columns: IntervalColumns) {
    self.chart = chart
    self.axis = axis
    self.columns = columns
  }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    guard !rect.isEmpty, columns.count > 0 else { return }
    for interval in columns.hidden..<columns.count {
      guard let value = chart.value(interval) else { continue }
      for row in 0..<axis.rows {
        guard let part = part(of: interval, axis.eighths(value), row) else { break }
        let cell = glyph(part, on: canvas)
        for column in columns.bar(interval) {
          canvas.put(
            cell.0,
            x: rect.x + column,
            y: rect.maxY - 1 - row,
            style: cell.1
          )
        }
      }
    }
    if chart.symbols.family == .ascii {
      drawMarks(in: rect, on: &canvas)
    } else {
      drawLine(in: rect, on: &canvas)
    }
    drawCursor(in: rect, on: &canvas)
  }

  // MARK: - Columns

  /// What a row of a bar shows.
  private struct Part {
    /// The eighths that are filled, 1...8.
    var eighths: Int
    /// Whether it is the row in which the bar ends.
    var isTop: Bool
    var isOpen: Bool
  }

  /// nil above the end of the bar.
  private func part(of interval: Int, _ eighths: Int, _ row: Int) -> Part? {
    let left = eighths - row * 8
    guard left > 0 else { return nil }
    return Part(
      eighths: min(8, left),
      isTop: left <= 8,
      isOpen: chart.lastIsOpen && interval == chart.intervals - 1
    )
  }

  private func glyph(_ part: Part, on canvas: Canvas) -> (Unicode.Scalar, Style) {
    let symbols = chart.symbols
    let role: Role = part.isTop || part.isOpen ? .barTop : .bar
    let end = symbols.columnEnds[part.eighths]
    guard end == symbols.levels[8] else { return (end, Style(role)) }
    if part.isOpen { return (symbols.hatch, Style(role)) }
    // Without colours a ground is seen on a terminal, but not in plain text.
    let isGlyph = symbols.family == .ascii || !canvas.hasColor
    return isGlyph ? (end, Style(role)) : (" ", Style(.text, on: role))
  }

  private func part(at column: Int, row: Int, of interval: Int) -> Part? {
    chart.value(interval).flatMap { part(of: interval, axis.eighths($0), row) }
  }

  /// The columns of a bar that the comparison leaves alone where the bar ends.
  private static func isEdge(_ column: Int, of bar: Range<Int>) -> Bool {
    bar.count > 1 && column == bar.lowerBound || bar.count > 2 && column == bar.upperBound - 1
  }

  // MARK: - Comparison

  private func drawLine(in rect: Rect, on canvas: inout Canvas) {
    for interval in columns.hidden..<columns.count {
      guard let compared = chart.compared(interval) else { continue }
      let quarter = axis.quarter(compared)
      let bar = columns.bar(interval)
      for column in bar {
        drawDots(
          at: column,
          row: quarter / 4,
          dot: quarter % 4,
          of: interval,
          bar,
          in: rect,
          on: &canvas
        )
      }
      if columns.hasBlanks, let next = chart.compared(interval + 1), interval + 1 < columns.count {
        join(
          quarter,
          axis.quarter(next),
          bar.upperBound..<columns.bar(interval + 1).lowerBound,
          in: rect,
          on: &canvas
        )
      }
    }
  }

  /// Draws the comparison in one column of a bar; what is filled stays filled.
  private func drawDots(
    at column: Int,
    row: Int,
    dot: Int,
    of interval: Int,
    _ bar: Range<Int>,
    in rect: Rect,
    on canvas: inout Canvas
  ) {
    var pattern = BrailleDots.bit(x: 1, fromBottom: dot)
    // In a bar of one cell the left half is the bar's.
    if bar.count > 1 { pattern |= BrailleDots.bit(x: 0, fromBottom: dot) }
    var ground: Role?
    if let part = part(at: column, row: row, of: interval) {
      let isSolid = part.eighths == 8
      if part.isTop, !isSolid {
        if Self.isEdge(column, of: bar) { return }
        if bar.count == 1 {
          for filled in 0..<(part.eighths + 1) / 2 {
            pattern |= BrailleDots.bit(x: 0, fromBottom: filled)
          }
        }
      }
      if isSolid {
        // A hatch is as bright as the body of a bar: with that ground the comparison leaves no hole in it.
        ground = part.isTop && !part.isOpen ? .barTop : .bar
      } else if part.isTop, bar.count > 1, part.eighths >= 4 {
        ground = part.isOpen ? .bar : .barTop
      }
    }
    canvas.put(
      Symbols.dots(pattern),
      x: rect.x + column,
      y: rect.maxY - 1 - row,
      style: Style(.comparison, on: ground)
    )
  }

  /// Joins the comparison of two intervals across the blanks between their bars.
  private func join(
    _ start: Int,
    _ end: Int,
    _ blanks: Range<Int>,
    in rect: Rect,
    on canvas: inout Canvas
  ) {
    let steps = blanks.count * 2
    var patterns: [[Int: UInt8]] = Array(repeating: [:], count: blanks.count)
    func height(_ step: Int) -> Int {
      start + Int((Double(end - start) * Double(step) / Double(steps)).rounded())
    }
    for step in 0..<steps {
      let (a, b) = (height(step), height(step + 1))
      for quarter in min(a, b)...max(a, b) {
        patterns[step / 2][quarter / 4, default: 0] |=
          BrailleDots.bit(x: step % 2, fromBottom: quarter % 4)
      }
    }
    for (column, rows) in zip(blanks, patterns) {
      for (row, pattern) in rows {
        let (x, y) = (rect.x + column, rect.maxY - 1 - row)
        canvas.put(Symbols.dots(pattern), x: x, y: y, style: Style(.comparison))
      }
    }
  }

  private func drawMarks(in rect: Rect, on canvas: inout Canvas) {
    for interval in columns.hidden..<columns.count {
      guard let compared = chart.compared(interval) else { continue }
      let quarter = axis.quarter(compared)
      let bar = columns.bar(interval)
      for column in bar {
        let isEnd = part(at: column, row: quarter / 4, of: interval)?.isTop ?? false
        if isEnd, Self.isEdge(column, of: bar) { continue }
        let (x, y) = (rect.x + column, rect.maxY - 1 - quarter / 4)
        canvas.put(Symbols.asciiMarks[quarter % 4], x: x, y: y, style: Style(.comparison))
      }
    }
  }

  // MARK: - Cursor

  /// A line from the top down to the bar; it leaves alone whatever is drawn already.
  private func drawCursor(in rect: Rect, on canvas: inout Canvas) {
    guard let bar = chart.cursor.map(columns.bar), !bar.isEmpty else { return }
    let x = rect.x + bar.lowerBound + (bar.count - 1) / 2
    for y in rect.y..<rect.maxY {
      guard let cell = canvas[x: x, y: y], cell.style.ground == nil,
        cell.scalar == " " || cell.style.role == .grid
      else { continue }
      canvas.put(chart.symbols.vertical, x: x, y: y, style: .accent)
    }
  }
}
