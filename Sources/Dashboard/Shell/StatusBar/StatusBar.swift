import TextAndBytes
import CellCanvas
import PlaybackFacts
import QueryCore

/// What is being looked at: mode, time, filters, source, zone, age of the data and the clock.
///
/// Time and filters are those of the numbers on the screen; what was chosen since is said to load.
/// A second row, where there is one, has the tabs, says why the source fails, and holds filters that
/// did not fit.
struct StatusBar: View {
  let context: ScreenContext
  /// The tabs; nil where there are none.
  var tabs: TabStrip?
  /// What the source last said of its data.
  var data: DataState?
  /// The filters of the numbers below.
  var filters: [Filter.Clause] = []
  /// How many filters are chosen.
  var chosenFilterCount = 0
  /// Whether the numbers below answer another question than the chosen one.
  var isOutdated = false
  /// How long the dashboard has run.
  var uptime = Duration.zero
  /// When the source is asked again, where its limits delay that.
  var restsUntil: Duration?
  /// The time between frames over a slow link.
  var frameInterval: Duration?

  private var screen: ScreenID { context.asked.subject.screen }

  /// The question that the numbers below answer.
  private var shown: ScreenRequest { context.request }

  /// Whether the numbers below are of a range: those of health are not.
  var isOfRange: Bool { screen.traits.time != .none }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let below = rect.row(1).inset(left: 1)
    let first = firstRow(in: rect)
    canvas.draw(first, in: rect.row(0))
    guard !context.fetching.isFailing else {
      canvas.draw(FittingLine(failure), in: below.inset(left: 1))
      return
    }
    let (tabs, chips) = secondRow(below: first, in: rect)
    var runs: [TextRun] = []
    for tab in tabs { runs += (runs.isEmpty ? [] : [TextRun(" ")]) + tab.runs }
    canvas.draw(TextLine(runs, right: chips), in: below)
  }

  /// The screen whose tab is at a column of the second row; nil beside the tabs.
  func view(atColumn x: Int, in rect: Rect) -> ScreenID? {
    guard !context.fetching.isFailing else { return nil }
    let (tabs, chips) = secondRow(below: firstRow(in: rect), in: rect)
    let chipWidth = Self.width(of: chips)
    guard chipWidth == 0 || x < rect.maxX - chipWidth - 1 else { return nil }
    return TabStrip.view(atColumn: x - rect.x - 1, of: tabs)
  }

  private func firstRow(in rect: Rect) -> FittingLine {
    let chips = chips(hasRoomBelow: rect.height > 1 && !context.fetching.isFailing)
    return FittingLine([mode, time, loading, start, compared, chips, gaps], right: right)
  }

  /// The tabs, and the filters if they did not fit beside the time, as far as there is room for them.
  private func secondRow(
    below first: FittingLine,
    in rect: Rect
  ) -> (tabs: [TabStrip.Tab], chips: [TextRun]) {
    let chips = first.isShortened(Self.chipsName, in: rect.width) ? chipList : []
    let wanted = Self.width(of: Self.joined(chips))
    let whole = rect.width - 1
    let shown = tabs?.tabs(in: whole - (wanted == 0 ? 0 : wanted + FittingLine.gap)) ?? []
    let used = TabStrip.width(of: shown)
    return (shown, fitting(chips, whole - (used == 0 ? 0 : used + FittingLine.gap)))
  }

  private static func width(of runs: [TextRun]) -> Int { runs.reduce(0) { $0 + $1.width } }

  /// As many filters as there is room for, and how many more there are.
  private func fitting(_ chips: [[TextRun]], _ room: Int) -> [TextRun] {
    for count in (0...chips.count).reversed() {
      let left = chips.count - count
      let rest = count == 0 ? filterCount(left) : "+\(filterCount(left))"
      let shown = chips.prefix(count) + (left == 0 ? [] : [[TextRun(rest, .accent)]])
      let runs = Self.joined(Array(shown))
      if Self.width(of: runs) <= room || count == 0 { return runs }
    }
    return []
  }

  private static func joined(_ chips: [[TextRun]]) -> [TextRun] {
    Array(chips.joined(separator: [TextRun("  ")]))
  }

  /// Ways to say something of which the first gives way a round later than those of other segments.
  static func late(_ words: [String]) -> [String] { words.prefix(1) + words }

  // MARK: - Mode and time

  private var mode: FittingLine.Segment {
    switch context.mode {
    case .live: return FittingLine.Segment(0, .accent, ["\(context.symbols.dot) LIVE"])
    case .paused(let since):
      return FittingLine.Segment(
        1,
        Style(.warn, .bold),
        [
          "\(hollow) PAUSED since \(clock(since))", "\(hollow) PAUSED \(clock(since))",
          "\(hollow) PAUSED",
        ]
      )
    case .history: return FittingLine.Segment(0, Style(.series2, .bold), ["\(diamond) HISTORY"])
    }
  }

  private var hollow: String { context.symbolFamily == .ascii ? "o" : "○" }
  private var diamond: String { context.symbolFamily == .ascii ? "<" : "◆" }

  private var time: FittingLine.Segment {
    FittingLine.Segment(3, .text, Self.late((isOfRange ? times(of: shown) : []) + [""]))
  }

  /// Ways to say which time a question is about, the longest first.
  private func times(of request: ScreenRequest) -> [String] {
    let range = request.selection.range
    guard followsMode(request) else {
      let timeframe = request.window.timeframe
      let (from, to) = (moment(timeframe.from), moment(timeframe.to))
      let isSameDay =
        context.zone.civil(timeframe.from).date == context.zone.civil(timeframe.to).date
      let end = isSameDay ? TimeText.clock(context.zone.civil(timeframe.to)) : to
      return ["\(from) – \(end)", "\(range.length) to \(to)", range.title]
    }
    if range.isToday { return ["today"] }
    return context.mode == .live ? ["last \(range.length)", range.title] : [range.length]
  }

  /// Whether the mode says already where the time of a question ends.
  private func followsMode(_ request: ScreenRequest) -> Bool {
    switch (context.mode, request.selection.end) {
    case (.live, .now), (.paused, .now), (.paused, .paused): true
    default: false
    }
  }

  /// What was chosen and is not on the screen yet.
  private var loading: FittingLine.Segment {
    guard isOutdated else { return FittingLine.Segment(2, [[]]) }
    let (chosen, shown) = (context.asked, shown)
    var news: [String] = []
    let times = times(of: chosen)
    if times != self.times(of: shown) { news += times.prefix(1) }
    if chosen.selection.filter != shown.selection.filter {
      news.append(filterCount(chosenFilterCount))
    }
    if chosen.selection.measure != shown.selection.measure {
      news.append(chosen.selection.measure.title.lowercased())
    }
    if chosen.selection.comparison != shown.selection.comparison {
      let period = chosen.selection.comparison
      news.append(period.map { "vs \($0.title(of: chosen.selection.range))" } ?? "no comparison")
    }
    if chosen.subject.screen != shown.subject.screen {
      news.append(chosen.subject.screen.rawValue)
    }
    if chosen.selection.dimension != shown.selection.dimension
      || chosen.questions.curvesBy != shown.questions.curvesBy
    {
      news.append("by \(chosen.selection.dimension.title)")
    }
    return FittingLine.Segment(
      2,
      Style(.warn, .bold),
      Self.late(["loading \(news.joined(separator: ", ")) …", "loading …"])
    )
  }

  /// Where a range begins that ends now, or where collection began if that was later.
  private var start: FittingLine.Segment {
    let from = shown.window.timeframe.from
    let start = context.snapshot?.data.start
    let isCollected = start.map { $0 < from + shown.window.interval.width } ?? true
    guard isOfRange, followsMode(shown) || !isCollected else {
      return FittingLine.Segment(10, [[]])
    }
    let begin = isCollected ? from : start ?? from
    let words = [moment(begin), date(begin) ?? moment(begin)]
    return FittingLine.Segment(
      5,
      .dim,
      words.map { "\(isCollected ? "" : "collected ")since \($0)" } + [""]
    )
  }

  private var compared: FittingLine.Segment {
    guard shown.subject.screen.traits.comparesPeriods, isOfRange else {
      return FittingLine.Segment(10, [[]])
    }
    guard let period = shown.selection.comparison else {
      return FittingLine.Segment(10, .dim, ["no comparison", ""])
    }
    let title = period.title(of: shown.selection.range)
    let isCollected = shown.comparable.flatMap { comparable in
      context.snapshot?.data.reaches(backTo: comparable.from)
    }
    let words =
      shown.previous == nil
      ? ["vs \(title): older than retention", "vs – (older than retention)", "vs –", ""]
      : isCollected == false
        ? ["vs \(title): not collected", "vs – (not collected)", "vs –", ""]
        : ["vs \(title)"] + Self.late(["vs \(period.shortTitle)", ""])
    return FittingLine.Segment(10, .dim, words)
  }

  /// The collection gaps in the time: its counts are too low.
  private var gaps: FittingLine.Segment {
    let gaps = context.snapshot?.data.gaps(in: shown.window.timeframe) ?? []
    guard let first = gaps.first, isOfRange else {
      return FittingLine.Segment(10, [[]])
    }
    let seconds = Double(gaps.reduce(0) { $0 + $1.duration }) / 1000
    let words = "! \(NumberText.text(seconds, .seconds)) not collected"
    let from = gaps.count == 1 ? " from \(moment(first.from))" : ", in \(gaps.count) parts"
    return FittingLine.Segment(5, .warn, [words + from, words, "! gaps", "!"])
  }

  // MARK: - Filters

  private func chips(hasRoomBelow: Bool) -> FittingLine.Segment {
    let filters = filters
    guard !filters.isEmpty, isOfRange else { return FittingLine.Segment(9, [[]]) }
    let count = TextRun(filterCount(filters.count), .accent)
    return FittingLine.Segment(
      9,
      [Self.joined(chipList), hasRoomBelow ? [] : [count]],
      name: Self.chipsName
    )
  }

  private static let chipsName = "chips"

  private func filterCount(_ count: Int) -> String {
    count == 0 ? "no filter" : count == 1 ? "1 filter" : "\(count) filters"
  }

  private var chipList: [[TextRun]] {
    filters.map { clause in
      guard clause.dimension != .bots else {
        return [TextRun(context.names.words(clause), .accent), TextRun(" ×", .dim)]
      }
      let values = clause.values.map {
        context.names.name(of: $0, in: clause.dimension, isShort: true)
      }
      let not = clause.isNegated ? "not " : ""
      return [
        TextRun("\(clause.dimension.title) \(not)", .dim),
        TextRun(values.joined(separator: ", "), .accent), TextRun(" ×", .dim),
      ]
    }
  }
}

extension StatusBar {
  /// The status bar of a dashboard.
  init(_ state: DashboardState, tabs: TabStrip?) {
    self.init(
      context: state.context,
      tabs: tabs,
      data: state.data,
      filters: state.shownFilters,
      chosenFilterCount: state.filters.count,
      isOutdated: state.isOutdated,
      uptime: state.uptime,
      restsUntil: state.restsUntil,
      frameInterval: state.frameInterval
    )
  }
}

extension DashboardState {
  /// What values of dimensions are called.
  var names: ValueNames { ValueNames(media: media) }
}
