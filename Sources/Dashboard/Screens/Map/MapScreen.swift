import CellCanvas
import PlaybackFacts
import QueryCore

/// The world, countries shaded by the chosen metric, over their ranking in columns.
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

  // MARK: - Drawing

  private static let leastList = Size(width: 36, height: 5)
  private static let leastMap = Size(width: 34, height: 5)
  /// Fewer rows are no chart.
  private static let leastTrend = 6

  /// The list is below the map, or beside it where the map gets larger by that.
  func layout(in rect: Rect, _ context: ScreenContext) -> Arrangement {
    let wide = WorldMap.height(in: rect.width - 1)
    let below = min(wide, rect.height - 1 - Self.leastList.height)
    let width = rect.width - 1 - Self.leastList.width
    let beside = min(WorldMap.height(in: max(1, width)), rect.height - 1)
    let isBelow = below >= beside
    guard rect.width >= Self.leastMap.width, max(below, beside) >= Self.leastMap.height else {
      return .panel(.countryMap)
    }
    if isBelow {
      let gap = rect.height > wide + 10 ? 1 : 0
      let world: [(Layout.Part, Arrangement)] = [
        (.fixed(below + 1), .panel(.world)), (.fixed(gap), .blank),
      ]
      // What countries leave free shows the one under the cursor over time.
      let all = Rect(x: 0, y: 0, width: rect.width - 1, height: rect.height)
      let list = CountryList.Places(in: all, count: rowCount(context)).height + 1
      let rest = rect.height - below - 1 - gap - list
      guard rowCount(context) > 0, rest > Self.leastTrend else {
        return .rows(world + [(.flexible(min: Self.leastList.height), .panel(.countryMap))])
      }
      return .rows(
        world + [
          (.fixed(list), .panel(.countryMap)), (.fixed(1), .blank),
          (.flexible(min: Self.leastTrend), .panel(.countryTrend)),
        ]
      )
    }
    let most = Int(2 * WorldRaster.aspect * Double(rect.height - 1)) + 2
    return .columns([
      (.fixed(min(width, most)), .panel(.world)),
      (.flexible(min: Self.leastList.width), .panel(.countryMap)),
    ])
  }

  private func rowCount(_ context: ScreenContext) -> Int {
    context.snapshot?.ranking(of: .countryMap)?.rows.count ?? 0
  }

  /// The country under the cursor over time, where there is room for it.
  func detail(_ context: ScreenContext) -> ScreenRequest.Detail {
    // The shell takes some rows of it: the question is one too many at a height or two.
    let bounds = context.size.bounds
    let places = layout(in: bounds, context).places(in: bounds)
    guard let country = country(context), places.contains(where: { $0.panel == .countryTrend })
    else { return ScreenRequest.Detail() }
    let measure = context.selection.measure
    return ScreenRequest.Detail(
      others: [RowTrend.question(country, in: .country, measure, context.selection)]
    )
  }

  /// The country under the cursor; nil without any.
  private func country(_ context: ScreenContext) -> String? {
    let ids = rowIDs(of: .countryMap, context)
    let cursor = context.cursorRow(in: .countryMap, count: ids.count) ?? 0
    return ids.indices.contains(cursor) ? ids[cursor] : nil
  }

  func view(of panel: ScreenPanel, _ context: ScreenContext) -> any View {
    if panel == .countryTrend {
      let measure = context.request.selection.measure
      return RowTrend(of: country(context), in: .country, measure, context)
    }
    let ranking = context.snapshot?.ranking(of: .countryMap)
    let rows = rows(of: .countryMap, context)
    let measure = ranking?.measure ?? context.selection.measure
    let cursor = context.cursorRow(in: .countryMap, count: rows.count)
    guard panel == .world else {
      let snapshot = context.snapshot
      return CountryList(
        ranking: ranking,
        rows: rows,
        measure: measure,
        names: context.names,
        cursor: cursor,
        search: context.search(in: .countryMap),
        sort: sort,
        isComparing: context.request.isComparing,
        isCollected: snapshot.map { $0.data.isCollected($0.request.window.timeframe) } ?? true,
        isFocused: context.focus.panel == panel,
        symbols: context.symbols
      )
    }
    return WorldPanel(
      measure: measure,
      rows: ranking?.rows ?? [],
      total: ranking?.total ?? 0,
      isComparing: context.request.isComparing,
      selected: cursor.flatMap { rows.indices.contains($0) ? rows[$0].dimensionValue : nil },
      names: context.names,
      symbols: context.symbols
    )
  }

  // MARK: - Keys

  func rowsPerColumn(of panel: ScreenPanel, in area: Rect, _ context: ScreenContext) -> Int {
    let count = rowIDs(of: panel, context).count
    let places = CountryList.Places(in: ShellLayout.content(of: area), count: count)
    return places.columns.count > 1 ? places.height : 0
  }

  mutating func perform(_ command: Command, _ context: ScreenContext) -> [ScreenEffect]? {
    guard case .screen(.shiftRange(let halves)) = command else { return nil }
    return [.command(.shift(halves: halves))]
  }

  mutating func click(
    x: Int,
    y: Int,
    in place: Arrangement.Place,
    _ context: ScreenContext
  ) -> [ScreenEffect]? {
    guard place.panel == .world else { return nil }
    let ids = rowIDs(of: .countryMap, context)
    let country = WorldMap.country(atX: x, y: y, in: WorldPanel.mapArea(in: place.area))
    return country.map(ids.contains) ?? false ? [.selectRow(country)] : []
  }
}

extension ScreenPanel {
  static let countryMap = ScreenPanel("countryMap", .rows)
  static let world = ScreenPanel("world", .plain)
  static let countryTrend = ScreenPanel("countryTrend", .plain)
}
