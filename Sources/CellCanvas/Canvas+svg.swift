extension Canvas {
  /// The canvas as a picture: an SVG that needs nothing beside it but a monospaced font.
  ///
  /// Blocks and braille are drawn as shapes, so that they join as they do on a terminal whatever the
  /// font; every run of text is stretched to its cells.
  ///
  /// - Parameters:
  ///   - palette: what styles look like; its text role says whether the background is dark.
  ///   - title: what the picture shows, for those who can't see it.
  /// - Returns: the whole document.
  public func svg(_ palette: Palette, title: String) -> String {
    let paper = SVGPaper(palette)
    let (width, height) = (size.width * SVGPaper.cellWidth, size.height * SVGPaper.cellHeight)
    var svg = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" \
      width="\(width)" height="\(height)" role="img">
      <title>\(SVGPaper.escaped(title))</title>
      <rect width="100%" height="100%" fill="\(paper.background)"/>
      <g font-family="ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace" font-size="14" \
      style="white-space:pre">

      """
    for y in 0..<size.height {
      for run in runs(ofRow: y) { svg += paper.draw(run, palette) }
    }
    return svg + "</g>\n</svg>\n"
  }

  /// The cells of a row, those that look the same together.
  private func runs(ofRow y: Int) -> [StyledRun] {
    var runs: [StyledRun] = []
    for x in 0..<size.width {
      let cell = cells[y * size.width + x]
      if let last = runs.indices.last, runs[last].style == cell.style {
        runs[last].append(cell)
      } else {
        runs.append(StyledRun(y: y, x: x, first: cell))
      }
    }
    return runs
  }
}

/// Draws runs of cells as SVG.
private struct SVGPaper {
  static let cellWidth = 8
  static let cellHeight = 17
  /// Where letters stand, from the top of a cell.
  private static let baseline = 13

  let background: String
  private let foreground: String

  init(_ palette: Palette) {
    let plain = palette[.text]
    let isDark = plain.foreground.map { Self.lightness($0) > 0.4 } ?? true
    background = plain.background.map(Self.hex) ?? (isDark ? "#10141a" : "#fdfdfb")
    foreground = plain.foreground.map(Self.hex) ?? (isDark ? "#d0d0d0" : "#262626")
  }

  func draw(_ run: StyledRun, _ palette: Palette) -> String {
    let look = palette[run.style]
    var (front, back) = (look.foreground.map(Self.hex) ?? foreground, look.background.map(Self.hex))
    if look.attributes.contains(.reverse) { (front, back) = (back ?? background, front) }
    let (x, y) = (run.x * Self.cellWidth, run.y * Self.cellHeight)
    let width = run.cells.count * Self.cellWidth
    var svg = ""
    if let back {
      svg +=
        "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(Self.cellHeight)\" fill=\"\(back)\"/>\n"
    }
    let opacity = look.attributes.contains(.dim) ? " opacity=\"0.6\"" : ""
    svg += shapes(of: run, front, opacity)
    svg += texts(of: run, front, look.attributes.contains(.bold), opacity)
    if look.attributes.contains(.underline) {
      svg += "<path d=\"M\(x) \(Double(y) + 15.5)h\(width)\" stroke=\"\(front)\"/>\n"
    }
    return svg
  }

  // MARK: - Shapes

  /// Blocks as one path, braille dots as another.
  private func shapes(of run: StyledRun, _ color: String, _ opacity: String) -> String {
    var (path, shade) = ("", "")
    for (index, cell) in run.cells.enumerated() {
      let x = Double((run.x + index) * Self.cellWidth)
      let y = Double(run.y * Self.cellHeight)
      let (width, height) = (Double(Self.cellWidth), Double(Self.cellHeight))
      switch cell.scalar.value {
      case 0x2581...0x2588:
        let level = height * Double(cell.scalar.value - 0x2580) / 8
        path += Self.box(x, y + height - level, width, level)
      case 0x2589...0x258F:
        path += Self.box(x, y, width * Double(0x2590 - cell.scalar.value) / 8, height)
      case 0x2592: shade += Self.box(x, y, width, height)
      case 0x2801...0x28FF:
        let pattern = cell.scalar.value - 0x2800
        for (bit, place) in Self.dots.enumerated() where pattern & 1 << UInt32(bit) != 0 {
          path += Self.box(x + 1.1 + place.x * 3.8, y + 1 + place.y * 4.1, 2.2, 2.2)
        }
      default: break
      }
    }
    let solid = path.isEmpty ? "" : "<path fill=\"\(color)\"\(opacity) d=\"\(path)\"/>\n"
    return solid
      + (shade.isEmpty ? "" : "<path fill=\"\(color)\" opacity=\"0.4\" d=\"\(shade)\"/>\n")
  }

  /// Columns and rows of the bits of a braille pattern.
  private static let dots: [(x: Double, y: Double)] = [
    (0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3),
  ]

  private static func isShape(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x2581...0x258F, 0x2592, 0x2800...0x28FF: true
    default: false
    }
  }

  private static func box(_ x: Double, _ y: Double, _ width: Double, _ height: Double) -> String {
    "M\(short(x)) \(short(y))h\(short(width))v\(short(height))h-\(short(width))z"
  }

  /// A number with two digits after the point at most.
  private static func short(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    if hundredths % 100 == 0 { return "\(hundredths / 100)" }
    let fraction = hundredths % 100
    let digits =
      fraction % 10 == 0 ? "\(fraction / 10)" : fraction < 10 ? "0\(fraction)" : "\(fraction)"
    return "\(hundredths / 100).\(digits)"
  }

  // MARK: - Texts

  /// The words of a run: two blanks or a shape end one.
  private func texts(
    of run: StyledRun,
    _ color: String,
    _ isBold: Bool,
    _ opacity: String
  ) -> String {
    var svg = ""
    var start = 0
    while start < run.cells.count {
      guard Self.isLetter(run.cells[start]) else {
        start += 1
        continue
      }
      var end = start + 1
      while end < run.cells.count, continues(run.cells, at: end) { end += 1 }
      while run.cells[end - 1].scalar == " ", run.cells[end - 1].extent == .whole { end -= 1 }
      svg += text(run, start..<end, color, isBold, opacity)
      start = end
    }
    return svg
  }

  private func continues(_ cells: [Cell], at index: Int) -> Bool {
    let cell = cells[index]
    if cell.extent == .tail || Self.isLetter(cell) { return true }
    return cell.scalar == " " && index + 1 < cells.count && Self.isLetter(cells[index + 1])
  }

  private static func isLetter(_ cell: Cell) -> Bool {
    cell.scalar != " " && cell.extent != .tail && !isShape(cell.scalar)
  }

  private func text(
    _ run: StyledRun,
    _ range: Range<Int>,
    _ color: String,
    _ isBold: Bool,
    _ opacity: String
  ) -> String {
    let x = (run.x + range.lowerBound) * Self.cellWidth
    let y = run.y * Self.cellHeight + Self.baseline
    let letters = run.cells[range].filter { $0.extent != .tail }.map(\.scalar)
    let content = Self.escaped(String(String.UnicodeScalarView(letters)))
    let weight = isBold ? " font-weight=\"bold\"" : ""
    return "<text x=\"\(x)\" y=\"\(y)\" textLength=\"\(range.count * Self.cellWidth)\" "
      + "lengthAdjust=\"spacingAndGlyphs\" fill=\"\(color)\"\(weight)\(opacity)>\(content)</text>\n"
  }

  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
    return result
  }

  // MARK: - Colours

  private static func hex(_ color: UInt8) -> String {
    let (red, green, blue) = PaletteColor.components(of: color)
    return "#"
      + [red, green, blue].map { value in
        let digits = String(value, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
      }.joined()
  }

  private static func lightness(_ color: UInt8) -> Double {
    let (red, green, blue) = PaletteColor.components(of: color)
    return (0.2126 * Double(red) + 0.7152 * Double(green) + 0.0722 * Double(blue)) / 255
  }
}

/// The colours of the 256 palette, as pictures show them.
public enum PaletteColor {
  /// Red, green and blue of a colour of the palette, 0–255 each.
  ///
  /// The first 16 differ from terminal to terminal; these are xterm's.
  public static func components(of color: UInt8) -> (red: Int, green: Int, blue: Int) {
    switch color {
    case 0..<16: return base[Int(color)]
    case 16..<232:
      let index = Int(color) - 16
      let steps = [0, 95, 135, 175, 215, 255]
      return (steps[index / 36], steps[index / 6 % 6], steps[index % 6])
    default:
      let grey = 8 + 10 * (Int(color) - 232)
      return (grey, grey, grey)
    }
  }

  private static let base: [(Int, Int, Int)] = [
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205),
    (0, 205, 205), (229, 229, 229), (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0),
    (92, 92, 255), (255, 0, 255), (0, 255, 255), (255, 255, 255),
  ]
}
