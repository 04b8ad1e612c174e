public import CellCanvas

/// What every role looks like, at every colour depth.
public struct Theme: Hashable, Sendable {
  /// The name by which it is chosen and inherited.
  public let name: String
  let looks: [ColorDepth: [Role: Look]]

  /// The palette that draws a canvas at a colour depth.
  public func palette(_ depth: ColorDepth) -> Palette {
    Palette(depth: depth, looks: looks[depth] ?? [:])
  }

  /// The concrete look of a style at a colour depth.
  public func resolve(_ style: Style, _ depth: ColorDepth) -> Look {
    palette(depth)[style]
  }
}
