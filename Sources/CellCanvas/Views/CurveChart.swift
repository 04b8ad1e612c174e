/// Several series of one unit over each other, as lines on one even scale.
///
/// ```
///  9 k⠁⠁⠁⠁⣀⣤⠤⢄⣀⠁⠁⠁⠁⠁   scale, grid and baseline as those of ``ColumnChart``
///     ⡠⠤⠊⠁    ⠑⠒⢄⣀⣀    each series has a colour of its own, and dashes without colours
///    0▔▔▔▔▔▔▔▔▔▔▔▔▔▔
/// ```
/// Lines go through the middles of intervals, to a quarter of a row; a missing value breaks them. What leads to
/// an interval that is not over is dotted. In ASCII each series has a mark of its own at each interval.
/// Series of different units don't belong here, see ``SmallMultiples``.
public struct CurveChart: View {
  private let series: [[Double?]]
  private let labels: [AxisLabel]
  private let lastIsOpen: Bool
  private let cursor: Int?
  private let isIntegral: Bool
  private let symbols: Symbols
  private let format: (Double) -> String

  /// Makes a chart.
  ///
  /// - Parameters:
  ///   - series: the values of each, oldest first, ≥ 0; later series are drawn over earlier ones.
  ///   - labels: texts below the baseline; those that would overlap are left out.
  ///   - lastIsOpen: whether the last interval is not over yet.
  ///   - cursor: the interval that is being read, if any.
  ///   - isIntegral: whether values are counts, which have no ticks between whole numbers.
  ///   - symbols: the glyphs to use.
  ///   - format: the text of a value on the vertical axis.
  public init(
    _ series: [[Double?]],
    labels: [AxisLabel] = [],
    lastIsOpen: Bool = false,
    cursor: Int? = nil,
    isIntegral: Bool = false,
    symbols: Symbols = .blocks,
    format: @escaping (Double) -> String
  ) {
    self.series = series.map { $0.map { $0.flatMap { $0.isFinite ? max(0, $0) : nil } } }
    self.labels = labels
    self.lastIsOpen = lastIsOpen
    self.cursor = cursor
    self.isIntegral = isIntegral
    self.symbols = symbols
    self.format = format
  }

  /// A piece of a series as a legend shows it: two columns of its mark or line, or four of its dashes.
  public static func sample(of index: Int, _ symbols: Symbols, on canvas: Canvas) -> String {
    guard symbols.family != .ascii else {
      return String(repeating: "\(symbols.marks[index % symbols.marks.count])", count: 2)
    }
    var sample = Canvas(size: Size(width: canvas.hasColor ? 2 : 4, height: 1))
    var dots = BrailleDots(
      width: sample.size.width,
      height: 1,
      dashes: .of(index, on: canvas)
    )
    dots.line(from: (0, 1), to: (dots.width - 1, 1))
    dots.draw(in: sample.bounds, style: .text, on: &sample)
    return sample.lines[0]
  }

  /// What the dotted end of lines means; nothing where the last interval is over, and in ASCII, which has marks alone.
  public static func legend(lastIsOpen: Bool, _ symbols: Symbols) -> [TextRun] {
    guard lastIsOpen, symbols.family != .ascii else { return [] }
    return [TextRun("⠂⠐", .dim), TextRun(" so far", .dim)]
  }

  /// Draws axis and lines; small rectangles do without labels, the smallest without axis.
  public func draw(in rect: Rect, on canvas: inout Canvas) {
    guard !rect.isEmpty else { return }
    let frame = frame(in: rect)
    frame.drawGrid(symbols, format, on: &canvas)
    for (index, values) in series.enumerated() {
      if symbols.family == .ascii {
        drawMarks(values, index, frame, on: &canvas)
      } else {
        drawLine(values, index, frame, on: &canvas)
      }
    }
    drawCursor(frame, on: &canvas)
    let gaps = (0..<intervals).filter { interval in
      !series.contains { $0.indices.contains(interval) && $0[interval] != nil }
    }
    frame.drawBaseline(symbols, gaps: gaps, cursor: cursor, on: &canvas)
    frame.drawLabels(labels, on: &canvas)
  }

  /// The interval drawn at a column, such as the one that was clicked; nil beside the plot.
  public func interval(atColumn x: Int, in rect: Rect) -> Int? {
    let frame = frame(in: rect)
    return frame.columns.interval(at: x - frame.plot.x)
  }

  private var intervals: Int { series.map(\.count).max() ?? 0 }

  private func frame(in rect: Rect) -> ChartFrame {
    ChartFrame(
      in: rect,
      intervals: intervals,
      highest: series.joined().compactMap { $0 }.max() ?? 0,
      isIntegral: isIntegral,
      hasLabels: !labels.isEmpty,
      format: format
    )
  }

  /// The column of dots in the middle of an interval; nil if it is hidden.
  private func dot(of interval: Int, _ frame: ChartFrame) -> Int? {
    let bar = frame.columns.bar(interval)
    return bar.isEmpty ? nil : bar.lowerBound + bar.upperBound - 1
  }

  private func drawLine(
    _ values: [Double?],
    _ index: Int,
    _ frame: ChartFrame,
    on canvas: inout Canvas
  ) {
    let plot = frame.plot
    var dots = BrailleDots(
      width: plot.width,
      height: plot.height,
      dashes: .of(index, on: canvas)
    )
    var open = BrailleDots(
      width: plot.width,
      height: plot.height,
      dashes: BrailleDots.Dashes(dots: 1, gap: 2)
    )
    var before: (x: Int, y: Int)?
    for (interval, value) in values.enumerated() {
      guard let value, let x = dot(of: interval, frame) else {
        before = nil
        continue
      }
      let point = (x: x, y: dots.height - 1 - frame.axis.quarter(value))
      let isOpen = lastIsOpen && interval == intervals - 1
      switch (before, isOpen) {
      case (let before?, false): dots.line(from: before, to: point)
      case (let before?, true):
        open.line(from: before, to: point)
        open.start(at: point)
      case (nil, _): dots.start(at: point)
      }
      before = point
    }
    dots.draw(in: plot, style: .series(index), on: &canvas)
    open.draw(in: plot, style: .series(index), on: &canvas)
  }

  private func drawMarks(
    _ values: [Double?],
    _ index: Int,
    _ frame: ChartFrame,
    on canvas: inout Canvas
  ) {
    for (interval, value) in values.enumerated() {
      guard let value, let dot = dot(of: interval, frame) else { continue }
      canvas.put(
        symbols.marks[index % symbols.marks.count],
        x: frame.plot.x + dot / 2,
        y: frame.plot.maxY - 1 - frame.axis.quarter(value) / 4,
        style: .series(index)
      )
    }
  }

  private func drawCursor(_ frame: ChartFrame, on canvas: inout Canvas) {
    guard let cursor, let dot = dot(of: cursor, frame) else { return }
    let x = frame.plot.x + dot / 2
    for y in frame.plot.y..<frame.plot.maxY {
      guard let cell = canvas[x: x, y: y], cell.scalar == " " || cell.style.role == .grid
      else { continue }
      canvas.put(symbols.vertical, x: x, y: y, style: .accent)
    }
  }
}
