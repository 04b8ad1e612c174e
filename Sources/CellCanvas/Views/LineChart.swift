/// Series over time with axes: braille lines, or columns of blocks, by the symbols' family.
///
/// ```
///   9 k ┤        ⣀⣤⣶⣤⡀       values are labelled by the caller's formatter
///       │   ⣀⣴⠾⠛⠉   ⠉⠛⠿⣶⡀   ▒   the interval still open is shaded
///   0 k ┼──┬────────┬───────────   labels stand where the caller puts them
///        15:00     18:00
/// ```
/// A missing value is a gap. Several front series in blocks or ASCII are drawn as rows of marks, a
/// different mark each.
public struct LineChart: View {
  /// One line of the chart.
  public struct Series: Hashable, Sendable {
    /// Oldest first, one for each interval; nil and what is not finite are missing.
    public var values: [Double?]
    /// How it looks.
    public var style: Style
    /// Whether it is a compared period, drawn faintly behind the others.
    public var isCompared: Bool

    /// Makes a line.
    public init(_ values: [Double?], style: Style = .series(0), isCompared: Bool = false) {
      self.values = values
      self.style = style
      self.isCompared = isCompared
    }
  }

  /// A text below the axis, where an interval starts.
  public typealias Label = AxisLabel

  let series: [Series]
  let labels: [Label]
  let lastIsOpen: Bool
  let cursor: Int?
  let isIntegral: Bool
  let symbols: Symbols
  let format: (Double) -> String

  /// Makes a chart.
  ///
  /// - Parameters:
  ///   - series: the lines; later ones are drawn over earlier ones, compared ones behind all.
  ///   - labels: texts below the axis; those that would overlap are left out.
  ///   - lastIsOpen: whether the last interval is not over yet.
  ///   - cursor: the interval that is being read, if any.
  ///   - isIntegral: whether values are counts, which have no ticks between whole numbers.
  ///   - symbols: the glyphs to use.
  ///   - format: the text of a value on the vertical axis.
  public init(
    _ series: [Series],
    labels: [Label] = [],
    lastIsOpen: Bool = false,
    cursor: Int? = nil,
    isIntegral: Bool = false,
    symbols: Symbols = .blocks,
    format: @escaping (Double) -> String
  ) {
    self.series = series
    self.labels = labels
    self.lastIsOpen = lastIsOpen
    self.cursor = cursor
    self.isIntegral = isIntegral
    self.symbols = symbols
    self.format = format
  }

  /// The interval drawn at a column, such as the one that was clicked; nil beside the plot.
  public func interval(atColumn x: Int, in rect: Rect) -> Int? {
    let plot = LineChartFrame(self, in: rect).plot
    guard intervals > 0, plot.contains(x: x, y: plot.y) else { return nil }
    return Resampling.range(of: x - plot.x, columns: plot.width, count: intervals).lowerBound
  }

  /// Draws axes and series; small rectangles do without axes.
  public func draw(in rect: Rect, on canvas: inout Canvas) {
    let frame = LineChartFrame(self, in: rect)
    frame.drawAxes(of: self, on: &canvas)
    canvas.draw(LineChartPlot(self, scale: frame.ticks), in: frame.plot)
  }

  /// A piece of a front series as a legend shows it: its mark, or its dashes where there is no colour.
  ///
  /// - Parameters:
  ///   - index: which of the front series, from 0.
  ///   - symbols: the glyphs of the chart.
  ///   - canvas: what it is drawn on.
  /// - Returns: two columns of marks or line, or four of dashes.
  public static func sample(of index: Int, _ symbols: Symbols, on canvas: Canvas) -> String {
    guard symbols.family == .braille else {
      return String(repeating: "\(symbols.marks[index % symbols.marks.count])", count: 2)
    }
    guard !canvas.hasColor else { return String(repeating: "\(symbols.line)", count: 2) }
    var sample = Canvas(size: Size(width: 4, height: 1))
    var dots = BrailleDots(width: 4, height: 1, dashes: .of(index, on: canvas))
    dots.line(from: (0, 1), to: (dots.width - 1, 1))
    dots.draw(in: sample.bounds, style: .text, on: &sample)
    return sample.lines[0]
  }

  /// Intervals on the horizontal axis.
  var intervals: Int { series.map(\.values.count).max() ?? 0 }
}
