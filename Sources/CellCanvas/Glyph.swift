/// A printable scalar and the columns it takes.
struct Glyph: Hashable {
  let scalar: Unicode.Scalar
  let width: Int

  static let ellipsis = Glyph("…" as Unicode.Scalar)

  /// The scalar itself if it is printable, else `·`.
  init(_ scalar: Unicode.Scalar) {
    switch CharacterWidth.columns(of: scalar) {
    case let width?: (self.scalar, self.width) = (scalar, width)
    case nil: (self.scalar, self.width) = ("·", 1)
    }
  }

  /// One glyph for what the reader takes as one character: marks are composed, or dropped.
  init(_ character: Character) {
    let scalars = character.unicodeScalars
    let first = scalars[scalars.startIndex]
    let isSingle = scalars.index(after: scalars.startIndex) == scalars.endIndex
    self = Glyph(isSingle ? first : Self.composed[character] ?? first)
  }

  /// The glyphs of a text, at most `room` columns of them; `…` ends a text that was cut.
  static func glyphs(of text: String, cutTo room: Int) -> [Glyph] {
    var glyphs: [Glyph] = []
    var used = 0
    for character in text {
      let glyph = Glyph(character)
      glyphs.append(glyph)
      used += glyph.width
      guard used > room else { continue }
      while used > room - 1, let last = glyphs.popLast() { used -= last.width }
      if room > 0 { glyphs.append(ellipsis) }
      break
    }
    return glyphs
  }

  /// Letters with marks by every way to spell them: equal characters are canonically equivalent.
  private static let composed: [Character: Unicode.Scalar] = {
    var table: [Character: Unicode.Scalar] = [:]
    for range in [0xC0...0x24F, 0x386...0x3CE, 0x400...0x45F, 0x1E00...0x1EFF, 0x304C...0x30FE] {
      for value in range {
        guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
        table[Character(scalar)] = scalar
      }
    }
    return table
  }()
}

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
    "±": "~", "▔": "-", "━": "=", "╸": "-", "░": ".", "▓": "%", "⠁": "'", "⠒": "-", "µ": "u",
    "✓": "+", "✗": "x",
  ]
}

extension String {
  /// The text with nothing left that could act on a terminal or reorder what is beside it.
  ///
  /// Control characters (C0, DEL, C1), bidirectional overrides and isolates and other invisible
  /// format characters become `·`, tabs and line ends a space; marks stay with their letter.
  public var scrubbed: String {
    if utf8.allSatisfy({ 0x20 <= $0 && $0 < 0x7f }) { return self }
    var result = UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control: result.append((9...13).contains(scalar.value) ? " " : "·")
      case .format, .surrogate, .privateUse, .unassigned: result.append("·")
      case .lineSeparator, .paragraphSeparator: result.append(" ")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
