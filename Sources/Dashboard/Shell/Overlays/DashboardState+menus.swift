import CellCanvas
import PlaybackFacts
import QueryCore
import Themes

extension DashboardState {
  mutating func openMeasures() {
    open(
      Menu(
        "Metric",
        Measure.chartable.map {
          Menu.Item($0.title, .chooseMeasure($0), isCurrent: $0 == measure)
        }
      )
    )
  }

  mutating func openDimensions() {
    open(
      Menu(
        "Group by",
        MetricCatalog.breakdowns.map {
          Menu.Item($0.title, .chooseDimension($0), isCurrent: $0 == dimension)
        }
      )
    )
  }

  mutating func openZones() {
    open(
      Menu(
        "Time zone",
        Zone.names.map { Menu.Item($0, .chooseZone($0), isCurrent: $0 == zone.name) }
      )
    )
  }

  mutating func openThemes() {
    looks.beginPreview()
    open(Menu("Theme", themeItems))
  }

  mutating func openExports() {
    open(Menu("Export", ScreenExport.all.map { Menu.Item($0.title, .export($0)) }))
  }

  var themeItems: [Menu.Item] {
    looks.themes.enumerated().map { index, theme in
      Menu.Item(theme.name, .chooseTheme(index), isCurrent: index == looks.themeIndex)
    }
  }

  mutating func open(_ menu: Menu) {
    overlay = .menu(menu)
  }

  /// Shows the theme under the cursor of the menu of themes.
  mutating func previewTheme(_ menu: Menu) {
    if case .chooseTheme(let index)? = menu.chosen?.command { looks.preview(index) }
  }

  /// Takes away what lies over the screen; a theme that was only previewed goes with it.
  mutating func closeOverlay() {
    looks.endPreview()
    if case .explanation = overlay { explained = nil }
    overlay = nil
  }
}
