/// A number three rows high, made of half blocks, to be read from afar.
///
/// ```
/// ▀█ ▀▀█ █▀█
///  █ █▀▀ █▀█      1 2 8
/// ▄█▄▀▀▀ ▀▀▀
/// ```
/// Characters it has no shape for are written as they are, on the middle row; so is everything in ASCII and
/// where it doesn't fit. A scale makes it so many times as high and wide.
public struct BigDigits: View {
  private let text: String
  private let style: Style
  private let scale: Int
  private let symbols: Symbols

  /// Makes a number.
  ///
  /// - Parameters:
  ///   - text: digits, signs, and units such as `12.3 k` or `3 m 12 s`.
  ///   - style: how it looks.
  ///   - scale: how many times as large as usual it is, ≥ 1.
  ///   - symbols: the glyphs to use.
  public init(
    _ text: String,
    style: Style = .title,
    scale: Int = 1,
    symbols: Symbols = .blocks
  ) {
    self.text = text
    self.style = style
    self.scale = max(1, scale)
    self.symbols = symbols
  }

  /// The columns it takes at full height.
  public var width: Int {
    max(0, scale * (text.reduce(0) { $0 + Self.width(of: $1) + 1 } - 1))
  }

  /// The rows it takes.
  public var height: Int { 3 * scale }

  /// Draws in the first rows of `rect`, or in the middle one of these where it doesn't fit.
  public func draw(in rect: Rect, on canvas: inout Canvas) {
    guard rect.height >= height, width <= rect.width, symbols.family != .ascii else {
      let y = rect.y + (rect.height >= height ? height / 2 : 0)
      if !rect.isEmpty { canvas.write(text, x: rect.x, y: y, width: rect.width, style: style) }
      return
    }
    var x = rect.x
    for character in text {
      if let shape = Self.shapes[character] {
        draw(shape, x: x, y: rect.y, on: &canvas)
      } else {
        canvas.write(String(character), x: x, y: rect.y + height / 2, style: style)
      }
      x += scale * (Self.width(of: character) + 1)
    }
  }

  private func draw(_ shape: [String], x: Int, y: Int, on canvas: inout Canvas) {
    let glyphs = shape.map { Array($0.unicodeScalars) }
    func isOn(_ column: Int, halfRow: Int) -> Bool {
      let glyph = glyphs[halfRow / 2][column]
      return glyph == "█" || glyph == (halfRow.isMultiple(of: 2) ? "▀" : "▄")
    }
    for row in 0..<height {
      for column in 0..<scale * glyphs[0].count {
        let upper = isOn(column / scale, halfRow: 2 * row / scale)
        let lower = isOn(column / scale, halfRow: (2 * row + 1) / scale)
        guard upper || lower else { continue }
        canvas.put(
          upper && lower ? "█" : upper ? "▀" : "▄",
          x: x + column,
          y: y + row,
          style: style
        )
      }
    }
  }

  private static func width(of character: Character) -> Int {
    shapes[character].map { $0[0].unicodeScalars.count }
      ?? CharacterWidth.columns(of: String(character))
  }

  private static let shapes: [Character: [String]] = [
    "0": ["█▀▀█", "█  █", "█▄▄█"], "1": [" ▄█ ", "  █ ", " ▄█▄"], "2": ["▀▀▀█", "█▀▀▀", "█▄▄▄"],
    "3": ["▀▀▀█", " ▀▀█", "▄▄▄█"], "4": ["█  █", "▀▀▀█", "   █"], "5": ["█▀▀▀", "▀▀▀█", "▄▄▄█"],
    "6": ["█▀▀▀", "█▀▀█", "█▄▄█"], "7": ["▀▀▀█", "  █▀", "  █ "], "8": ["█▀▀█", "█▀▀█", "█▄▄█"],
    "9": ["█▀▀█", "▀▀▀█", "▄▄▄█"], " ": [" ", " ", " "], "\u{A0}": [" ", " ", " "],
    ".": [" ", " ", "▄"], ",": [" ", " ", "█"], ":": [" ", "▀", "▀"], "-": ["   ", "▀▀▀", "   "],
    "−": ["   ", "▀▀▀", "   "], "–": ["   ", "▀▀▀", "   "], "+": [" ▄ ", "▀█▀", "   "],
    "=": ["   ", "▀▀▀", "▀▀▀"], "%": ["▀  ▄▀", " ▄▀  ", "▀   ▄"], "?": ["▀▀▀█", " █▀▀", " ▄  "],
    "k": ["█   ", "█▄▀ ", "█ ▀▄"], "M": ["█▄ ▄█", "█ ▀ █", "█   █"],
    "m": ["     ", "█▀█▀█", "█ █ █"],
    "s": ["    ", "▄▀▀▀", "▄▄▄▀"], "h": ["█   ", "█▀▀█", "█  █"], "d": ["   █", "█▀▀█", "█▄▄█"],
    "▲": ["  ▄  ", " ▄█▄ ", "▀▀▀▀▀"], "▼": ["▄▄▄▄▄", " ▀█▀ ", "  ▀  "],
  ]
}
