/// Several series below each other, each on a scale of its own that is written beside it, with one time axis
/// and one cursor.
///
/// ```
///  Plays        138 ▕⣀⣠⣤⣶⣷⣦⣀⣀⣠⣤⣶⣿⣷⣦⣀ 0–393
///  Error rate 2.0 % ▕⣀⣀⡀⣀⣸⣀⣀⡀⣀⣀⣀⣸⣀⣀⣀ 0–6.7 %
///                    15:00     18:00
/// ```
/// Where there is room, rows get higher, up to four cells.
public struct SmallMultiples: View {
  /// One of the series.
  public struct Item: Hashable, Sendable {
    /// What it is of.
    public var label: String
    /// Its newest value, or the one under the cursor.
    public var value: String
    /// Oldest first, one for each interval; missing ones are nil.
    public var values: [Double?]
    /// The values between which its height is, such as `0–393`.
    public var range: String
    /// How its shape looks.
    public var style: Style

    /// Makes an item.
    public init(
      _ label: String,
      value: String,
      _ values: [Double?],
      range: String,
      style: Style = Style(.barTop)
    ) {
      self.label = label
      self.value = value
      self.values = values
      self.range = range
      self.style = style
    }
  }

  private let items: [Item]
  private let labels: [AxisLabel]
  private let lastIsOpen: Bool
  private let cursor: Int?
  private let selected: Int?
  private let symbols: Symbols

  /// Makes the rows.
  ///
  /// - Parameters:
  ///   - items: the series, in order; those for which there is no room are left out.
  ///   - labels: texts of the time axis, where an interval starts.
  ///   - lastIsOpen: whether the last interval is not over yet.
  ///   - cursor: the interval that is being read, in all of them.
  ///   - selected: the item under the cursor.
  ///   - symbols: the glyphs to use.
  public init(
    _ items: [Item],
    labels: [AxisLabel] = [],
    lastIsOpen: Bool = false,
    cursor: Int? = nil,
    selected: Int? = nil,
    symbols: Symbols = .blocks
  ) {
    self.items = items
    self.labels = labels
    self.lastIsOpen = lastIsOpen
    self.cursor = cursor
    self.selected = selected
    self.symbols = symbols
  }

  /// Draws as many items as fit, and the time axis on the last row.
  public func draw(in rect: Rect, on canvas: inout Canvas) {
    guard !rect.isEmpty, !items.isEmpty else { return }
    let parts = parts(in: rect)
    for (index, item) in items.prefix(parts.shown).enumerated() {
      draw(item, at: index, parts, in: rect, on: &canvas)
    }
    if parts.hasAxis { drawAxis(in: parts.trend, at: rect.maxY - 1, on: &canvas) }
  }

  /// The interval at a column, such as the one that was clicked; nil beside the shapes.
  public func interval(atColumn x: Int, in rect: Rect) -> Int? {
    let trend = parts(in: rect).trend
    guard trend.contains(x: x, y: trend.y) else { return nil }
    return (0..<intervals).last { column(of: $0, in: trend) <= x }
  }

  /// The item at a row; nil below all of them.
  public func item(atRow y: Int, in rect: Rect) -> Int? {
    let parts = parts(in: rect)
    let index = (y - rect.y) / (parts.height + parts.spacing)
    return y >= rect.y && index < parts.shown ? index : nil
  }

  private struct Parts {
    var height: Int
    var spacing: Int
    var shown: Int
    var hasAxis: Bool
    var labelWidth: Int
    var valueWidth: Int
    var rangeWidth: Int
    var trend: Rect
  }

  private var intervals: Int { items.map(\.values.count).max() ?? 0 }

  private func parts(in rect: Rect) -> Parts {
    let hasAxis = !labels.isEmpty && rect.height > 1
    let rows = rect.height - (hasAxis ? 1 : 0)
    // A blank row between shapes of several rows.
    let height = min(4, max(1, (rows + 1) / max(1, items.count) - 1))
    let spacing = height > 1 || rows >= items.count * 2 - 1 ? 1 : 0
    func widest(_ texts: [String]) -> Int { texts.map(CharacterWidth.columns).max() ?? 0 }
    let value = widest(items.map(\.value))
    let range = rect.width >= 48 ? widest(items.map(\.range)) : 0
    let label = min(widest(items.map(\.label)), max(6, rect.width / 3))
    let left = label + 1 + value + 1
    let trend = Rect(
      x: rect.x + left,
      y: rect.y,
      width: rect.width - left - (range > 0 ? range + 1 : 0),
      height: height
    )
    return Parts(
      height: height,
      spacing: spacing,
      shown: min(items.count, (rows + spacing) / (height + spacing)),
      hasAxis: hasAxis,
      labelWidth: label,
      valueWidth: value,
      rangeWidth: range,
      trend: trend
    )
  }

  private func draw(
    _ item: Item,
    at index: Int,
    _ parts: Parts,
    in rect: Rect,
    on canvas: inout Canvas
  ) {
    let y = rect.y + index * (parts.height + parts.spacing)
    // Words stand on the baseline of the shape.
    let row = y + parts.height - 1
    let style: Style = index == selected ? .accent : .text
    canvas.write(item.label, x: rect.x, y: row, width: parts.labelWidth, style: style)
    let blanks = parts.valueWidth - CharacterWidth.columns(of: item.value)
    canvas.write(
      item.value,
      x: rect.x + parts.labelWidth + 1 + blanks,
      y: row,
      width: parts.valueWidth - blanks,
      style: .title
    )
    let trend = Trend(
      item.values + Array(repeating: nil, count: intervals - item.values.count),
      lastIsOpen: lastIsOpen,
      cursor: cursor,
      style: item.style,
      symbols: symbols
    )
    let area = parts.trend
    canvas.draw(trend, in: Rect(x: area.x, y: y, width: area.width, height: area.height))
    if parts.rangeWidth > 0 {
      canvas.write(item.range, x: area.maxX + 1, y: row, width: parts.rangeWidth, style: .dim)
    }
  }

  private func drawAxis(in trend: Rect, at y: Int, on canvas: inout Canvas) {
    var free = trend.x
    for label in labels.sorted(by: { $0.interval < $1.interval })
    where label.interval >= 0 && label.interval < intervals {
      let width = CharacterWidth.columns(of: label.text)
      let start = min(column(of: label.interval, in: trend), trend.maxX - width)
      guard start >= free else { continue }
      canvas.write(label.text, x: start, y: y, width: width, style: .dim)
      free = start + width + 1
    }
  }

  private func column(of interval: Int, in trend: Rect) -> Int {
    let cells = Trend.cells(of: interval, of: intervals, lastIsOpen, in: trend.width, symbols)
    return trend.x + cells.lowerBound
  }
}
