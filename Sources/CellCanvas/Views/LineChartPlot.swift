/// The inside of a line chart: its series without the axes.
struct LineChartPlot: View {
  private let chart: LineChart
  private let low: Double
  private let high: Double

  init(_ chart: LineChart, scale: NiceTicks) {
    self.chart = chart
    low = scale.values.first ?? 0
    high = scale.values.last ?? 0
  }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    guard !rect.isEmpty, chart.intervals > 0 else { return }
    for series in chart.series where series.isCompared {
      let mark = chart.symbols.compared
      drawMarks(of: padded(series), mark, series.style, in: rect, on: &canvas)
    }
    let front = chart.series.filter { !$0.isCompared }
    for (index, series) in front.enumerated() {
      var closed = padded(series)
      let open = chart.lastIsOpen ? closed.removeLast() : nil
      switch chart.symbols.family {
      case .braille:
        drawLine(
          through: closed,
          series.style,
          BrailleDots.Dashes.of(index, on: canvas),
          in: rect,
          on: &canvas
        )
      case .blocks, .ascii:
        if front.count == 1 {
          drawColumns(of: closed, series.style, in: rect, on: &canvas)
          for compared in chart.series where compared.isCompared {
            drawNotches(of: padded(compared), in: rect, on: &canvas)
          }
        } else {
          let mark = chart.symbols.marks[index % chart.symbols.marks.count]
          drawMarks(of: closed, mark, series.style, in: rect, on: &canvas)
        }
      }
      // Over the others: where there are more intervals than columns, it shares its column.
      if let open { drawOpen(open, series.style, in: rect, on: &canvas) }
    }
    drawCursor(in: rect, on: &canvas)
  }

  /// The values up to the last interval of the chart.
  private func padded(_ series: LineChart.Series) -> [Double?] {
    series.values.map { $0.flatMap { $0.isFinite ? $0 : nil } }
      + Array(repeating: nil, count: chart.intervals - series.values.count)
  }

  /// How far up a value lies, in `steps` of the whole height, clamped.
  private func level(_ value: Double, of steps: Int) -> Int {
    guard high > low else { return 0 }
    return Int((min(max((value - low) / (high - low), 0), 1) * Double(steps)).rounded())
  }

  /// The columns of an interval.
  private func columns(of interval: Int, in rect: Rect) -> Range<Int> {
    let first = (interval * rect.width + chart.intervals - 1) / chart.intervals
    let next = ((interval + 1) * rect.width + chart.intervals - 1) / chart.intervals
    return min(first, rect.width - 1)..<min(max(first + 1, next), rect.width)
  }

  private func peaks(of values: [Double?], in rect: Rect) -> [(column: Int, value: Double)] {
    (0..<rect.width).compactMap { column in
      let range = Resampling.range(of: column, columns: rect.width, count: chart.intervals)
      return values[range.clamped(to: values.indices)].compactMap { $0 }.max()
        .map { (column, $0) }
    }
  }

  private func drawColumns(
    of values: [Double?],
    _ style: Style,
    in rect: Rect,
    on canvas: inout Canvas
  ) {
    for (column, value) in peaks(of: values, in: rect) {
      // A measured 0 is a line on the axis, so that it is not taken for a gap.
      let eighths = max(1, level(value, of: rect.height * 8))
      for row in 0..<rect.height {
        let filled = min(8, eighths - row * 8)
        guard filled > 0 else { break }
        let y = rect.maxY - 1 - row
        canvas.put(chart.symbols.levels[filled], x: rect.x + column, y: y, style: style)
      }
    }
  }

  private func drawMarks(
    of values: [Double?],
    _ mark: Unicode.Scalar,
    _ style: Style,
    in rect: Rect,
    on canvas: inout Canvas
  ) {
    for (column, value) in peaks(of: values, in: rect) {
      let y = rect.maxY - 1 - level(value, of: rect.height - 1)
      canvas.put(mark, x: rect.x + column, y: y, style: style)
    }
  }

  /// Cuts a compared line out of the filled columns that cover it.
  private func drawNotches(of values: [Double?], in rect: Rect, on canvas: inout Canvas) {
    for (column, value) in peaks(of: values, in: rect) {
      let (x, y) = (rect.x + column, rect.maxY - 1 - level(value, of: rect.height - 1))
      guard let cell = canvas[x: x, y: y], cell.scalar == chart.symbols.levels[8] else { continue }
      canvas.put(chart.symbols.compared, x: x, y: y, style: cell.style.adding(.reverse))
    }
  }

  private func drawOpen(
    _ value: Double,
    _ style: Style,
    in rect: Rect,
    on canvas: inout Canvas
  ) {
    let rows = max(1, level(value, of: rect.height))
    for column in columns(of: chart.intervals - 1, in: rect) {
      for y in rect.maxY - rows..<rect.maxY {
        canvas.put(chart.symbols.open, x: rect.x + column, y: y, style: style.adding(.dim))
      }
    }
  }

  private func drawLine(
    through values: [Double?],
    _ style: Style,
    _ dashes: BrailleDots.Dashes,
    in rect: Rect,
    on canvas: inout Canvas
  ) {
    var dots = BrailleDots(width: rect.width, height: rect.height, dashes: dashes)
    var before: (x: Int, y: Int)?
    for (index, value) in values.enumerated() {
      guard let value else {
        before = nil
        continue
      }
      let x = min(dots.width - 1, (2 * index + 1) * dots.width / (2 * chart.intervals))
      let point = (x: x, y: dots.height - 1 - level(value, of: dots.height - 1))
      if let before { dots.line(from: before, to: point) } else { dots.start(at: point) }
      before = point
    }
    dots.draw(in: rect, style: style, on: &canvas)
  }

  private func drawCursor(in rect: Rect, on canvas: inout Canvas) {
    guard let cursor = chart.cursor, cursor >= 0, cursor < chart.intervals else { return }
    let x = rect.x + columns(of: cursor, in: rect).lowerBound
    for y in rect.y..<rect.maxY {
      if canvas[x: x, y: y]?.scalar == " " {
        canvas.put(chart.symbols.vertical, x: x, y: y, style: .accent)
      } else {
        canvas.restyle(Rect(x: x, y: y, width: 1, height: 1)) { $0.adding(.reverse) }
      }
    }
  }
}
