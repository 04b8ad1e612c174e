/// The glyphs that graphs and signs are made of, as data.
public struct Symbols: Hashable, Sendable {
  /// A family of glyphs.
  public enum Family: String, CaseIterable, Hashable, Sendable {
    /// Eighth blocks: the safest beyond ASCII.
    case blocks
    /// Braille dots: finest, where the font has them.
    case braille
    /// Only ASCII.
    case ascii
  }

  /// The family they belong to.
  public let family: Family
  /// Nine glyphs from empty to full, growing upwards.
  public let levels: [Unicode.Scalar]
  /// One glyph for each of eight lines in one chart.
  public let marks: [Unicode.Scalar]
  /// Horizontal rule or axis.
  public let horizontal: Unicode.Scalar
  /// Vertical rule or axis.
  public let vertical: Unicode.Scalar
  /// A rise.
  public let up: Unicode.Scalar
  /// A fall.
  public let down: Unicode.Scalar
  /// A dot: something runs.
  public let dot: Unicode.Scalar
  /// The row under the cursor or the panel that has the focus.
  public let pointer: Unicode.Scalar

  /// Eighth blocks.
  public static let blocks = unicode(.blocks)
  /// Braille dots for lines and sparklines; blocks for what has no dots.
  public static let braille = unicode(.braille)
  /// ASCII for everything.
  public static let ascii = Symbols(
    family: .ascii,
    levels: [" ", "_", "_", ".", "-", "-", "=", "*", "#"],
    marks: ["*", "+", "x", "o", "@", "%", "&", "$"],
    horizontal: "-",
    vertical: "|",
    up: "^",
    down: "v",
    dot: "*",
    pointer: ">"
  )

  /// The glyphs of a family.
  public static func of(_ family: Family) -> Symbols {
    switch family {
    case .blocks: .blocks
    case .braille: .braille
    case .ascii: .ascii
    }
  }

  private static func unicode(_ family: Family) -> Symbols {
    Symbols(
      family: family,
      levels: [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
      marks: ["●", "▪", "▴", "◆", "○", "▫", "▵", "◇"],
      horizontal: "─",
      vertical: "│",
      up: "▲",
      down: "▼",
      dot: "●",
      pointer: "▸"
    )
  }

  /// Nine glyphs for the row in which a column ends, from empty to full; in ASCII by quarters.
  var columnEnds: [Unicode.Scalar] {
    family == .ascii ? [" ", ".", ".", ":", ":", "|", "|", "#", "#"] : levels
  }
  /// Fills the interval that is not over.
  public var hatch: Unicode.Scalar { family == .ascii ? "/" : "▒" }
  /// What columns stand on: a line at the upper edge of its row.
  var baseline: Unicode.Scalar { family == .ascii ? "-" : "▔" }
  /// A dotted line at the upper edge of its row.
  var grid: Unicode.Scalar { family == .ascii ? "'" : "⠁" }
  /// Marks in ASCII by the quarter of a row, from the lowest.
  static let asciiMarks: [Unicode.Scalar] = ["_", "-", "~", "^"]

  /// The braille glyph with the dots of an 8-bit pattern, in Unicode's order of dots.
  static func dots(_ pattern: UInt8) -> Unicode.Scalar {
    Unicode.Scalar(0x2800 + UInt32(pattern)) ?? " "
  }
}
