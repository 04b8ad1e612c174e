import CellCanvas
import PlaybackFacts
import QueryCore

/// Numbers, the chart, countries, devices and top media at a glance.
struct OverviewScreen: Screen {
  static let meaning = "numbers, the chart, countries, devices, top media"
  static let shortTitle: String? = "Over"
  static let panels: [ScreenPanel] = [.chart, .countries, .devices, .topMedia]

  func questions(_ selection: Selection) -> Questions {
    let measure = selection.additiveMeasure
    return Questions(
      tiles: Self.tiles(selection).compactMap { $0 },
      curves: [CurveQuestion(measure: selection.measure, isCompared: true)],
      rankings: [
        RankingQuestion(panel: .countries, dimension: .country, measure: measure, rows: 100),
        RankingQuestion(panel: .devices, dimension: .deviceType, measure: measure, rows: 100),
        RankingQuestion(panel: .topMedia, dimension: .mediaID, measure: measure, rows: 100),
      ]
    )
  }

  func layout(in rect: Rect, _ context: ScreenContext) -> Arrangement {
    let isTall = rect.height >= 26
    let chart = Layout.Part.flexible(min: rect.height < 10 ? 3 : 6, weight: isTall ? 2 : 3)
    let lists = Arrangement.lists(
      [
        .init(panel: .countries, least: 25, weight: 11),
        .init(panel: .devices, least: 25, weight: 8, rank: 2),
        .init(panel: .topMedia, least: 25, weight: 11, rank: 1),
      ],
      in: rect.width
    ) { ranking(of: $0, context)?.neededWidth }
    return .rows([
      (.fixed(Tiles.height(hasChanges: true, in: rect)).optional(rank: 2), .panel(.tiles)),
      Arrangement.gap(rank: 6),
      (chart.optional(rank: 3), .panel(.chart)),
      Arrangement.gap(rank: 5),
      (.flexible(min: 4, weight: 1).optional(rank: 4), lists),
      (.fixed(isTall ? 1 : 0).optional(rank: 8), .blank),
    ])
  }

  func view(of panel: ScreenPanel, _ context: ScreenContext) -> any View {
    if panel == .tiles { return context.tiles }
    guard panel == .topMedia, var media = ranking(of: panel, context) else {
      return usualView(of: panel, context)
    }
    media.heading = "Top media"
    return media
  }

  func chart(of panel: ScreenPanel, _ context: ScreenContext) -> ChartPanel? {
    guard panel == .chart else { return nil }
    return context.chart(of: panel, from: [.overview, .time], hasLegend: false)
  }

  func opensRows(of panel: ScreenPanel) -> ScreenID? { panel == .topMedia ? .item : nil }

  // MARK: - Tiles

  private static func tiles(_ selection: Selection) -> [TileQuestion?] {
    [
      TileQuestion("play", .count, "Plays"),
      TileQuestion("play", .rate, "Play rate"),
      .viewers(selection),
      // Signs of trouble come first, so that small screens show them.
      TileQuestion("error", .rate, "Errors"),
      TileQuestion("impression-time", .average, "First frame"),
      TileQuestion("watch-time", .average, "Avg watch"),
      TileQuestion("end", .rate, "To end"),
      TileQuestion("stall-time", .rate, "Stalls"),
    ]
  }
}

extension ScreenPanel {
  /// Numbers side by side, at the top of a screen.
  static let tiles = ScreenPanel("tiles", .plain)
  static let chart = ScreenPanel("chart", .chart(choosesMetric: true))
  static let countries = ScreenPanel("countries", .rows)
  static let devices = ScreenPanel("devices", .rows)
  static let topMedia = ScreenPanel("media", .rows)
}
