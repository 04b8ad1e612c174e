/// A style made concrete: colours of the terminal's palette, and attributes.
public struct Look: Hashable, Sendable {
  /// Palette index of the glyph's colour; nil is the terminal's own.
  public var foreground: UInt8?
  /// Palette index of the cell's colour; nil is the terminal's own.
  public var background: UInt8?
  /// Bold, dim, reverse, underline; never `selected`, which a palette has resolved.
  public var attributes: Style.Attributes

  /// Makes a look.
  public init(
    foreground: UInt8? = nil,
    background: UInt8? = nil,
    attributes: Style.Attributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }
}
