/// A piece of text in one style.
public struct TextRun: Hashable, Sendable {
  /// What to write.
  public var text: String
  /// How it looks.
  public var style: Style

  /// Makes a run.
  public init(_ text: String, _ style: Style = .text) {
    self.text = text
    self.style = style
  }

  /// Columns it takes.
  public var width: Int { CharacterWidth.columns(of: text) }
}
