/// One metric over time: a column for each interval on one even scale, the comparison as a line over them.
///
/// ```
///  9 k⠁⠁⠁⠁⠁⠁⠁⠁▃▃▃⠁███⠁⠁⠁⠁   dotted lines at the ticks, a whole number of rows apart
///        ⣀⣀⣀⣀⣸███⡀███⠒⠒⠒    the comparison, over the columns
///  3 k▅▅▅⠁███⠁███⠁███⠁▒▒▒   the interval that is not over: hatched
///    0▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔   the baseline: missing where nothing was collected
///     15:00   17:00
/// ```
/// Columns, comparison and the open interval are rounded the same: columns to an eighth of a row, the
/// comparison to the quarter that holds that eighth. Nothing drawn later hides a value: where both end in
/// one row, the comparison leaves out the first and last column of the bar, and in a bar of one column both
/// share a braille cell (the bar at the left in quarters, the comparison at the right). ASCII shows quarters
/// with `.` `:` `|` `#` for columns and `_` `-` `~` `^` for the comparison; in a bar of one column the
/// comparison hides the end of the bar.
///
/// A column is never a summary: give it values that fit, see ``JoinedIntervals``. Of more values than columns
/// the newest are shown, and a `<` on the baseline tells that there are older ones.
public struct ColumnChart: View {
  let values: [Double?]
  let comparison: [Double?]
  let labels: [AxisLabel]
  let lastIsOpen: Bool
  let cursor: Int?
  let isIntegral: Bool
  let symbols: Symbols
  let format: (Double) -> String

  /// Makes a chart.
  ///
  /// - Parameters:
  ///   - values: oldest first, one for each interval, ≥ 0; nil and what is not finite were not measured.
  ///   - comparison: the values of the comparison period, interval by interval; empty without one.
  ///   - labels: texts below the baseline; those that would overlap are left out.
  ///   - lastIsOpen: whether the last interval is not over yet.
  ///   - cursor: the interval that is being read, if any.
  ///   - isIntegral: whether values are counts, which have no ticks between whole numbers.
  ///   - symbols: the glyphs to use.
  ///   - format: the text of a value on the vertical axis.
  public init(
    _ values: [Double?],
    comparison: [Double?] = [],
    labels: [AxisLabel] = [],
    lastIsOpen: Bool = false,
    cursor: Int? = nil,
    isIntegral: Bool = false,
    symbols: Symbols = .blocks,
    format: @escaping (Double) -> String
  ) {
    self.values = values
    self.comparison = comparison
    self.labels = labels
    self.lastIsOpen = lastIsOpen
    self.cursor = cursor
    self.isIntegral = isIntegral
    self.symbols = symbols
    self.format = format
  }

  /// Draws axis, columns and comparison; small rectangles do without labels, the smallest without axis.
  public func draw(in rect: Rect, on canvas: inout Canvas) {
    guard !rect.isEmpty else { return }
    let frame = frame(in: rect)
    frame.drawGrid(symbols, format, on: &canvas)
    canvas.draw(ColumnPlot(self, frame.axis, frame.columns), in: frame.plot)
    let gaps = (0..<intervals).filter { value($0) == nil }
    frame.drawBaseline(symbols, gaps: gaps, cursor: cursor, on: &canvas)
    frame.drawLabels(labels, on: &canvas)
  }

  /// The intervals that a chart of such a width has columns for; see ``JoinedIntervals``.
  ///
  /// - Parameters:
  ///   - width: the columns of the rectangle.
  ///   - highest: the highest value, whose label takes room.
  /// - Returns: the most values of which each gets a column of its own.
  public func intervals(in width: Int, upTo highest: Double) -> Int {
    max(1, width - CharacterWidth.columns(of: format(highest)) - 1)
  }

  /// The interval drawn at a column, such as the one that was clicked; nil beside the plot.
  public func interval(atColumn x: Int, in rect: Rect) -> Int? {
    let frame = frame(in: rect)
    return frame.columns.interval(at: x - frame.plot.x)
  }

  /// What the marks of a chart mean, for the right end of its heading.
  ///
  /// - Parameters:
  ///   - lastIsOpen: whether the last interval is not over yet.
  ///   - name: the name of the comparison period, such as `previous 24 h`; nil where none is on the chart.
  ///   - symbols: the glyphs of the chart.
  /// - Returns: samples of the marks with their names; nothing for what is not on the chart.
  public static func legend(
    lastIsOpen: Bool,
    comparison name: String?,
    _ symbols: Symbols
  ) -> [TextRun] {
    var runs: [TextRun] = []
    if lastIsOpen {
      runs += [TextRun("\(symbols.hatch)", Style(.barTop)), TextRun(" so far", .dim)]
    }
    if let name {
      if !runs.isEmpty { runs.append(TextRun("   ")) }
      let sample = symbols.family == .ascii ? "--" : "⠒⠒"
      runs += [TextRun(sample, Style(.comparison)), TextRun(" \(name)", .dim)]
    }
    return runs
  }

  /// Intervals on the horizontal axis.
  var intervals: Int { max(values.count, comparison.count) }

  /// A value that was measured.
  func value(_ interval: Int) -> Double? { Self.measured(values, interval) }

  /// A value of the comparison period that was measured.
  func compared(_ interval: Int) -> Double? { Self.measured(comparison, interval) }

  func frame(in rect: Rect) -> ChartFrame {
    let known = (0..<intervals).flatMap { [value($0), compared($0)] }.compactMap { $0 }
    return ChartFrame(
      in: rect,
      intervals: intervals,
      highest: known.max() ?? 0,
      isIntegral: isIntegral,
      hasLabels: !labels.isEmpty,
      format: format
    )
  }

  private static func measured(_ values: [Double?], _ interval: Int) -> Double? {
    guard values.indices.contains(interval), let value = values[interval], value.isFinite else {
      return nil
    }
    return max(0, value)
  }
}
