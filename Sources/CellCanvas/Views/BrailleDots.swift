/// A field of dots, two by four in each cell.
struct BrailleDots {
  let width: Int
  let height: Int
  private let columns: Int
  private let dashes: Dashes
  private var patterns: [UInt8]
  /// How far lines went so far.
  private var length = 0

  /// How lines are broken: so many dots, then so many without one.
  struct Dashes: Hashable {
    var dots: Int
    var gap: Int

    /// Not at all.
    static let none = Dashes(dots: 1, gap: 0)
    /// Those that can be told apart within eight dots.
    static let all = [
      none, Dashes(dots: 4, gap: 2), Dashes(dots: 2, gap: 2), Dashes(dots: 1, gap: 1),
      Dashes(dots: 1, gap: 3),
    ]

    /// Those of one of several lines: none where colours tell them apart.
    static func of(_ index: Int, on canvas: Canvas) -> Dashes {
      canvas.hasColor ? none : all[index % all.count]
    }
  }

  /// Makes an empty field over so many cells.
  init(width columns: Int, height rows: Int, dashes: Dashes = .none) {
    self.columns = columns
    self.dashes = dashes
    width = columns * 2
    height = rows * 4
    patterns = Array(repeating: 0, count: columns * rows)
  }

  /// Sets one dot, counted from the top left; outside it is ignored.
  mutating func set(x: Int, y: Int) {
    guard x >= 0, x < width, y >= 0, y < height else { return }
    patterns[y / 4 * columns + x / 2] |= Self.bits[y % 4][x % 2]
  }

  /// Begins a line with a dot.
  mutating func start(at point: (x: Int, y: Int)) {
    length = 0
    set(x: point.x, y: point.y)
  }

  /// Sets the dots of a straight line, both ends included but for dashes, which go on where the last line
  /// ended.
  mutating func line(from start: (x: Int, y: Int), to end: (x: Int, y: Int)) {
    let steps = max(abs(end.x - start.x), abs(end.y - start.y), 1)
    for step in 0...steps {
      if step > 0 { length += 1 }
      guard length % (dashes.dots + dashes.gap) < dashes.dots else { continue }
      let share = Double(step) / Double(steps)
      set(
        x: start.x + Int((Double(end.x - start.x) * share).rounded()),
        y: start.y + Int((Double(end.y - start.y) * share).rounded())
      )
    }
  }

  /// Puts the cells that have dots, joined with dots already there.
  func draw(in rect: Rect, style: Style, on canvas: inout Canvas) {
    for (index, pattern) in patterns.enumerated() where pattern != 0 {
      let (x, y) = (rect.x + index % columns, rect.y + index / columns)
      let below = canvas[x: x, y: y]
      let dots = below?.style.role == .grid ? 0 : below?.scalar.value ?? 0
      let joined = (0x2800...0x28FF).contains(dots) ? pattern | UInt8(dots - 0x2800) : pattern
      canvas.put(Symbols.dots(joined), x: x, y: y, style: style)
    }
  }

  /// The bit of one dot of a cell, by column from the left and row from the bottom.
  static func bit(x: Int, fromBottom row: Int) -> UInt8 { bits[3 - row][x] }

  /// Bits of a pattern by row and column: Unicode numbers the lowest row last.
  private static let bits: [[UInt8]] = [[1, 8], [2, 16], [4, 32], [64, 128]]
}
