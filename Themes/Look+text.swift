import CellCanvas

extension Look {
  /// Reads a look as a theme file writes it: `75 bold`, `white on blue`, `reverse`.
  ///
  /// Colours are names of the eight, `bright-` names, numbers of the palette, or `default`.
  /// nil for any other word and for a colour that the depth does not have.
  init?(_ text: String, depth: ColorDepth) {
    self.init()
    var isBackground = false
    for word in text.split(separator: " ") {
      if let attribute = Self.attributeWords[String(word)] {
        attributes.insert(attribute)
      } else if word == "on" {
        isBackground = true
      } else if word == "default" {
        isBackground = false
      } else if let color = Self.color(word), Int(color) < depth.rawValue {
        if isBackground { background = color } else { foreground = color }
        isBackground = false
      } else {
        return nil
      }
    }
    if isBackground { return nil }
  }

  private static func color(_ word: Substring) -> UInt8? {
    if let number = UInt8(word) { return number }
    if let index = names.firstIndex(of: String(word)) { return UInt8(index) }
    guard word.hasPrefix("bright-") else { return nil }
    return names.firstIndex(of: String(word.dropFirst(7))).map { UInt8($0 + 8) }
  }

  private static let names = [
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
  ]

  private static let attributeWords: [String: Style.Attributes] = [
    "bold": .bold, "dim": .dim, "reverse": .reverse, "underline": .underline,
  ]
}
