import CellCanvas
import PlaybackFacts
import QueryCommandLine
import QueryCore

/// The palette: every command, and whatever else a text may mean.
extension DashboardState {
  /// So many commands that were chosen lately are offered first.
  private static let recentLimit = 6
  /// So many titles are offered.
  private static let titleLimit = 12

  /// Every command of the key map that makes sense here, and every choice of the menus.
  mutating func openPalette() {
    let view = view
    let bindings = keyMap.bindings.filter { $0.applies(on: view) && $0.command != .openPalette }
    func item(_ binding: KeyMap.Binding, _ section: String) -> Menu.Item {
      let keys = binding.keys.map(\.label).joined(separator: " ")
      return Menu.Item(binding.help, note: keys, binding.command, section: section)
    }
    let commands = KeyMap.Group.allCases.flatMap { group in
      bindings.filter { $0.group == group }.map { item($0, group.title) }
    }
    var choices = Measure.chartable.map { Menu.Item("metric: \($0.title)", .chooseMeasure($0)) }
    choices += MetricCatalog.breakdowns.map {
      Menu.Item("group by \($0.title)", .chooseDimension($0))
    }
    choices += MetricCatalog.breakdowns.map {
      Menu.Item("filter by \($0.title) …", .openValues($0))
    }
    choices +=
      ComparedPeriod.allCases.map {
        Menu.Item("compare with \($0.choice)", .compare($0))
      } + [Menu.Item("compare with nothing", .compare(nil))]
    choices += themeItems.map { Menu.Item("theme: \($0.title)", $0.command) }
    choices += ScreenExport.all.map { Menu.Item("export \($0.title)", .export($0)) }
    if sources.count > 1 {
      choices += sources.enumerated().map {
        Menu.Item("source: \($0.element.name)", .useSource($0.offset))
      }
    }
    choices += savedFilters.keys.sorted().map { Menu.Item("filters: \($0)", .useFilters($0)) }
    let recent = recentCommands.compactMap { command -> Menu.Item? in
      let known = (commands + choices).first { $0.command == command }
      let item = known ?? self.item(of: command)
      return item.map { Menu.Item($0.title, note: $0.note, command, section: Menu.recent) }
    }
    open(Menu("Commands", recent + commands + choices, for: .palette))
  }

  /// Notes what was chosen, to offer it first.
  mutating func noteRecent(_ command: Command) {
    recentCommands.removeAll { $0 == command }
    recentCommands = Array(([command] + recentCommands).prefix(Self.recentLimit))
  }

  /// An entry for a range or a filter.
  private func item(of command: Command) -> Menu.Item? {
    switch command {
    case .takeRange(let text): rangeItem(text)
    case .addFilter(let clause): Menu.Item("filter by \(words(clause))", command)
    default: nil
    }
  }

  /// The range that a text says; nil where it says none.
  func rangeItem(_ text: String) -> Menu.Item? {
    let text = text.trimmed
    guard !text.isEmpty, let preview = preview(ofRange: text) else { return nil }
    return Menu.Item("range \(text.scrubbed): \(preview)", .takeRange(text))
  }

  /// The dimension that a text begins with, `country germany` or `media: walk`, and the rest of it; all where it
  /// begins with none.
  private static func dimension(in text: String) -> (dimensions: [Dimension], rest: String) {
    for dimension in Dimension.allCases
    where ["\(dimension.title) ", "\(dimension.title): "].contains(
      where: text.lowercased().hasPrefix
    ) {
      let rest = text.dropFirst(dimension.title.count).drop { $0 == ":" }
      return ([dimension], String(rest).trimmed)
    }
    return (Dimension.allCases, text)
  }

  /// Media titles and values of dimensions that a text may mean.
  func paletteItems(for text: String) -> [Menu.Item] {
    let (dimensions, text) = Self.dimension(in: text.trimmed)
    guard text.count >= 2 else { return [] }
    let titles = media.ids(calledWith: text).prefix(Self.titleLimit).map { id in
      Menu.Item("media: \(names[id, in: .mediaID])", .addFilter(Filter.Clause(.mediaID, [id])))
    }
    let candidates = filterText.candidates(for: text, in: dimensions.filter { $0 != .mediaID })
    return (dimensions.contains(.mediaID) ? titles : [])
      + candidates.map { found in
        let clause = Filter.Clause(found.dimension, [found.value])
        return Menu.Item(
          "\(found.dimension.title): \(names[found.value, in: found.dimension])",
          .addFilter(clause)
        )
      }
  }
}
