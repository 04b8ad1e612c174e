/// The closest ASCII glyph, for terminals and files that show nothing else.
public enum ASCIIGlyphs {
  /// The scalar itself, its look-alike, or `?`.
  public static func closest(to scalar: Unicode.Scalar) -> Unicode.Scalar {
    scalar.isASCII ? scalar : lookAlikes[scalar] ?? "?"
  }

  private static let lookAlikes: [Unicode.Scalar: Unicode.Scalar] = [
    "…": ".", "·": ".", "–": "-", "—": "-", "─": "-", "┄": ".", "│": "|", "┤": "+", "┬": "+",
    "┼": "+", "├": "+", "┴": "+", "┌": "+", "┐": "+", "└": "+", "┘": "+", "▲": "^", "▼": "v",
    "▴": "^", "▾": "v", "●": "*", "○": "o", "◆": "*", "◇": "o", "▪": "*", "▫": "o", "▵": "^",
    "▸": ">", "▌": "|", "▒": ":", "█": "#", "×": "x", "→": ">", "←": "<", "↑": "^", "↓": "v",
    "’": "'", "‘": "'", "“": "\"", "”": "\"", "\u{A0}": " ", "≥": ">", "≤": "<", "≈": "~",
    "±": "~", "µ": "u", "✓": "+", "✗": "x",
  ]
}
