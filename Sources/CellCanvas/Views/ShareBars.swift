/// A share as the ground of a whole row: what is written on it stays as it is.
///
/// ```
/// ░FR France░░░░░░░░░░░ 2 426 16.5 %│   the ground of the row up to its share,
/// ░DE Germany░░░░░      1 452  9.9 %    and │ where the comparison ended
/// ```
/// Rows that follow each other have two shades, so that they never fuse. Without enough colours the row is
/// underlined as far as its share goes.
public struct RowShare: View {
  private let fraction: Double
  private let comparison: Double?
  private let isBetween: Bool
  private let symbols: Symbols

  /// Makes the ground of a row; draw it over the row.
  ///
  /// - Parameters:
  ///   - fraction: the part of the width that is tinted; clamped to 0…1.
  ///   - comparison: where the bar ended in the comparison period, if it is known; clamped to 0…1.
  ///   - row: the number of the row in its list: every other one has the other shade.
  ///   - symbols: the glyphs to use.
  public init(_ fraction: Double, comparison: Double? = nil, row: Int, symbols: Symbols = .blocks) {
    self.fraction = fraction.clampedShare
    self.comparison = comparison?.clampedShare
    isBetween = !row.isMultiple(of: 2)
    self.symbols = symbols
  }

  /// Changes the ground of the first row of `rect`; what is above 0 tints at least one cell.
  public func draw(in rect: Rect, on canvas: inout Canvas) {
    let row = rect.row(0)
    guard !row.isEmpty else { return }
    let role: Role = isBetween ? .shareBetween : .share
    if fraction > 0 {
      let width = max(1, Int((fraction * Double(row.width)).rounded()))
      canvas.restyle(Rect(x: row.x, y: row.y, width: width, height: 1)) { $0.on(role) }
    }
    guard let comparison, comparison > 0 else { return }
    let x = row.x + min(row.width - 1, Int((comparison * Double(row.width)).rounded()))
    // Not within words and numbers.
    guard (x - 1...x + 1).allSatisfy({ isBlank($0, y: row.y, on: canvas) }),
      let cell = canvas[x: x, y: row.y]
    else { return }
    canvas.put(
      symbols.vertical,
      x: x,
      y: row.y,
      style: Style(.comparison, on: cell.style.ground)
    )
  }
}

extension RowShare {
  private func isBlank(_ x: Int, y: Int, on canvas: Canvas) -> Bool {
    canvas[x: x, y: y].map { $0.scalar == " " && $0.extent == .whole } ?? true
  }
}

/// A share as a thin line of its own: `━━━━╸ │` with a mark where the comparison ended.
///
/// A line ends at half a cell; rows of lines never fuse.
public struct ThinBar: View {
  private let fraction: Double
  private let comparison: Double?
  private let style: Style
  private let symbols: Symbols

  /// Makes a bar.
  ///
  /// - Parameters:
  ///   - fraction: the part of the width that is filled; clamped to 0…1.
  ///   - comparison: where it ended in the comparison period, if it is known; clamped to 0…1.
  ///   - style: how the filled part looks.
  ///   - symbols: the glyphs to use.
  public init(
    _ fraction: Double,
    comparison: Double? = nil,
    style: Style = Style(.barTop),
    symbols: Symbols = .blocks
  ) {
    self.fraction = fraction.clampedShare
    self.comparison = comparison?.clampedShare
    self.style = style
    self.symbols = symbols
  }

  /// Draws the first row of `rect`; what is above 0 shows at least half a cell.
  public func draw(in rect: Rect, on canvas: inout Canvas) {
    let row = rect.row(0)
    guard !row.isEmpty else { return }
    let halves = fraction > 0 ? max(1, Int((fraction * Double(row.width * 2)).rounded())) : 0
    let mark = comparison.map { min(row.width - 1, Int(($0 * Double(row.width)).rounded(.down))) }
    let isASCII = symbols.family == .ascii
    for column in 0..<row.width {
      let filled = min(2, halves - column * 2)
      if column == mark {
        // A line that goes on behind the mark is seen to go on.
        let glyph: Unicode.Scalar = isASCII ? "|" : filled > 0 ? "┿" : "│"
        canvas.put(glyph, x: row.x + column, y: row.y, style: Style(.comparison))
      } else if filled > 0 {
        let glyph: Unicode.Scalar = isASCII ? (filled == 2 ? "=" : "-") : filled == 2 ? "━" : "╸"
        canvas.put(glyph, x: row.x + column, y: row.y, style: style)
      }
    }
  }
}

extension Double {
  /// The number as a share: within 0…1, not a number is 0.
  var clampedShare: Double { self > 0 ? Swift.min(self, 1) : 0 }
}
