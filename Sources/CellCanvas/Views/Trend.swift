/// The shape of a series in a few cells, the newest value at the right edge.
///
/// The lowest level is 0 and the highest the maximum, so that 0 is seen and a missing value is a blank. The
/// interval that is not over has a cell of its own and is fainter. A series that has more values than there
/// are points is shown by means of neighbours, which keeps sums and averages in proportion and never shows
/// a peak as if it were the whole; give it values that fit, see ``JoinedIntervals``, to decide otherwise.
public struct Trend: View {
  private let values: [Double?]
  private let maximum: Double?
  private let lastIsOpen: Bool
  private let cursor: Int?
  private let style: Style
  private let symbols: Symbols

  /// Makes a trend.
  ///
  /// - Parameters:
  ///   - values: oldest first, ≥ 0; nil and what is not finite are missing.
  ///   - maximum: the value that fills the height; nil is the highest of `values`.
  ///   - lastIsOpen: whether the last interval is not over yet.
  ///   - cursor: the interval that is being read, if any; its cells are reversed.
  ///   - style: how it looks.
  ///   - symbols: the glyphs to use: braille unless they are ASCII, for it has two values a cell.
  public init(
    _ values: [Double?],
    maximum: Double? = nil,
    lastIsOpen: Bool = false,
    cursor: Int? = nil,
    style: Style = Style(.barTop),
    symbols: Symbols = .blocks
  ) {
    self.values = values.map { $0.flatMap { $0.isFinite ? max(0, $0) : nil } }
    self.maximum = maximum
    self.lastIsOpen = lastIsOpen && !values.isEmpty
    self.cursor = cursor
    self.style = style
    self.symbols = symbols
  }

  /// The values that a trend of such a width shows one by one.
  public static func capacity(in width: Int, lastIsOpen: Bool, _ symbols: Symbols) -> Int {
    let perCell = symbols.family == .ascii ? 1 : 2
    return lastIsOpen ? max(0, width - 1) * perCell + 1 : width * perCell
  }

  /// The columns of cells, from 0, that show an interval of so many.
  static func cells(
    of interval: Int,
    of count: Int,
    _ lastIsOpen: Bool,
    in width: Int,
    _ symbols: Symbols
  ) -> Range<Int> {
    let places = Places(count, lastIsOpen, in: width, symbols)
    let points = places.points(of: interval)
    guard !points.isEmpty else { return 0..<0 }
    return points.lowerBound / places.perCell..<(points.upperBound - 1) / places.perCell + 1
  }

  /// The columns left of the oldest value: intervals have whole numbers of points, and the newest is at the right.
  static func blanks(before count: Int, _ lastIsOpen: Bool, in width: Int, _ symbols: Symbols)
    -> Int
  {
    guard count > 0 else { return 0 }
    return cells(of: 0, of: count, lastIsOpen, in: width, symbols).lowerBound
  }

  /// Draws over all rows of `rect`.
  public func draw(in rect: Rect, on canvas: inout Canvas) {
    guard !rect.isEmpty, !values.isEmpty else { return }
    let points = points(in: rect.width)
    let top = maximum ?? points.compactMap(\.value).max() ?? 0
    if symbols.family == .ascii {
      for point in points {
        guard let value = point.value else { continue }
        let level = level(value, of: rect.height * 8, upTo: top)
        for row in 0..<rect.height where level > row * 8 {
          let glyph = Self.asciiLevels[min(8, level - row * 8) - 1]
          let style = point.isOpen ? style.adding(.dim) : style
          canvas.put(glyph, x: rect.x + point.column, y: rect.maxY - 1 - row, style: style)
        }
      }
    } else {
      drawDots(points, upTo: top, in: rect, on: &canvas)
    }
    drawCursor(in: rect, on: &canvas)
  }

  private func drawCursor(in rect: Rect, on canvas: inout Canvas) {
    guard let cursor, values.indices.contains(cursor) else { return }
    let cells = Self.cells(of: cursor, of: values.count, lastIsOpen, in: rect.width, symbols)
    guard !cells.isEmpty else { return }
    let x = rect.x + cells.lowerBound + cells.count / 2
    for y in rect.y..<rect.maxY {
      if canvas[x: x, y: y]?.scalar == " " {
        canvas.put(symbols.vertical, x: x, y: y, style: .accent)
      } else {
        canvas.restyle(Rect(x: x, y: y, width: 1, height: 1)) { _ in Style(.accent, .reverse) }
      }
    }
  }

  /// Where the values lie: two points a cell in braille, one in ASCII.
  private struct Places {
    let perCell: Int
    private let closed: Int
    private let count: Int
    /// The points that the closed intervals share.
    private let room: Int
    /// The points of one value; 0 where several values share one.
    private let unit: Int
    private let end: Int

    init(_ count: Int, _ lastIsOpen: Bool, in width: Int, _ symbols: Symbols) {
      perCell = symbols.family == .ascii ? 1 : 2
      self.count = count
      end = width * perCell
      closed = lastIsOpen ? max(0, count - 1) : count
      var unit = count > 0 ? end / count : 0
      var room = end
      if lastIsOpen {
        // A whole number of cells, which no closed interval shares.
        let openCells = max(1, (unit + perCell - 1) / perCell)
        room = max(0, width - openCells) * perCell
        unit = closed > 0 ? room / closed : 0
      }
      self.room = room
      self.unit = unit
    }

    /// The points that show something of the closed intervals, oldest first.
    var shown: Int { min(closed, room) }

    /// The values that the `place`th of them stands for.
    func values(at place: Int) -> Range<Int> {
      place * closed / shown..<(place + 1) * closed / shown
    }

    func points(at place: Int) -> Range<Int> {
      let width = max(1, unit)
      let start = room - shown * width + place * width
      return start..<start + width
    }

    var openPoints: Range<Int> { room..<end }

    /// The points of an interval.
    func points(of interval: Int) -> Range<Int> {
      guard interval < closed else { return interval < count ? openPoints : 0..<0 }
      return shown > 0 ? points(at: interval * shown / closed) : 0..<0
    }
  }

  /// A value at a column of dots, or of cells in ASCII.
  private struct Point {
    var column: Int
    var value: Double?
    var isOpen: Bool
  }

  private func points(in width: Int) -> [Point] {
    let places = Places(values.count, lastIsOpen, in: width, symbols)
    var points: [Point] = []
    for place in 0..<places.shown {
      let known = values[places.values(at: place)].compactMap { $0 }
      let mean = known.isEmpty ? nil : known.reduce(0) { $0 + $1 / Double(known.count) }
      points += places.points(at: place).map { Point(column: $0, value: mean, isOpen: false) }
    }
    guard lastIsOpen, let last = values.last else { return points }
    return points + places.openPoints.map { Point(column: $0, value: last, isOpen: true) }
  }

  /// The level of a value, from 1 for 0 to `levels` for the maximum.
  private func level(_ value: Double, of levels: Int, upTo top: Double) -> Int {
    guard top > 0 else { return 1 }
    return 1 + Int((min(max(value / top, 0), 1) * Double(levels - 1)).rounded())
  }

  private func drawDots(
    _ points: [Point],
    upTo top: Double,
    in rect: Rect,
    on canvas: inout Canvas
  ) {
    var patterns = Array(repeating: UInt8(0), count: rect.width * rect.height)
    for point in points {
      guard let value = point.value else { continue }
      for dot in 0..<level(value, of: rect.height * 4, upTo: top) {
        patterns[dot / 4 * rect.width + point.column / 2] |=
          BrailleDots.bit(x: point.column % 2, fromBottom: dot % 4)
      }
    }
    let openCells = Set(points.filter(\.isOpen).map { $0.column / 2 })
    for (index, pattern) in patterns.enumerated() where pattern != 0 {
      let isOpen = openCells.contains(index % rect.width)
      canvas.put(
        Symbols.dots(pattern),
        x: rect.x + index % rect.width,
        y: rect.maxY - 1 - index / rect.width,
        style: isOpen ? style.adding(.dim) : style
      )
    }
  }

  private static let asciiLevels: [Unicode.Scalar] = ["_", ".", ":", "-", "=", "+", "*", "#"]
}
