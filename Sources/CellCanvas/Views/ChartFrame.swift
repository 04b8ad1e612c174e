/// A text on the horizontal axis of a chart, where an interval starts.
public struct AxisLabel: Hashable, Sendable {
  /// The interval, counted from 0.
  public var interval: Int
  /// What to write there.
  public var text: String

  /// Makes a label.
  public init(at interval: Int, _ text: String) {
    self.interval = interval
    self.text = text
  }
}

/// Where the parts of a chart lie, and its axes.
struct ChartFrame {
  let plot: Rect
  let axis: ValueAxis
  let columns: IntervalColumns
  private let rect: Rect
  private let hasBaseline: Bool
  private let hasLabels: Bool
  private let gutter: Int

  init(
    in rect: Rect,
    intervals: Int,
    highest: Double,
    isIntegral: Bool,
    hasLabels: Bool,
    format: (Double) -> String
  ) {
    self.rect = rect
    hasBaseline = rect.height >= 2
    self.hasLabels = hasLabels && rect.height >= 4
    let below = (hasBaseline ? 1 : 0) + (self.hasLabels ? 1 : 0)
    axis = ValueAxis(upTo: highest, rows: rect.height - below, isIntegral: isIntegral)
    let widest = axis.ticks.map { CharacterWidth.columns(of: format($0)) }.max() ?? 0
    gutter = rect.height >= 4 && rect.width >= widest + 1 + 8 ? widest + 1 : 0
    plot = rect.inset(left: gutter, bottom: below)
    columns = IntervalColumns(intervals, in: plot.width)
  }

  /// Draws a dotted line and a label at each tick above the baseline.
  func drawGrid(_ symbols: Symbols, _ format: (Double) -> String, on canvas: inout Canvas) {
    guard hasBaseline else { return }
    for (index, tick) in axis.ticks.enumerated() {
      // The dots are at the upper edge of the row that a column of that value fills.
      let y = plot.maxY - index * axis.rowsPerTick
      if index > 0 {
        for x in plot.x..<plot.maxX { canvas.put(symbols.grid, x: x, y: y, style: Style(.grid)) }
      }
      let text = format(tick)
      let width = CharacterWidth.columns(of: text)
      if gutter > 0 { canvas.write(text, x: plot.x - 1 - width, y: y, width: width, style: .dim) }
    }
  }

  /// Draws what columns stand on; it has holes where nothing was measured.
  func drawBaseline(_ symbols: Symbols, gaps: [Int], cursor: Int?, on canvas: inout Canvas) {
    guard hasBaseline else { return }
    for x in plot.x..<plot.maxX {
      canvas.put(symbols.baseline, x: x, y: plot.maxY, style: .border)
    }
    for gap in gaps {
      for column in columns.bar(gap) {
        canvas.put(" ", x: plot.x + column, y: plot.maxY, style: .border)
      }
    }
    if columns.hidden > 0 { canvas.put("<", x: plot.x, y: plot.maxY, style: .warn) }
    if let bar = cursor.map(columns.bar), !bar.isEmpty {
      let middle = plot.x + bar.lowerBound + (bar.count - 1) / 2
      canvas.put(symbols.up, x: middle, y: plot.maxY, style: .accent)
    }
  }

  /// Writes texts below the baseline, from where an interval starts.
  func drawLabels(_ labels: [AxisLabel], on canvas: inout Canvas) {
    guard hasLabels else { return }
    var free = plot.x
    for label in labels.sorted(by: { $0.interval < $1.interval }) {
      let bar = columns.bar(label.interval)
      guard !bar.isEmpty else { continue }
      let width = CharacterWidth.columns(of: label.text)
      let start = min(plot.x + bar.lowerBound, plot.maxX - width)
      guard start >= free else { continue }
      canvas.write(label.text, x: start, y: plot.maxY + 1, width: width, style: .dim)
      free = start + width + 1
    }
  }
}
