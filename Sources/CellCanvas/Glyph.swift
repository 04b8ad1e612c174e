/// What one cell shows, or two cells of a wide one: a letter with its marks.
///
/// Terminals and ncurses count columns by scalars: one that has a width begins a cell, marks without a width
/// lie over it. A grapheme cluster is therefore one glyph (é, ชื่, שָׁ, 각) or several that stay together where
/// text is cut: a letter and its spacing vowel (हि is ह and ि), or a conjunct (स्ते).
struct Glyph: Hashable {
  let scalar: Unicode.Scalar
  private(set) var marks = Marks()
  let width: Int
  /// Whether it belongs to the character before.
  private(set) var isContinued = false

  static let ellipsis = Glyph("…" as Unicode.Scalar)

  /// The scalar itself if it is printable, else `·`.
  init(_ scalar: Unicode.Scalar) {
    switch CharacterWidth.columns(of: scalar) {
    case let width?: (self.scalar, self.width) = (scalar, width)
    case nil: (self.scalar, self.width) = ("·", 1)
    }
  }

  /// The glyphs of what the reader takes as one character.
  ///
  /// Letters that have their marks in one scalar are composed. Marks beyond the fourth, joiners, variation
  /// selectors and whatever an emoji is joined with are dropped.
  static func glyphs(of character: Character) -> [Glyph] {
    let scalars = character.unicodeScalars
    let first = scalars[scalars.startIndex]
    var rest = scalars.dropFirst()
    if rest.isEmpty { return [Glyph(first)] }
    if let scalar = composed[character] ?? HangulSyllable.composed(scalars) {
      return [Glyph(scalar)]
    }
    var glyphs = [Glyph(first)]
    // The dot for what can't be printed has no marks.
    guard glyphs[0].scalar == first else { return glyphs }
    if first.properties.isEmojiPresentation {
      rest = rest.prefix { $0.properties.generalCategory == .enclosingMark }
    }
    for scalar in rest {
      if CharacterWidth.isMark(scalar) {
        glyphs[glyphs.count - 1].marks.append(scalar)
      } else if let width = CharacterWidth.columns(of: scalar) {
        guard width == 1, !scalar.properties.isEmojiModifier else { break }
        var next = Glyph(scalar)
        next.isContinued = true
        glyphs.append(next)
      }
    }
    return glyphs
  }

  /// The glyphs of a text, at most `room` columns of them; `…` ends a text that was cut.
  static func glyphs(of text: String, cutTo room: Int) -> [Glyph] {
    if CharacterWidth.isPlain(text) {
      // By far the most of what is written: a column for each byte.
      let scalars = text.unicodeScalars
      guard scalars.count > room else { return scalars.map { Glyph($0) } }
      return room > 0 ? scalars.prefix(room - 1).map { Glyph($0) } + [ellipsis] : []
    }
    var glyphs: [Glyph] = []
    var used = 0
    for character in text {
      for glyph in Self.glyphs(of: character) {
        glyphs.append(glyph)
        used += glyph.width
      }
      guard used > room else { continue }
      // A character is shown whole or not at all.
      var isPart = false
      while used > room - 1 || isPart, let last = glyphs.popLast() {
        used -= last.width
        isPart = last.isContinued
      }
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

/// Up to four marks over the letter of a cell, as many as ncurses takes.
struct Marks: Hashable, Sendable {
  private var values = SIMD4<UInt32>()

  static let limit = 4

  var isEmpty: Bool { values[0] == 0 }

  /// The marks in order.
  var scalars: [Unicode.Scalar] {
    isEmpty
      ? [] : (0..<Self.limit).compactMap { values[$0] == 0 ? nil : Unicode.Scalar(values[$0]) }
  }

  /// Adds a mark; more than four are dropped.
  mutating func append(_ mark: Unicode.Scalar) {
    guard let free = (0..<Self.limit).first(where: { values[$0] == 0 }) else { return }
    values[free] = mark.value
  }
}

/// A syllable of Hangul spelled in jamo.
enum HangulSyllable {
  /// The one scalar of a leading consonant, a vowel and perhaps a trailing consonant.
  static func composed(_ scalars: Character.UnicodeScalarView) -> Unicode.Scalar? {
    let values = scalars.map(\.value)
    guard (2...3).contains(values.count), (0x1100...0x1112).contains(values[0]),
      (0x1161...0x1175).contains(values[1])
    else { return nil }
    let syllable = ((values[0] - 0x1100) * 21 + values[1] - 0x1161) * 28
    guard values.count == 3 else { return Unicode.Scalar(0xAC00 + syllable) }
    guard (0x11A8...0x11C2).contains(values[2]) else { return nil }
    return Unicode.Scalar(0xAC00 + syllable + values[2] - 0x11A7)
  }
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
    "✓": "+", "✗": "x", "›": ">", "‹": "<",
  ]
}

extension String {
  /// The text with nothing left that could act on a terminal or reorder what is beside it.
  ///
  /// Control characters (C0, DEL, C1), bidirectional overrides and isolates and other invisible
  /// format characters become `·`, tabs and line ends a space; marks stay with their letter, and so do the
  /// joiners that Persian, Sinhala and others write within words.
  public var scrubbed: String {
    if utf8.allSatisfy({ 0x20 <= $0 && $0 < 0x7f }) { return self }
    var result = UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar.properties.generalCategory {
      case .format where scalar.properties.isJoinControl && result.last?.isOfJoiningScript == true:
        result.append(scalar)
      case .control: result.append((9...13).contains(scalar.value) ? " " : "·")
      case .format, .surrogate, .privateUse, .unassigned: result.append("·")
      case .lineSeparator, .paragraphSeparator: result.append(" ")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}

extension Unicode.Scalar {
  /// A letter without cases, or a mark: such scripts have joiners within words.
  fileprivate var isOfJoiningScript: Bool {
    switch properties.generalCategory {
    case .otherLetter, .nonspacingMark, .spacingMark: true
    default: false
    }
  }
}
