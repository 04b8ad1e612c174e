/// A grid of cells to draw on; it knows no terminal and clips whatever does not fit.
///
/// Every cell holds a printable glyph of known width, so a canvas can be shown as it is, whatever
/// text was written to it. A wide glyph has both its cells or none.
public struct Canvas: Hashable, Sendable {
  /// Columns and rows.
  public let size: Size
  /// Whether its colours will be seen; where not, shapes have to tell things apart.
  public let hasColor: Bool
  private(set) var cells: [Cell]
  private var clip: Rect

  /// Makes a blank canvas.
  public init(size: Size, hasColor: Bool = true) {
    self.size = size
    self.hasColor = hasColor
    cells = Array(repeating: .blank, count: size.width * size.height)
    clip = size.bounds
  }

  /// The whole area.
  public var bounds: Rect { size.bounds }

  /// The cell at a place; nil outside of the canvas.
  public subscript(x x: Int, y y: Int) -> Cell? {
    bounds.contains(x: x, y: y) ? cells[y * size.width + x] : nil
  }

  /// The cells of a row of the canvas.
  subscript(row y: Int) -> ArraySlice<Cell> { cells[y * size.width..<(y + 1) * size.width] }

  /// The same with so many blank rows below.
  public func addingRows(_ count: Int) -> Canvas {
    var canvas = Canvas(
      size: Size(width: size.width, height: size.height + count),
      hasColor: hasColor
    )
    canvas.cells.replaceSubrange(..<cells.count, with: cells)
    return canvas
  }

  /// Draws a view; nothing it does reaches cells outside of `rect`.
  public mutating func draw(_ view: some View, in rect: Rect) {
    let outer = clip
    clip = clip.intersection(rect)
    view.draw(in: rect, on: &self)
    clip = outer
  }

  /// Puts one glyph; one that is not printable is shown as `·`.
  ///
  /// - Returns: columns taken: 1 or 2, or 0 when it is outside or a wide glyph has no room.
  @discardableResult
  public mutating func put(_ scalar: Unicode.Scalar, x: Int, y: Int, style: Style) -> Int {
    put(Glyph(scalar), x: x, y: y, style: style)
  }

  @discardableResult
  mutating func put(_ glyph: Glyph, x: Int, y: Int, style: Style) -> Int {
    guard clip.contains(x: x, y: y), glyph.width == 1 || clip.contains(x: x + 1, y: y) else {
      return 0
    }
    if glyph.width == 1 {
      set(Cell(glyph.scalar, marks: glyph.marks, style: style), x: x, y: y)
    } else {
      set(Cell(glyph.scalar, marks: glyph.marks, .head, style: style), x: x, y: y)
      set(Cell(" ", .tail, style: style), x: x + 1, y: y, keepsHead: true)
    }
    return glyph.width
  }

  /// Covers an area with one narrow glyph.
  public mutating func fill(_ rect: Rect, with scalar: Unicode.Scalar = " ", style: Style = .text) {
    let area = rect.intersection(clip)
    for y in area.y..<area.maxY {
      for x in area.x..<area.maxX {
        put(scalar, x: x, y: y, style: style)
      }
    }
  }

  /// Changes the style of every cell in an area and leaves the glyphs.
  public mutating func restyle(_ rect: Rect, _ change: (Style) -> Style) {
    let area = rect.intersection(clip)
    for y in area.y..<area.maxY {
      for index in y * size.width + area.x..<y * size.width + area.maxX {
        cells[index].style = change(cells[index].style)
      }
    }
  }

  /// Replaces a cell and blanks the other half of whatever wide glyph that cuts in two.
  private mutating func set(_ cell: Cell, x: Int, y: Int, keepsHead: Bool = false) {
    let index = y * size.width + x
    switch cells[index].extent {
    case .whole: break
    case .head: cells[index + 1] = Cell(" ", style: cells[index + 1].style)
    case .tail where !keepsHead: cells[index - 1] = Cell(" ", style: cells[index - 1].style)
    case .tail: break
    }
    cells[index] = cell
  }
}

/// Something that draws itself into a rectangle of any size, also an empty one.
public protocol View {
  /// Draws inside `rect`.
  func draw(in rect: Rect, on canvas: inout Canvas)
}

/// One place of a canvas: a glyph, or the right half of the wide glyph before it.
public struct Cell: Hashable, Sendable {
  /// The share of a glyph that a cell shows.
  public enum Extent: UInt8, Sendable {
    /// The whole of a narrow glyph.
    case whole
    /// The left half of a wide glyph; the next cell is its `tail`.
    case head
    /// The right half of a wide glyph; it draws nothing itself.
    case tail
  }

  /// The letter or sign: printable, of known width; a space in a tail.
  public let scalar: Unicode.Scalar
  private let overlay: Marks
  /// The share of the glyph that this cell shows.
  public let extent: Extent
  /// How it should look.
  public var style: Style

  init(
    _ scalar: Unicode.Scalar,
    marks: Marks = Marks(),
    _ extent: Extent = .whole,
    style: Style
  ) {
    self.scalar = scalar
    overlay = marks
    self.extent = extent
    self.style = style
  }

  /// The marks over the letter, at most four: accents, vowels, points.
  public var marks: [Unicode.Scalar] { overlay.scalars }

  /// An empty place.
  public static let blank = Cell(" ", style: .text)
}
