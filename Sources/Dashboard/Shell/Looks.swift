import CellCanvas
import Themes

/// How everything looks, and what the terminal reports.
struct Looks: Sendable {
  /// The themes that can be chosen.
  let themes: [Theme]
  /// The number of the theme that is shown.
  private(set) var themeIndex = 0
  /// The theme to go back to if none is chosen.
  private var themeBefore: Int?
  /// The glyphs that graphs are made of.
  var symbolFamily: Symbols.Family
  /// Whether the screen shows only numbers.
  var isKiosk = false
  /// Whether the mouse is reported.
  var hasMouse = false

  init(themes: [Theme], symbolFamily: Symbols.Family) {
    self.themes = themes
    self.symbolFamily = symbolFamily
  }

  var symbols: Symbols { .of(symbolFamily) }

  /// What colours and weights are drawn with at a colour depth.
  func palette(_ depth: ColorDepth) -> Palette {
    themes.isEmpty ? .mono : themes[themeIndex % themes.count].palette(depth)
  }

  /// The name of the chosen theme; one that is only previewed is none.
  var themeName: String? {
    let index = themeBefore ?? themeIndex
    return themes.indices.contains(index) ? themes[index].name : nil
  }

  /// Chooses a theme, unless there is none of that number.
  mutating func chooseTheme(_ index: Int) {
    guard themes.indices.contains(index) else { return }
    themeIndex = index
    themeBefore = nil
  }

  /// Begins to preview themes, until one is chosen or ``endPreview()`` goes back.
  mutating func beginPreview() { themeBefore = themeIndex }

  /// Shows a theme as a preview.
  mutating func preview(_ index: Int) {
    if themeBefore != nil, themes.indices.contains(index) { themeIndex = index }
  }

  /// Goes back to the theme that was chosen.
  mutating func endPreview() {
    if let themeBefore { themeIndex = themeBefore }
    themeBefore = nil
  }
}
