/// A number three rows high, made of half blocks, to be read from afar.
///
/// ```
/// ▀█ ▀▀█ █▀█
///  █ █▀▀ █▀█      1 2 8
/// ▄█▄▀▀▀ ▀▀▀
/// ```
/// Characters it has no shape for are written as they are, on the middle row; so is everything in ASCII and
/// where it doesn't fit.
public struct BigDigits: View {
  private let text: String
  private let style: Style
  private let symbols: Symbols

  /// Makes a number.
  ///
  /// - Parameters:
  ///   - text: digits, signs, and units such as `12.3 k` or `3 m 12 s`.
  ///   - style: how it looks.
  ///   - symbols: the glyphs to use.
  public init(_ text: String, style: Style = .title, symbols: Symbols = .blocks) {
    self.text = text
    self.style = style
    self.symbols = symbols
  }

  /// The columns it takes at full height.
  public var width: Int {
    max(0, text.reduce(0) { $0 + Self.width(of: $1) + 1 } - 1)
  }

  /// Draws in the first three rows of `rect`, or in the first one where it doesn't fit.
  public func draw(in rect: Rect, on canvas: inout Canvas) {
    guard rect.height >= 3, width <= rect.width, symbols.family != .ascii else {
      let y = rect.y + (rect.height >= 3 ? 1 : 0)
      if !rect.isEmpty { canvas.write(text, x: rect.x, y: y, width: rect.width, style: style) }
      return
    }
    var x = rect.x
    for character in text {
      if let shape = Self.shapes[character] {
        for (row, line) in shape.enumerated() {
          for (column, glyph) in line.unicodeScalars.enumerated() where glyph != " " {
            canvas.put(glyph, x: x + column, y: rect.y + row, style: style)
          }
        }
      } else {
        canvas.write(String(character), x: x, y: rect.y + 1, style: style)
      }
      x += Self.width(of: character) + 1
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
