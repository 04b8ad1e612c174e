import CellCanvas
import PlaybackFacts
import QueryCore
import TextAndBytes

/// Who watches now, on what and where, over the last hour; what happens each minute; and live events.
struct LiveScreen: Screen {
  static let meaning = "who watches now, and events as they happen"
  static let traits = ScreenTraits(time: .fixed(.hour), comparesPeriods: false, observes: .facts)
  static let panels: [ScreenPanel] = [
    .viewers, .watchingTitles, .watchingDevices, .watchingCountries, .facts,
  ]

  /// Whether heartbeats are among the events.
  private(set) var showsHeartbeats = false
  /// The event that is on top.
  private(set) var firstLine = 0
  /// The events while they are being read: new ones don't move them.
  private(set) var held: Observed?

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
        watching(.watchingTitles, .mediaID), watching(.watchingDevices, .deviceType),
        watching(.watchingCountries, .country),
      ],
      others: MinuteRates.questions
    )
  }

  func layout(in rect: Rect, _ context: ScreenContext) -> Arrangement {
    let minutes: Arrangement = .columns([
      (.flexible(min: 40, weight: 3), .panel(.viewers)),
      (.flexible(min: 32, weight: 2).optional(rank: 1), .panel(.rates)),
    ])
    let lists = Arrangement.lists(
      [
        .init(panel: .watchingTitles, least: 30, weight: 5),
        .init(panel: .watchingDevices, least: 25, weight: 3, rank: 2),
        .init(panel: .watchingCountries, least: 25, weight: 4, rank: 1),
      ],
      in: rect.width
    ) { ranking(of: $0, context)?.neededWidth }
    return .rows([
      (.fixed(Tiles.height(hasChanges: false, in: rect)), .panel(.tiles)),
      Arrangement.gap(rank: 6),
      (.flexible(min: 6, weight: 3).optional(rank: 3), minutes),
      Arrangement.gap(rank: 5),
      (.flexible(min: 5, weight: 3).optional(rank: 2), lists),
      Arrangement.gap(rank: 7),
      (.flexible(min: 6, weight: 4).optional(rank: 4), .panel(.facts)),
    ])
  }

  func view(of panel: ScreenPanel, _ context: ScreenContext) -> any View {
    switch panel {
    case .tiles: return context.tiles
    case .rates: return MinuteRates(context)
    case .facts: return eventList(context)
    case .watchingTitles:
      guard var titles = ranking(of: panel, context) else { return usualView(of: panel, context) }
      titles.heading = "Title"
      return titles
    default: return usualView(of: panel, context)
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

  // MARK: - Events

  /// The events to read, or those of now.
  private func observed(_ context: ScreenContext) -> Observed {
    heldEvents(context) ?? context.observed
  }

  /// The events that are held; nil where the list follows, and for those that were watched another time.
  private func heldEvents(_ context: ScreenContext) -> Observed? {
    held.flatMap { $0.isOfSameWatch(as: context.observed) ? $0 : nil }
  }

  private func eventList(_ context: ScreenContext) -> EventList {
    EventList(
      facts: facts(observed(context).entries, context),
      firstLine: heldEvents(context) == nil ? 0 : firstLine,
      following: following(context),
      showsHeartbeats: showsHeartbeats,
      heartbeatKey: context.keyMap.label(of: .screen(.toggleHeartbeats)),
      followKey: context.keyMap.label(of: .dismiss),
      fault: context.observed.fault,
      isInPast: context.isInPast,
      liveKey: context.keyMap.label(of: .goLive),
      search: context.search(in: .facts),
      names: context.names,
      zone: context.zone,
      isFocused: context.focus.panel == .facts,
      symbols: context.symbols
    )
  }

  private func following(_ context: ScreenContext) -> EventList.Following {
    guard let held = heldEvents(context) else { return .live }
    let new = context.observed.entries.filter { $0.number > held.passed }
    return .held(
      new: facts(new, context).count,
      orMore: new.count < context.observed.passed - held.passed
    )
  }

  /// Events, the newest first, by the filters and the search; without heartbeats unless these are asked for.
  private func facts(_ entries: [Observed.Entry], _ context: ScreenContext) -> [Fact] {
    let (filter, names) = (context.selection.filter, context.names)
    let search = context.search(in: .facts).lowercased()
    return entries.filter { entry in
      let fact = entry.fact
      guard showsHeartbeats || !fact.kind.isHeartbeat,
        filter.matches(fact.playback, tags: context.media.tags)
      else { return false }
      guard !search.isEmpty else { return true }
      let words = [
        fact.kind.name, fact.playback.country, fact.playback.deviceType, fact.playback.browser,
        fact.playback.operatingSystem, names[fact.playback.mediaID, in: .mediaID],
      ]
      return words.contains { $0.lowercased().contains(search) }
    }
    // They arrive in the order of their pings, which tell of the seconds before.
    .sorted { ($1.fact.time, $1.number) < ($0.fact.time, $0.number) }.map(\.fact)
  }

  mutating func scroll(by lines: Int, in size: Size, _ context: ScreenContext) {
    let isHeld = heldEvents(context) != nil
    let count = facts(observed(context).entries, context).count
    let last = max(0, count - EventList.visibleRows(in: size.height))
    firstLine = max(0, min((isHeld ? firstLine : 0) + lines, last))
    // On top again, new ones are read as they come.
    held = firstLine == 0 ? nil : isHeld ? held : context.observed
  }

  mutating func perform(_ command: Command, _ context: ScreenContext) -> [ScreenEffect]? {
    switch command {
    case .screen(.toggleHeartbeats):
      showsHeartbeats.toggle()
      firstLine = 0
      held = nil
      return [.notice(showsHeartbeats ? "events with heartbeats" : "heartbeats hidden")]
    case .dismiss where heldEvents(context) != nil && !context.focus.isZoomed:
      firstLine = 0
      held = nil
      return []
    default: return nil
    }
  }

  func table(of panel: ScreenPanel, _ context: ScreenContext) -> ExportTable {
    guard panel == .facts else { return usualTable(of: panel, context) }
    var table = ExportTable([
      "time", "fact", "value", "mediaId", "country", "deviceType", "operatingSystem", "browser",
    ])
    for fact in facts(observed(context).entries, context) {
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

extension FactKind {
  /// Whether players send it all the time while somebody watches.
  var isHeartbeat: Bool { self == .watch }
}

extension ScreenPanel {
  static let viewers = ScreenPanel("viewers", .chart(choosesMetric: false))
  static let rates = ScreenPanel("rates", .plain)
  static let watchingTitles = ScreenPanel("watchingTitles", .rows)
  static let watchingDevices = ScreenPanel("watchingDevices", .rows)
  static let watchingCountries = ScreenPanel("watchingCountries", .rows)
  static let facts = ScreenPanel("facts", .lines)
}
