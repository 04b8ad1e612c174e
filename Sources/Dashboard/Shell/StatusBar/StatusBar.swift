import TextAndBytes
import CellCanvas
import PlaybackFacts
import QueryCore

/// What is being looked at, the most important first: mode, range, comparison, filters, age of the data, zone,
/// clock and source.
///
/// Time and filters are those of the numbers on the screen; what was chosen since is said to load.
///
/// ```
/// ● LIVE  last 24 h  vs previous 24 h  country FR ×       data 0 s old  UTC  14:05:32  local
///  [o Overview]  b Breakdown  t Time  …
///   why the source fails, or filters that don't fit               Overview › country FR
/// ```
struct StatusBar: View {
  let context: ScreenContext
  /// The tabs; nil where there are none.
  var tabs: TabStrip?
  /// What the source last said of its data.
  var data: DataState?
  /// The filters of the numbers below.
  var filters: [Filter.Clause] = []
  /// The filters that are chosen, whose numbers these are in ``Command/editFilter(_:)``.
  var chosenFilters: [Filter.Clause] = []
  /// Whether the numbers below answer another question than the chosen one.
  var isOutdated = false
  /// How long the dashboard has run.
  var uptime = Duration.zero
  /// When the source is asked again, where its limits delay that.
  var restsUntil: Duration?
  /// The time between frames over a slow link.
  var frameInterval: Duration?
  /// The steps that led here, the place that is shown last; one where there is nothing to go back to.
  var path: [String] = []

  private var screen: ScreenID { context.asked.subject.screen }

  /// The question that the numbers below answer.
  private var shown: ScreenRequest { context.request }

  /// Whether the numbers below are of a range: those of health are not.
  var isOfRange: Bool { screen.traits.time != .none }

  /// Whether there is something that the first row has no room for, and that must be said.
  func needsDetails(in width: Int) -> Bool {
    isFailing || firstRow(hasDetails: true).isShortened(Self.chipsName, in: width)
  }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    for (row, line) in lines(in: rect).enumerated() { canvas.draw(line, in: rect.row(row)) }
  }

  /// What a click on a cell does; nil where it does nothing.
  func command(atX x: Int, y: Int, in rect: Rect) -> Command? {
    let lines = lines(in: rect)
    guard lines.indices.contains(y - rect.y) else { return nil }
    return lines[y - rect.y].command(atColumn: x - rect.x, in: rect.width)
  }

  /// The rows that there is room for: what is looked at, the tabs, and what the first row has no room for.
  private func lines(in rect: Rect) -> [FittingLine] {
    let strip = tabs.map { [FittingLine([$0.segment])] } ?? []
    let hasDetails = rect.height == strip.count + 2
    let rows = [firstRow(hasDetails: hasDetails)] + strip + [details(in: rect.width)]
    return Array(rows.prefix(rect.height))
  }

  private func firstRow(hasDetails: Bool) -> FittingLine {
    FittingLine(
      [failing, mode, time, loading, start, compared, chips(hasDetails), gaps]
        + (hasDetails ? [] : [wayBack(isShort: true)]),
      right: [waiting, link, age, zone, time(of: context.now), source]
    )
  }

  private func details(in width: Int) -> FittingLine {
    let back = wayBack(isShort: false)
    if isFailing { return FittingLine(failure, right: [back]) }
    guard firstRow(hasDetails: true).isShortened(Self.chipsName, in: width) else {
      return FittingLine([], right: [back])
    }
    let chips = chipList
    let counts = [chips.count] + (0...chips.count).reversed()
    return FittingLine(
      [FittingLine.Segment(1, counts.map { first($0, of: chips) })],
      right: [wayBack(isShort: true)]
    )
  }

  /// So many chips, and how many more there are.
  private func first(_ count: Int, of chips: [[LinkedRun]]) -> [LinkedRun] {
    let left = chips.count - count
    let rest = count == 0 ? filterCount(left) : "+\(filterCount(left))"
    let more = [LinkedRun(rest, .accent, .openFilters)]
    return [LinkedRun("  ")] + Self.joined(chips.prefix(count) + (left == 0 ? [] : [more]))
  }

  private static func joined(_ chips: [[LinkedRun]]) -> [LinkedRun] {
    Array(chips.joined(separator: [LinkedRun("  ")]))
  }

  /// The steps that lead back, or the last of them.
  private func wayBack(isShort: Bool) -> FittingLine.Segment {
    guard path.count > 1 else { return .blank }
    func runs(_ words: [String], _ before: String = "") -> [LinkedRun] {
      let text = before + words.joined(separator: " › ")
      return [LinkedRun(text.scrubbed, .dim, .goBack)]
    }
    let last = [runs([path[path.count - 2]], "‹ "), []]
    if isShort { return FittingLine.Segment(5, last) }
    let path = path.count > Self.longestPath ? ["…"] + path.suffix(Self.longestPath - 1) : path
    let parts = path.indices.dropFirst().dropLast().map { runs(Array(path[$0...]), "… › ") }
    return FittingLine.Segment(9, [runs(path)] + parts + last)
  }

  /// So many steps are shown at most.
  private static let longestPath = 5

  /// Ways to say something of which the first gives way a round later than those of other segments.
  static func late(_ words: [String]) -> [String] { words.prefix(1) + words }

  // MARK: - Mode and time

  private var mode: FittingLine.Segment {
    switch context.mode {
    // What does not come is not followed.
    case .live:
      return isDown
        ? .blank : FittingLine.Segment(0, .accent, ["\(context.symbols.dot) LIVE"], .togglePause)
    case .paused(let since):
      return FittingLine.Segment(
        1,
        Style(.warn, .bold),
        [
          "\(hollow) PAUSED since \(clock(since))", "\(hollow) PAUSED \(clock(since))",
          "\(hollow) PAUSED",
        ],
        .togglePause
      )
    case .history:
      return FittingLine.Segment(0, Style(.series2, .bold), ["\(diamond) HISTORY"], .goLive)
    }
  }

  private var hollow: String { context.symbolFamily == .ascii ? "o" : "○" }
  private var diamond: String { context.symbolFamily == .ascii ? "<" : "◆" }

  private var time: FittingLine.Segment {
    FittingLine.Segment(1, .text, Self.late((isOfRange ? times(of: shown) : []) + [""]), .typeRange)
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
    guard isOutdated else { return .blank }
    let (chosen, shown) = (context.asked, shown)
    var news: [String] = []
    let times = times(of: chosen)
    if times != self.times(of: shown) { news += times.prefix(1) }
    if chosen.selection.filter != shown.selection.filter {
      news.append(filterCount(chosenFilters.count))
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
    guard isOfRange, followsMode(shown) || !isCollected else { return .blank }
    let begin = isCollected ? from : start ?? from
    let words = [moment(begin), date(begin) ?? moment(begin)]
    return FittingLine.Segment(
      6,
      .dim,
      words.map { "\(isCollected ? "" : "collected ")since \($0)" } + [""]
    )
  }

  private var compared: FittingLine.Segment {
    guard shown.subject.screen.traits.comparesPeriods, isOfRange else { return .blank }
    guard let period = shown.selection.comparison else {
      return FittingLine.Segment(3, .dim, ["no comparison", ""], .nextComparison)
    }
    let title = period.title(of: shown.selection.range)
    let isCollected = shown.comparable.flatMap { comparable in
      context.snapshot?.data.reaches(backTo: comparable.from)
    }
    guard shown.previous != nil, isCollected != false else {
      let reason = shown.previous == nil ? "older than retention" : "not collected"
      let words = ["vs \(title): \(reason)", "vs – (\(reason))", "vs –", "vs –", "vs –", ""]
      return FittingLine.Segment(7, .dim, words, .nextComparison)
    }
    let words = Self.late(["vs \(title)", "vs \(period.shortTitle)", ""])
    return FittingLine.Segment(3, .dim, words, .nextComparison)
  }

  /// The collection gaps in the time: its counts are too low.
  private var gaps: FittingLine.Segment {
    let gaps = context.snapshot?.data.gaps(in: shown.window.timeframe) ?? []
    guard let first = gaps.first, isOfRange else { return .blank }
    let seconds = Double(gaps.reduce(0) { $0 + $1.duration }) / 1000
    let words = "! \(NumberText.text(seconds, .seconds)) not collected"
    let from = gaps.count == 1 ? " from \(moment(first.from))" : ", in \(gaps.count) parts"
    return FittingLine.Segment(5, .warn, [words + from, words, "! gaps", "!"])
  }

  // MARK: - Filters

  /// All chips, or none where they have a row of their own, or their count.
  private func chips(_ hasDetails: Bool) -> FittingLine.Segment {
    let chips = chipList
    guard !chips.isEmpty, isOfRange else { return .blank }
    let count = [LinkedRun(filterCount(chips.count), .accent, .openFilters)]
    return FittingLine.Segment(
      2,
      hasDetails && !isFailing ? [Self.joined(chips), []] : [Self.joined(chips), count],
      name: Self.chipsName
    )
  }

  private static let chipsName = "chips"

  private func filterCount(_ count: Int) -> String {
    count == 0 ? "no filter" : count == 1 ? "1 filter" : "\(count) filters"
  }

  /// Filters, each with a sign that removes it.
  private var chipList: [[LinkedRun]] {
    filters.map { clause in
      let index = chosenFilters.firstIndex(of: clause)
      let removal = LinkedRun(" ×", .dim, index.map { .removeFilter($0) })
      guard clause.dimension != .bots else {
        return [LinkedRun(context.names.words(clause), .accent, .nextBots), removal]
      }
      let edit = index.map { Command.editFilter($0) }
      let values = clause.values.map {
        context.names.name(of: $0, in: clause.dimension, isShort: true)
      }
      let not = clause.isNegated ? "not " : ""
      return [
        LinkedRun("\(clause.dimension.title) \(not)", .dim, edit),
        LinkedRun(values.joined(separator: ", "), .accent, edit), removal,
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
      chosenFilters: state.filters,
      isOutdated: state.isOutdated,
      uptime: state.uptime,
      restsUntil: state.restsUntil,
      frameInterval: state.frameInterval,
      path: state.path
    )
  }
}

extension DashboardState {
  /// What values of dimensions are called.
  var names: ValueNames { ValueNames(media: media) }
}
