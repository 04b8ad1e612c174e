import CellCanvas
import PlaybackFacts
import QueryCore

/// The world, countries shaded by the chosen metric, beside their ranking.
struct MapScreen: Screen {
  static let meaning = "the world, shaded by the metric"
  static let panels: [ScreenPanel] = [.countryMap]

  var sort: RowSort? = RowSort(.value)

  func questions(_ selection: Selection) -> Questions {
    Questions(
      rankings: [
        RankingQuestion(
          panel: .countryMap,
          dimension: .country,
          measure: selection.measure,
          rows: 400
        )
      ]
    )
  }

  func layout(in rect: Rect, _ context: ScreenContext) -> Arrangement {
    // The list needs so much and no more: the rest is the world's.
    let list = min(64, max(36, rect.width * 2 / 5 + 8))
    let hasRoom = rect.width >= 34 + 36 + 1
    return .columns([
      (.flexible(min: 34).optional(rank: 1), .panel(.world)),
      (
        hasRoom ? .fixed(min(list, rect.width - 35)) : .flexible(min: 36), .panel(.countryMap)
      ),
    ])
  }

  func view(of panel: ScreenPanel, _ context: ScreenContext) -> any View {
    guard panel == .world else { return usualView(of: panel, context) }
    let ranking = context.snapshot?.ranking(of: .countryMap)
    return WorldPanel(
      measure: ranking?.measure ?? context.selection.measure,
      rows: ranking?.rows ?? [],
      selected: selectedCountry(context),
      symbols: context.symbols
    )
  }

  private func selectedCountry(_ context: ScreenContext) -> String? {
    let ids = rowIDs(of: .countryMap, context)
    let cursor = context.cursorRow(in: .countryMap, count: ids.count)
    return cursor.flatMap { ids.indices.contains($0) ? ids[$0] : nil }
  }

  mutating func click(
    x: Int,
    y: Int,
    in place: Arrangement.Place,
    _ context: ScreenContext
  ) -> [ScreenEffect]? {
    guard place.panel == .world else { return nil }
    let country = WorldMap.country(atX: x, y: y, in: WorldPanel.mapArea(in: place.area))
    let isListed = country.map(rowIDs(of: .countryMap, context).contains) ?? false
    return isListed ? [.selectRow(country)] : []
  }
}

extension ScreenPanel {
  static let countryMap = ScreenPanel("countryMap", .rows)
  static let world = ScreenPanel("world", .plain)
}
