/// A headed area: a title on its first row, the content below.
public struct Panel: View {
  private let title: [TextRun]
  private let right: [TextRun]
  private let isFocused: Bool
  private let symbols: Symbols

  /// Makes a panel.
  ///
  /// - Parameters:
  ///   - title: what it shows.
  ///   - right: quieter facts at the right edge, such as a legend.
  ///   - isFocused: whether keys go to it; shown by a sign before the title.
  ///   - symbols: the glyphs to use.
  public init(
    title: [TextRun],
    right: [TextRun] = [],
    isFocused: Bool = false,
    symbols: Symbols = .blocks
  ) {
    self.title = title
    self.right = right
    self.isFocused = isFocused
    self.symbols = symbols
  }

  /// The rows below the title.
  public static func content(of rect: Rect) -> Rect { rect.inset(top: 1) }

  /// Draws the title; the content is the caller's.
  public func draw(in rect: Rect, on canvas: inout Canvas) {
    let sign = isFocused ? TextRun("\(symbols.pointer) ", .accent) : TextRun("  ")
    canvas.draw(TextLine([sign] + title, right: right), in: rect)
  }
}
