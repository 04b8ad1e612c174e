/// One place of a canvas: a glyph, or the right half of the wide glyph before it.
public struct Cell: Hashable, Sendable {
  /// The share of a glyph that a cell shows.
  public enum Extent: UInt8, Sendable {
    /// The whole of a narrow glyph.
    case whole
    /// The left half of a wide glyph; the next cell is its `tail`.
    case head
    /// The right half of a wide glyph; it draws nothing itself.
    case tail
  }

  /// The glyph: printable, of known width; a space in a tail.
  public let scalar: Unicode.Scalar
  /// The share of the glyph that this cell shows.
  public let extent: Extent
  /// How it should look.
  public var style: Style

  init(_ scalar: Unicode.Scalar, _ extent: Extent = .whole, style: Style) {
    self.scalar = scalar
    self.extent = extent
    self.style = style
  }

  /// An empty place.
  public static let blank = Cell(" ", style: .text)
}
