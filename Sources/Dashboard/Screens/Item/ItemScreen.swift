import CellCanvas
import PlaybackFacts
import QueryCore

/// One media item: its numbers, its trend, how long its playbacks are watched, and where its viewers are.
///
/// The item is the one that playbacks are filtered by; without such a filter, items can be chosen.
struct ItemScreen: Screen {
  static let meaning = "one title: trend, how long it is watched, countries, devices, referrers"
  static let traits = ScreenTraits(hasTab: false)
  static let panels: [ScreenPanel] = [
    .itemTitles, .itemChart, .itemWatched, .itemCountries, .itemDevices, .itemReferrers,
  ]

  /// The watched seconds that are read, of one item.
  struct Reading: Hashable, Sendable {
    let item: String
    let seconds: Int64
  }

  /// What is read; nil for nothing.
  private(set) var read: Reading?

  /// The seconds that are read of the item that is shown.
  private func secondsRead(_ context: ScreenContext) -> Int64? {
    read.flatMap { $0.item == Self.item(of: context.selection) ? $0.seconds : nil }
  }

  private mutating func read(_ seconds: Int64, _ context: ScreenContext) {
    read = Self.item(of: context.selection).map { Reading(item: $0, seconds: seconds) }
  }

  /// The only item that playbacks are filtered by; nil for none or several.
  static func item(of selection: Selection) -> String? {
    let clauses = selection.filter.clauses.filter { $0.dimension == .mediaID && !$0.isNegated }
    guard clauses.count == 1, clauses[0].values.count == 1 else { return nil }
    return clauses[0].values[0]
  }

  // MARK: - Asking

  func questions(_ selection: Selection) -> Questions {
    let curve = CurveQuestion(measure: selection.measure, isCompared: true)
    let measure = selection.additiveMeasure
    guard Self.item(of: selection) != nil else {
      return Questions(
        curves: [curve],
        rankings: [
          RankingQuestion(panel: .itemTitles, dimension: .mediaID, measure: measure, rows: 1000)
        ]
      )
    }
    let rankings: [(ScreenPanel, Dimension)] = [
      (.itemCountries, .country), (.itemDevices, .deviceType), (.itemReferrers, .referrer),
    ]
    return Questions(
      tiles: Self.tiles,
      curves: [curve],
      rankings: rankings.map {
        RankingQuestion(panel: $0, dimension: $1, measure: measure, rows: 100)
      },
      others: Self.watched(isCompared: selection.comparison != nil)
    )
  }

  private static let tiles = [
    TileQuestion("play", .count, "Plays"), TileQuestion("play", .rate, "Play rate"),
    TileQuestion("watch-time", .average, "Avg watch"), TileQuestion("end", .rate, "To end"),
    TileQuestion("ccv", .peak, "Peak"), TileQuestion("error", .rate, "Errors"),
    TileQuestion("impression-time", .average, "First frame"),
    TileQuestion("stall-time", .rate, "Stalls"),
  ].compactMap { $0 }

  /// The playbacks by their watched time, now and before.
  private static func watched(isCompared: Bool) -> [Question] {
    guard let measure = MetricCatalog.measure("watch-time", .average) else { return [] }
    let spans: [Question.Span] = isCompared ? [.window, .compared] : [.window]
    return spans.map { Question(measure: measure, shape: .histogram, span: $0) }
  }

  // MARK: - Drawing

  func layout(in rect: Rect, _ context: ScreenContext) -> Arrangement {
    guard Self.item(of: context.selection) != nil else {
      return .rows([
        (.fixed(1).optional(rank: 1), .panel(.itemHint)),
        Arrangement.gap(rank: 3),
        (.flexible(min: 4, weight: 3), .panel(.itemTitles)),
        Arrangement.gap(rank: 3),
        (.flexible(min: 6, weight: 2).optional(rank: 2), .panel(.itemChart)),
      ])
    }
    let charts: Arrangement = .columns([
      (.flexible(min: 30), .panel(.itemChart)),
      (.flexible(min: 30).optional(rank: 1), .panel(.itemWatched)),
    ])
    let lists = Arrangement.lists(
      [
        .init(panel: .itemCountries, least: 25, weight: 10),
        .init(panel: .itemDevices, least: 25, weight: 8, rank: 2),
        .init(panel: .itemReferrers, least: 25, weight: 13, rank: 1),
      ],
      in: rect.width
    ) { ranking(of: $0, context)?.neededWidth }
    let chart = Layout.Part.flexible(min: rect.height < 10 ? 3 : 6, weight: 3)
    return .rows([
      (.fixed(1), .panel(.itemTitles)),
      Arrangement.gap(rank: 7),
      (.fixed(Tiles.height(hasChanges: true, in: rect)).optional(rank: 2), .panel(.tiles)),
      Arrangement.gap(rank: 6),
      (chart.optional(rank: 3), charts),
      Arrangement.gap(rank: 5),
      (.flexible(min: 4, weight: 2).optional(rank: 4), lists),
    ])
  }

  func view(of panel: ScreenPanel, _ context: ScreenContext) -> any View {
    let item = Self.item(of: context.selection)
    switch (panel, item) {
    case (.itemHint, _):
      let key = context.keyMap.label(of: .chooseRow).map { ": \($0) opens it" } ?? ""
      return TextLine("  No title is chosen. Choose one of these\(key).", .dim)
    case (.itemTitles, let item?):
      return ItemHeader(
        id: item,
        title: context.media.title(of: item),
        tags: context.media.tags(of: item),
        isFocused: context.focus.panel == panel,
        symbols: context.symbols
      )
    case (.itemTitles, nil):
      guard var titles = ranking(of: panel, context) else { break }
      titles.heading = "Title"
      return titles
    case (.itemWatched, _): return watchedPanel(context)
    case (.tiles, _): return context.tiles
    default: break
    }
    return usualView(of: panel, context)
  }

  func chart(of panel: ScreenPanel, _ context: ScreenContext) -> ChartPanel? {
    guard panel == .itemChart else { return nil }
    return context.chart(of: panel, from: [.item, .overview, .time], hasLegend: false)
  }

  private func watchedPanel(_ context: ScreenContext) -> WatchedPanel {
    let snapshot = context.snapshot.flatMap {
      $0.request.subject.screen == .item && Self.item(of: $0.request.selection) != nil ? $0 : nil
    }
    let comparison = context.request.selection.comparison
    let results = Self.watched(isCompared: comparison != nil)
      .map { snapshot?.results(of: $0) ?? [] }
    let hasBefore = context.request.comparable.map {
      snapshot?.data.reaches(backTo: $0.from) ?? false
    }
    return WatchedPanel(
      isAnswered: snapshot != nil,
      watching: results.first.flatMap(StillWatching.init),
      refusal: snapshot?.request.histogramRefusal?.reason,
      before: hasBefore == true ? results.dropFirst().first.flatMap(StillWatching.init) : nil,
      comparison: comparison?.title(of: context.request.selection.range),
      isLive: !context.isInPast,
      read: secondsRead(context),
      isFocused: context.focus.panel == .itemWatched,
      symbols: context.symbols
    )
  }

  func table(of panel: ScreenPanel, _ context: ScreenContext) -> ExportTable {
    if panel == .itemTitles, let item = Self.item(of: context.request.selection) {
      var table = ExportTable(["mediaId", "title", "tags"])
      let tags = context.media.tags(of: item).joined(separator: ", ")
      table.add([.text(item), .text(context.media.title(of: item) ?? ""), .text(tags)])
      return table
    }
    guard panel == .itemWatched else { return usualTable(of: panel, context) }
    var table = ExportTable(["watchedSeconds", "playbacks", "share", "shareBefore"])
    let (watching, before) = (watchedPanel(context).watching, watchedPanel(context).before)
    guard let watching, watching.playbacks > 0 else { return table }
    for seconds in watching.points(Self.exportedPoints) {
      table.add([
        .number(Double(seconds)), .number(watching.count(atLeast: seconds)),
        .number(watching.share(atLeast: seconds)), .number(before?.share(atLeast: seconds)),
      ])
    }
    return table
  }

  private static let exportedPoints = 120

  // MARK: - Doing

  func measure(of panel: ScreenPanel, _ context: ScreenContext) -> Measure {
    let watched = panel == .itemWatched ? MetricCatalog.measure("watch-time", .average) : nil
    return watched ?? context.asked.questions.ranking(of: panel)?.measure
      ?? context.selection.measure
  }

  func opensRows(of panel: ScreenPanel) -> ScreenID? { panel == .itemTitles ? .item : nil }

  mutating func perform(_ command: Command, _ context: ScreenContext) -> [ScreenEffect]? {
    guard context.focus.panel == .itemWatched else { return nil }
    switch command {
    case .moveCursor(let count):
      let area =
        context.focusArea.map(ShellLayout.content) ?? Rect(x: 0, y: 0, width: 80, height: 9)
      let points = watchedPanel(context).points(in: area)
      guard !points.isEmpty else { return [] }
      let index = secondsRead(context).flatMap { read in points.lastIndex { $0 <= read } }
      let next = index.map { $0 + count } ?? (count > 0 ? 0 : points.count - 1)
      read(points[min(max(0, next), points.count - 1)], context)
      return []
    case .dismiss where secondsRead(context) != nil:
      read = nil
      return []
    case .chooseRow, .excludeRow: return [.notice("there are no rows here")]
    default: return nil
    }
  }

  mutating func click(
    x: Int,
    y: Int,
    in place: Arrangement.Place,
    _ context: ScreenContext
  ) -> [ScreenEffect]? {
    guard place.panel == .itemWatched else { return nil }
    let area = ShellLayout.content(of: place.area)
    if let seconds = watchedPanel(context).seconds(atX: x, in: area) {
      read(seconds, context)
    }
    return nil
  }
}

extension ScreenPanel {
  static let itemHint = ScreenPanel("itemHint", .plain)
  /// The items that can be chosen, or the chosen one.
  static let itemTitles = ScreenPanel("titles", .rows)
  static let itemChart = ScreenPanel("trend", .chart(choosesMetric: true))
  static let itemWatched = ScreenPanel("watched", .plain)
  static let itemCountries = ScreenPanel("itemCountries", .rows)
  static let itemDevices = ScreenPanel("itemDevices", .rows)
  static let itemReferrers = ScreenPanel("itemReferrers", .rows)
}
