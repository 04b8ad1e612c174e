/// Blocks, shades, braille, box lines and underlines as rectangles on whole units: one path for each colour.
struct SVGShapes {
  private var order: [SVGColor] = []
  private var boxes: [SVGColor: String] = [:]

  /// The paths, in the order in which their colours came.
  var paths: String {
    order.map { "<path fill=\"\($0.hex)\" d=\"\(boxes[$0, default: ""])\"/>\n" }.joined()
  }

  /// Adds what a cell shows, unless it is text or covers the whole cell.
  mutating func add(_ cell: SVGCell) {
    let shape = Self.boxes(of: cell.cell.scalar) ?? []
    let line = cell.isUnderlined ? [Box(0, 15, 8, 1)] : []
    guard !shape.isEmpty || !line.isEmpty else { return }
    if boxes[cell.color] == nil { order.append(cell.color) }
    for box in shape + line {
      boxes[cell.color, default: ""] +=
        "M\(cell.origin.x + box.x) \(cell.origin.y + box.y)h\(box.width)v\(box.height)h-\(box.width)z"
    }
  }

  /// Whether a glyph is drawn as a shape, so that there is no text in its cell.
  static func isShape(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "█" || boxes(of: scalar) != nil
  }

  /// A part of a cell.
  private struct Box {
    let x: Int
    let y: Int
    let width: Int
    let height: Int

    init(_ x: Int, _ y: Int, _ width: Int, _ height: Int) {
      (self.x, self.y, self.width, self.height) = (x, y, width, height)
    }
  }

  private static func boxes(of scalar: Unicode.Scalar) -> [Box]? {
    let value = Int(scalar.value)
    switch value {
    case 0x2580: return [Box(0, 0, 8, 8)]
    case 0x2581...0x2587:
      let height = (value - 0x2580) * 2
      return [Box(0, 16 - height, 8, height)]
    case 0x2589...0x258F: return [Box(0, 0, 0x2590 - value, 16)]
    case 0x2590: return [Box(4, 0, 4, 16)]
    case 0x2591...0x2593: return shade(value - 0x2590)
    case 0x2594: return [Box(0, 0, 8, 2)]
    case 0x2595: return [Box(7, 0, 1, 16)]
    case 0x2596...0x259F: return quadrants(value)
    case 0x2801...0x28FF: return dots(value - 0x2800)
    default: return lines[scalar]
    }
  }

  /// A quarter, half or three quarters of squares of two units.
  private static func shade(_ quarters: Int) -> [Box] {
    (0..<8).flatMap { row in
      (0..<4).compactMap { column in
        let isOn =
          switch quarters {
          case 1: row.isMultiple(of: 2) && column.isMultiple(of: 2)
          case 2: (row + column).isMultiple(of: 2)
          default: row.isMultiple(of: 2) || column.isMultiple(of: 2)
          }
        return isOn ? Box(column * 2, row * 2, 2, 2) : nil
      }
    }
  }

  /// Upper left, upper right, lower left, lower right as bits.
  private static func quadrants(_ value: Int) -> [Box] {
    let patterns = [4, 8, 1, 13, 9, 7, 11, 2, 6, 14]
    return (0..<4).compactMap { bit in
      patterns[value - 0x2596] & 1 << bit == 0 ? nil : Box(bit % 2 * 4, bit / 2 * 8, 4, 8)
    }
  }

  private static func dots(_ pattern: Int) -> [Box] {
    // Unicode numbers the lowest row last.
    let places = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]
    return places.enumerated().compactMap { bit, place in
      pattern & 1 << bit == 0 ? nil : Box(1 + place.0 * 4, 1 + place.1 * 4, 2, 2)
    }
  }

  private static let left = Box(0, 8, 5, 1)
  private static let right = Box(4, 8, 4, 1)
  private static let up = Box(4, 0, 1, 9)
  private static let down = Box(4, 8, 1, 8)

  private static let lines: [Unicode.Scalar: [Box]] = [
    "─": [Box(0, 8, 8, 1)], "│": [Box(4, 0, 1, 16)], "┌": [right, down], "┐": [left, down],
    "└": [right, up], "┘": [left, up], "├": [right, up, down], "┤": [left, up, down],
    "┬": [left, right, down], "┴": [left, right, up], "┼": [left, right, up, down],
    "╴": [left], "╵": [up], "╶": [right], "╷": [down], "┄": [Box(1, 8, 2, 1), Box(5, 8, 2, 1)],
    "┈": [Box(1, 8, 1, 1), Box(5, 8, 1, 1)], "┊": [Box(4, 1, 1, 3), Box(4, 9, 1, 3)],
    "━": [Box(0, 7, 8, 3)], "┃": [Box(3, 0, 3, 16)], "╸": [Box(0, 7, 4, 3)],
    "╺": [Box(4, 7, 4, 3)], "┿": [Box(0, 7, 8, 3), Box(4, 0, 1, 16)],
  ]
}
