import CellCanvas
import PlaybackFacts
import QueryCore
import TextAndBytes

/// Who watches now, on what and where, over the last hour; and live facts.
struct LiveScreen: Screen {
  static let meaning = "who watches now, and the pings that pass by"
  static let traits = ScreenTraits(time: .fixed(.hour), comparesPeriods: false, observes: .facts)
  static let panels: [ScreenPanel] = [.viewers, .watchingDevices, .watchingCountries, .facts]

  func questions(_ selection: Selection) -> Questions {
    func watching(_ panel: ScreenPanel, _ dimension: Dimension) -> RankingQuestion {
      RankingQuestion(
        panel: panel,
        dimension: dimension,
        measure: .peakViewers,
        rows: 100,
        isNow: true
      )
    }
    return Questions(
      tiles: selection.isNow ? Self.tiles : Self.tiles.filter { $0.measure.reach != .now },
      curves: [CurveQuestion(measure: .peakViewers, isCompared: true)],
      rankings: [
        watching(.watchingDevices, .deviceType), watching(.watchingCountries, .country),
      ]
    )
  }

  func layout(in rect: Rect, _ context: ScreenContext) -> Arrangement {
    let lists: Arrangement = .columns([
      (.flexible(min: 25, weight: 4), .panel(.watchingDevices)),
      (.flexible(min: 25, weight: 4).optional(rank: 2), .panel(.watchingCountries)),
      (.flexible(min: 40, weight: 9).optional(rank: 1), .panel(.facts)),
    ])
    return .rows([
      (.fixed(Tiles.height(hasChanges: false, in: rect)).optional(rank: 2), .panel(.tiles)),
      Arrangement.gap(rank: 6),
      (.flexible(min: 6, weight: 2).optional(rank: 3), .panel(.viewers)),
      Arrangement.gap(rank: 5),
      (.flexible(min: 5, weight: 3).optional(rank: 4), lists),
    ])
  }

  func view(of panel: ScreenPanel, _ context: ScreenContext) -> any View {
    switch panel {
    case .tiles: context.tiles
    case .facts: FactStream(facts: facts(context), context)
    default: usualView(of: panel, context)
    }
  }

  func chart(of panel: ScreenPanel, _ context: ScreenContext) -> ChartPanel? {
    panel == .viewers ? context.chart(of: panel, from: [.live], hasLegend: false) : nil
  }

  /// Of this moment it is those who watch now.
  func measure(of panel: ScreenPanel, _ context: ScreenContext) -> Measure {
    let isOfMoment = context.asked.isOfMoment(panel) && context.selection.isNow
    return isOfMoment ? .viewersNow : .peakViewers
  }

  func table(of panel: ScreenPanel, _ context: ScreenContext) -> ExportTable {
    guard panel == .facts else { return usualTable(of: panel, context) }
    var table = ExportTable([
      "time", "fact", "value", "mediaId", "country", "deviceType", "operatingSystem", "browser",
    ])
    for fact in facts(context) {
      let playback = fact.playback
      table.add([
        .text(fact.time.atom(in: context.zone)), .text(fact.kind.name),
        .number(fact.value.map(Double.init)),
        .text(playback.mediaID), .text(playback.country), .text(playback.deviceType),
        .text(playback.operatingSystem), .text(playback.browser),
      ])
    }
    return table
  }

  /// Live facts, the newest first, by the filters and the search.
  private func facts(_ context: ScreenContext) -> [Fact] {
    let (filter, names) = (context.selection.filter, context.names)
    let search = context.search(in: .facts).lowercased()
    return context.observed.facts.reversed().filter { fact in
      guard filter.matches(fact.playback, tags: context.media.tags) else { return false }
      guard !search.isEmpty else { return true }
      let words = [
        fact.kind.name, fact.playback.country, fact.playback.deviceType, fact.playback.browser,
        fact.playback.operatingSystem, names[fact.playback.mediaID, in: .mediaID],
      ]
      return words.contains { $0.lowercased().contains(search) }
    }
  }

  /// Who watches now is the first; in the past, nobody does.
  static let tiles: [TileQuestion] = [
    TileQuestion("ccv", .live, "Watching"),
    TileQuestion("ccv", .peak, "Peak"),
    TileQuestion("ccv", .average, "Average"),
    TileQuestion("play", .count, "Plays"),
    TileQuestion("error", .rate, "Errors"),
    TileQuestion("stall-time", .rate, "Stalls"),
  ].compactMap { $0 }
}

extension ScreenPanel {
  static let viewers = ScreenPanel("viewers", .chart(choosesMetric: false))
  static let watchingDevices = ScreenPanel("watchingDevices", .rows)
  static let watchingCountries = ScreenPanel("watchingCountries", .rows)
  static let facts = ScreenPanel("facts", .lines)
}
