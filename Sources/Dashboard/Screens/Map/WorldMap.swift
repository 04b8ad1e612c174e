import CellCanvas
import PlaybackFacts

/// The world, countries shaded by how much there is of something.
///
/// Shades are colours; without colours they are denser and denser glyphs. A country that is smaller than a dot has
/// one nevertheless, if there is anything of it. The country under the cursor is reversed, in no colour of the
/// scale, and a box in a corner of the sea says what is known of it.
struct WorldMap: View {
  /// What is written in the box.
  struct Callout: Hashable, Sendable {
    let title: String
    let content: [TextRun]
  }

  /// The steps of a ``ShadeScale`` by ISO codes.
  let steps: [String: Int]
  /// The code of the country under the cursor.
  var selected: String?
  var callout: Callout?
  var symbols = Symbols.blocks

  /// The rows that the whole world takes in so many columns.
  static func height(in width: Int) -> Int {
    max(1, Int((Double(width) / (2 * WorldRaster.aspect)).rounded()))
  }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let dots = WorldDots(steps.keys.sorted(), in: rect, symbols)
    guard !dots.area.isEmpty else { return }
    let numbers = WorldRaster.world.countries
    let steps = numbers.map { self.steps[$0] ?? 0 }
    let chosen = selected.flatMap(numbers.firstIndex).map { dots.cells(of: $0) } ?? []
    for y in 0..<dots.area.height {
      for x in 0..<dots.area.width {
        let cell =
          chosen.contains(y * dots.area.width + x)
          ? cursorCell : self.cell(dots.numbers(x: x, y: y), steps, hasColor: canvas.hasColor)
        guard let cell else { continue }
        canvas.put(cell.glyph, x: dots.area.x + x, y: dots.area.y + y, style: cell.style)
      }
    }
    draw(callout, beside: chosen, of: dots, in: rect, on: &canvas)
  }

  /// The code of the country at a cell; nil at sea.
  static func country(atX x: Int, y: Int, in rect: Rect) -> String? {
    let dots = WorldDots([], in: rect, .blocks)
    guard dots.area.contains(x: x, y: y) else { return nil }
    return dots.mainCountry(x: x - dots.area.x, y: y - dots.area.y)
      .map { WorldRaster.world.countries[$0] }
  }

  // MARK: - Cells

  /// A shade as a sample for a legend, of so many columns.
  func sample(_ step: Int, _ width: Int, on canvas: Canvas) -> TextRun {
    let cell = whole(step, hasColor: canvas.hasColor)
    return TextRun(String(repeating: String(cell.glyph), count: width), cell.style)
  }

  private typealias Drawn = (glyph: Unicode.Scalar, style: Style)

  private var cursorCell: Drawn {
    (symbols.family == .ascii ? "@" : "·", Style(.title, .reverse))
  }

  private func cell(_ numbers: [Int], _ steps: [Int], hasColor: Bool) -> Drawn? {
    if let first = numbers.first, numbers.allSatisfy({ $0 == first }) {
      // Most cells: all sea, or inland.
      return first > 0 ? whole(steps[first], hasColor: hasColor) : nil
    }
    let land = numbers.filter { $0 > 0 }
    let shades = numbers.map { $0 > 0 ? steps[$0] : nil }
    guard hasColor, symbols.family != .ascii else {
      // A coast is land if most of the cell is, or if there is something of it.
      let main = Self.main(land.map { steps[$0] })
      guard land.count * 2 >= numbers.count || main > 0 else { return nil }
      return whole(main, hasColor: hasColor)
    }
    let main = Self.main(land.map { steps[$0] })
    if symbols.family == .braille {
      var pattern: UInt32 = 0
      for (dot, number) in numbers.enumerated() where number > 0 {
        pattern |= 1 << Self.brailleBits[dot]
      }
      return (Unicode.Scalar(0x2800 + pattern) ?? " ", Style(Role.shade(main)))
    }
    // A cell shows two shades at most: the weaker one becomes its background, unless the other is the sea.
    let isCoast = land.count < numbers.count
    let other = isCoast ? nil : shades.compactMap { $0 }.first { $0 != main }
    var quarters = 0
    for (quarter, shade) in shades.enumerated() where shade != nil && (isCoast || shade == main) {
      quarters |= 1 << quarter
    }
    return (Self.quadrants[quarters], Style(Role.shade(main), on: other.map(Role.shade)))
  }

  private func whole(_ step: Int, hasColor: Bool) -> Drawn {
    let style = Style(Role.shade(step))
    if symbols.family == .ascii { return (Self.ascii[step], style) }
    if !hasColor { return (Self.plain[step], style) }
    return (symbols.family == .braille ? "⣿" : "█", style)
  }

  /// The shade that most dots have; of those that are equal, the highest.
  private static func main(_ shades: [Int]) -> Int {
    var best = (shade: 0, count: 0)
    for shade in 0...ShadeScale.steps {
      let count = shades.count { $0 == shade }
      if count > 0, count >= best.count { best = (shade, count) }
    }
    return best.shade
  }

  private static let ascii: [Unicode.Scalar] = [".", ":", "+", "%", "#"]
  private static let plain: [Unicode.Scalar] = ["·", "░", "▒", "▓", "█"]
  /// The bits of a braille pattern, row by row.
  private static let brailleBits: [UInt32] = [0, 3, 1, 4, 2, 5, 6, 7]
  /// By the quarters that are filled, as bits: upper left, upper right, lower left, lower right.
  private static let quadrants: [Unicode.Scalar] = [
    " ", "▘", "▝", "▀", "▖", "▌", "▞", "▛", "▗", "▚", "▐", "▜", "▄", "▙", "▟", "█",
  ]
}

extension WorldMap {
  /// Draws the box into the corner with least land, and never over the country that it is about.
  private func draw(
    _ callout: Callout?,
    beside chosen: Set<Int>,
    of dots: WorldDots,
    in rect: Rect,
    on canvas: inout Canvas
  ) {
    // As wide at every country, so that it doesn't change places.
    let size = Size(width: min(36, max(28, rect.width / 3)), height: 3)
    guard let callout, rect.width >= 2 * size.width, rect.height >= 8 else { return }
    let (right, bottom) = (rect.maxX - size.width, rect.maxY - size.height)
    let corners = [(rect.x, bottom), (right, bottom), (right, rect.y), (rect.x, rect.y)].map {
      Rect(x: $0.0, y: $0.1, width: size.width, height: size.height)
    }
    let costs = corners.map { dots.land(in: $0) + (dots.covers(chosen, $0) ? 1_000_000 : 0) }
    guard let best = corners.indices.min(by: { (costs[$0], $0) < (costs[$1], $1) }) else { return }
    let box = Popup(
      title: callout.title,
      size: Size(width: size.width - 4, height: 1),
      symbols: symbols,
      content: TextLine(callout.content)
    )
    canvas.draw(box, in: corners[best])
  }
}
