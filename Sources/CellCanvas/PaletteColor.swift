/// The colours of the 256 palette, as pictures show them.
public enum PaletteColor {
  /// Red, green and blue of a colour of the palette, 0–255 each.
  ///
  /// The first 16 differ from terminal to terminal; these are xterm's.
  public static func components(of color: UInt8) -> (red: Int, green: Int, blue: Int) {
    switch color {
    case 0..<16: return base[Int(color)]
    case 16..<232:
      let index = Int(color) - 16
      let steps = [0, 95, 135, 175, 215, 255]
      return (steps[index / 36], steps[index / 6 % 6], steps[index % 6])
    default:
      let grey = 8 + 10 * (Int(color) - 232)
      return (grey, grey, grey)
    }
  }

  private static let base: [(Int, Int, Int)] = [
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205),
    (0, 205, 205), (229, 229, 229), (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0),
    (92, 92, 255), (255, 0, 255), (0, 255, 255), (255, 255, 255),
  ]
}
