/// Where the parts of a line chart lie, and its axes.
struct LineChartFrame {
  let plot: Rect
  let ticks: NiceTicks
  private let hasLabels: Bool
  private let gutter: Int

  init(_ chart: LineChart, in rect: Rect) {
    hasLabels = rect.height >= 4 && rect.width >= 8
    let height = rect.height - (hasLabels ? 2 : 0)
    let values = chart.series.flatMap(\.values).compactMap { $0 }.filter(\.isFinite)
    ticks = NiceTicks(
      from: min(0, values.min() ?? 0),
      to: max(0, values.max() ?? 0),
      // Low charts need steps as fine as they can be, or the highest tick leaves them half empty.
      limit: min(6, max(height < 4 ? 2 : 4, height / 2 + 1)),
      integral: chart.isIntegral
    )
    let widest = ticks.values.map { CharacterWidth.columns(of: chart.format($0)) }.max() ?? 0
    gutter = hasLabels && rect.width >= widest + 2 + 8 ? widest + 2 : 0
    plot = rect.inset(left: gutter, bottom: hasLabels ? 2 : 0)
  }

  func drawAxes(of chart: LineChart, on canvas: inout Canvas) {
    guard hasLabels else { return }
    drawVertical(of: chart, on: &canvas)
    drawHorizontal(of: chart, on: &canvas)
  }

  private func drawVertical(of chart: LineChart, on canvas: inout Canvas) {
    guard gutter > 0 else { return }
    let axis = plot.x - 1
    for y in plot.y..<plot.maxY {
      canvas.put(chart.symbols.vertical, x: axis, y: y, style: .border)
    }
    guard let low = ticks.values.first, let high = ticks.values.last, high > low else { return }
    var lastRow: Int?
    for value in ticks.values {
      // The lowest value is the axis itself, the highest the top of the plot.
      let share = (value - low) / (high - low)
      let y = plot.maxY - Int((share * Double(plot.height)).rounded())
      guard lastRow.map({ $0 - y >= 2 || y == plot.y && $0 > y }) ?? true else { continue }
      lastRow = y
      let text = chart.format(value)
      let width = CharacterWidth.columns(of: text)
      canvas.write(text, x: axis - 1 - width, y: y, width: width, style: .dim)
      canvas.put(chart.symbols.tickLeft, x: axis, y: y, style: .border)
    }
  }

  private func drawHorizontal(of chart: LineChart, on canvas: inout Canvas) {
    let axis = plot.maxY
    for x in plot.x..<plot.maxX {
      canvas.put(chart.symbols.horizontal, x: x, y: axis, style: .border)
    }
    if gutter > 0 { canvas.put(chart.symbols.origin, x: plot.x - 1, y: axis, style: .border) }
    let count = chart.intervals
    var free = plot.x
    for label in chart.labels.sorted(by: { $0.interval < $1.interval })
    where label.interval >= 0 && label.interval < count {
      let tick = plot.x + (label.interval * plot.width + count - 1) / count
      let width = CharacterWidth.columns(of: label.text)
      let start = min(tick, plot.maxX - width)
      guard start >= free, tick < plot.maxX else { continue }
      canvas.put(chart.symbols.tickDown, x: tick, y: axis, style: .border)
      canvas.write(label.text, x: start, y: axis + 1, width: width, style: .dim)
      free = start + width + 1
    }
  }
}
