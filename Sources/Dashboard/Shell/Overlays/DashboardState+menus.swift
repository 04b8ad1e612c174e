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
        "By",
        MetricCatalog.breakdowns.map {
          Menu.Item($0.title, .chooseDimension($0), isCurrent: $0 == dimension)
        }
      )
    )
  }

  mutating func openFilters() {
    var items: [Menu.Item] = [Menu.Item("add a filter …", .typeFilter)]
    for (index, clause) in filters.enumerated() {
      let words = words(clause)
      guard clause.dimension != .bots else {
        items.append(Menu.Item(clause.isNegated ? "only bots" : "bots out", .negateFilter(index)))
        items.append(Menu.Item("remove \(words)", .removeFilter(index)))
        continue
      }
      items.append(Menu.Item("edit \(words) …", .editFilter(index)))
      items.append(
        Menu.Item(
          clause.isNegated ? "only \(words)".replacing(" not ", with: " ") : "all but \(words)",
          .negateFilter(index)
        )
      )
      items.append(Menu.Item("remove \(words)", .removeFilter(index)))
    }
    if bots == .all { items.append(Menu.Item("bots out", .nextBots)) }
    if filters.count > 1 { items.append(Menu.Item("remove all", .removeFilters)) }
    if !filters.isEmpty { items.append(Menu.Item("save as …", .nameFilters)) }
    for (name, clauses) in savedFilters.sorted(by: { $0.key < $1.key }) {
      let note = clauses.map(words).joined(separator: ", ")
      items.append(Menu.Item("use \(name)", note: note, .useFilters(name)))
      items.append(Menu.Item("forget \(name)", .forgetFilters(name)))
    }
    open(Menu("Filters", items))
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
    open(Menu("Take away", ScreenExport.all.map { Menu.Item($0.title, .export($0)) }))
  }

  /// Every command of the key map that makes sense here, and every choice of the menus.
  mutating func openPalette() {
    let view = view
    var items = keyMap.bindings.filter { $0.applies(on: view) && $0.command != .openPalette }
      .map { binding in
        let keys = binding.keys.map(\.label).joined(separator: " ")
        return Menu.Item(binding.help, note: keys, binding.command)
      }
    items += Measure.chartable.map {
      Menu.Item("metric: \($0.title)", .chooseMeasure($0))
    }
    items += MetricCatalog.breakdowns.map {
      Menu.Item("break down by \($0.title)", .chooseDimension($0))
    }
    items +=
      ComparedPeriod.allCases.map {
        Menu.Item("compare with \($0.choice)", .compare($0))
      } + [Menu.Item("compare with nothing", .compare(nil))]
    items += themeItems.map { Menu.Item("theme: \($0.title)", $0.command) }
    items += ScreenExport.all.map { Menu.Item("take away \($0.title)", .export($0)) }
    if sources.count > 1 {
      items += sources.enumerated().map {
        Menu.Item(
          "source: \($0.element.name)",
          .useSource($0.offset),
          isCurrent: $0.offset == sourceIndex
        )
      }
    }
    items += savedFilters.keys.sorted().map { Menu.Item("filters: \($0)", .useFilters($0)) }
    open(Menu("Everything", items))
  }

  private var themeItems: [Menu.Item] {
    looks.themes.enumerated().map { index, theme in
      Menu.Item(theme.name, .chooseTheme(index), isCurrent: index == looks.themeIndex)
    }
  }

  private mutating func open(_ menu: Menu) {
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
