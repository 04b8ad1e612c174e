extension Canvas {
  /// The canvas as a picture: an SVG that needs nothing beside it but a monospaced font.
  ///
  /// Every cell is 8 by 16 units. Backgrounds are one rectangle for each area of a colour; blocks, shades,
  /// braille and box lines are rectangles on whole units, so that they meet whatever the font and the
  /// renderer. Letters stand at the columns of their cells.
  ///
  /// - Parameters:
  ///   - palette: what styles look like; its text role says whether the background is dark.
  ///   - title: what the picture shows, for those who can't see it.
  /// - Returns: the whole document.
  public func svg(_ palette: Palette, title: String) -> String {
    let paper = SVGPaper(palette)
    var layer = SVGLayer()
    for y in 0..<size.height { layer.add(self[row: y], y: y, paper, palette) }
    return paper.document(of: size, title: title) {
      """
      <g shape-rendering="crispEdges">
      \(layer.shapes)</g>
      <g \(SVGText.font)>
      \(layer.texts)</g>

      """
    }
  }
}

/// What is drawn of some rows.
struct SVGLayer {
  private var fills = SVGFills()
  private var glyphs = SVGShapes()
  /// The letters.
  private(set) var texts = ""

  /// Backgrounds, and the glyphs that are drawn.
  var shapes: String { fills.elements + glyphs.paths }

  /// Adds a row.
  mutating func add(_ row: ArraySlice<Cell>, y: Int, _ paper: SVGPaper, _ palette: Palette) {
    let cells = row.enumerated().map { x, cell in SVGCell(cell, x: x, y: y, paper, palette) }
    fills.add(cells, y: y)
    for cell in cells { glyphs.add(cell) }
    texts += SVGText.texts(of: cells)
  }
}

/// The colours of a picture where cells have none of their own.
struct SVGPaper {
  /// Units of a cell: eighths and braille quarters are whole units in both directions.
  static let cell = Size(width: 8, height: 16)

  let background: SVGColor
  let foreground: SVGColor

  init(_ palette: Palette) {
    let plain = palette[.text]
    let isDark = plain.foreground.map { SVGColor($0).lightness > 0.4 } ?? true
    background =
      plain.background.map(SVGColor.init)
      ?? (isDark ? SVGColor(0x10, 0x14, 0x1a) : SVGColor(0xfd, 0xfd, 0xfb))
    foreground =
      plain.foreground.map(SVGColor.init)
      ?? (isDark ? SVGColor(0xd0, 0xd0, 0xd0) : SVGColor(0x26, 0x26, 0x26))
  }

  /// A document with so many cells on a background.
  func document(of size: Size, title: String, _ content: () -> String) -> String {
    let (width, height) = (size.width * Self.cell.width, size.height * Self.cell.height)
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" \
      width="\(width)" height="\(height)" role="img">
      <title>\(SVGText.escaped(title))</title>
      <rect width="\(width)" height="\(height)" fill="\(background.hex)"/>
      \(content())</svg>

      """
  }
}

/// A colour of a picture.
struct SVGColor: Hashable {
  private let red: Int
  private let green: Int
  private let blue: Int

  init(_ red: Int, _ green: Int, _ blue: Int) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  /// A colour of the palette.
  init(_ color: UInt8) {
    let (red, green, blue) = PaletteColor.components(of: color)
    self.init(red, green, blue)
  }

  var hex: String {
    "#"
      + [red, green, blue].map { value in
        let digits = String(value, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
      }.joined()
  }

  var lightness: Double {
    (0.2126 * Double(red) + 0.7152 * Double(green) + 0.0722 * Double(blue)) / 255
  }

  /// The colour as it looks when it is faint on another.
  func dimmed(on ground: SVGColor) -> SVGColor {
    func mix(_ front: Int, _ back: Int) -> Int { (front * 6 + back * 4) / 10 }
    return SVGColor(mix(red, ground.red), mix(green, ground.green), mix(blue, ground.blue))
  }
}

/// A cell with its colours.
struct SVGCell {
  let cell: Cell
  let x: Int
  let y: Int
  let color: SVGColor
  /// What covers the whole cell; nil is the paper.
  let fill: SVGColor?
  let isBold: Bool
  let isUnderlined: Bool

  init(_ cell: Cell, x: Int, y: Int, _ paper: SVGPaper, _ palette: Palette) {
    let look = palette[cell.style]
    var front = look.foreground.map(SVGColor.init) ?? paper.foreground
    var back = look.background.map(SVGColor.init)
    if look.attributes.contains(.reverse) { (front, back) = (back ?? paper.background, front) }
    if look.attributes.contains(.dim) { front = front.dimmed(on: back ?? paper.background) }
    self.cell = cell
    self.x = x
    self.y = y
    color = front
    fill = cell.scalar == "█" ? front : back == paper.background ? nil : back
    isBold = look.attributes.contains(.bold)
    isUnderlined = look.attributes.contains(.underline)
  }

  /// The corner of the cell.
  var origin: (x: Int, y: Int) { (x * SVGPaper.cell.width, y * SVGPaper.cell.height) }
}

/// The areas of one colour, each a rectangle as wide and as high as it goes.
struct SVGFills {
  private struct Area {
    let columns: Range<Int>
    let color: SVGColor
    var rows: Range<Int>
  }

  /// Those that have ended, and those of the row before.
  private var ended: [Area] = []
  private var open: [Area] = []

  /// Adds the areas of a row; one that lies exactly below another of its colour makes that longer.
  mutating func add(_ row: [SVGCell], y: Int) {
    var before = open
    open = []
    var x = 0
    while x < row.count {
      guard let color = row[x].fill else {
        x += 1
        continue
      }
      let end = row[x...].firstIndex { $0.fill != color } ?? row.count
      var area = Area(columns: x..<end, color: color, rows: y..<y + 1)
      if let above = before.firstIndex(where: { $0.columns == x..<end && $0.color == color }) {
        area.rows = before.remove(at: above).rows.lowerBound..<y + 1
      }
      open.append(area)
      x = end
    }
    ended += before
  }

  /// The rectangles.
  var elements: String {
    let (width, height) = (SVGPaper.cell.width, SVGPaper.cell.height)
    return (ended + open).map { area in
      "<rect x=\"\(area.columns.lowerBound * width)\" y=\"\(area.rows.lowerBound * height)\" "
        + "width=\"\(area.columns.count * width)\" height=\"\(area.rows.count * height)\" "
        + "fill=\"\(area.color.hex)\"/>\n"
    }.joined()
  }
}
