import AnalyticsSource
import CellCanvas
import PlaybackFacts
import QueryCore
import TextAndBytes

/// The state of collector, store, source and this program: a verdict, then numbers under headings, each with what
/// became of it since this dashboard looks.
struct HealthReport: View {
  /// How the last queries of the source went.
  struct Queries: Hashable, Sendable {
    var count = 0
    /// How long they took, in milliseconds; nil without any.
    var p50: Int64?
    var p95: Int64?
    /// How long each took, the oldest first.
    var durations: [Int64] = []
    var failures = 0
    /// Why the state of the data can't be read; nil where it can.
    var fault: String?
  }

  /// What the source says; nil until it said so.
  var health: SourceHealth?
  /// What this program takes from the machine; nil where that is not known.
  var process: ProcessUse?
  /// What both were before.
  var history = HealthHistory()
  /// Why the source says nothing.
  var fault: String?
  /// Since when no collector is at work, as text; nil while one is.
  var idleSince: String?
  var queries = Queries()
  let sourceName: String
  let retention: Retention
  let zone: Zone
  let now: Timestamp
  /// The line that is on top.
  var firstLine = 0
  var symbols = Symbols.blocks

  /// The verdict and the row below it.
  private static let headHeight = 2

  func draw(in rect: Rect, on canvas: inout Canvas) {
    guard !rect.isEmpty else { return }
    canvas.draw(HealthVerdict(self), in: rect.row(0).inset(left: FittingLine.gap))
    // Sources have no past of their own.
    if let since = history.since, rect.height > Self.headHeight {
      let note = TextRun("sparklines: seen here since \(clock(since))", .dim)
      canvas.draw(TextLine([], right: [note]), in: rect.row(1))
    }
    let body = rect.inset(top: Self.headHeight)
    guard !body.isEmpty else { return }
    let height = trendHeight(in: body)
    let columns = columns(in: body.width, trendHeight: height)
    let whole = columns.map { Self.height(of: $0, height) }.max() ?? 0
    let first = max(0, min(firstLine, whole - body.height))
    let areas = Layout(
      .columns,
      spacing: 3,
      Array(repeating: .flexible(), count: columns.count)
    ).split(body.inset(left: FittingLine.gap))
    for (sections, area) in zip(columns, areas) {
      draw(sections, trendHeight: height, from: first, in: area, on: &canvas)
    }
    let hidden = whole - first - body.height
    guard hidden > 0, body.height > 1 else { return }
    let more = TextLine(
      "\(symbols.down) \(hidden) more line\(hidden == 1 ? "" : "s")",
      .accent
    )
    canvas.fill(body.row(body.height - 1))
    canvas.draw(more, in: body.row(body.height - 1).inset(left: FittingLine.gap))
  }

  /// How many rows all of it takes at least.
  func height(in width: Int) -> Int {
    Self.headHeight
      + (columns(in: width, trendHeight: 1).map { Self.height(of: $0, 1) }.max() ?? 0)
  }

  private func draw(
    _ sections: [HealthSection],
    trendHeight: Int,
    from first: Int,
    in area: Rect,
    on canvas: inout Canvas
  ) {
    var y = area.y - first
    for section in sections {
      let height = section.height(trendHeight)
      let place = Rect(x: area.x, y: y, width: area.width, height: height)
      let view = section.view(trendHeight: trendHeight, symbols: symbols, clippedTo: area)
      canvas.draw(view, in: place)
      y += height + 1
    }
  }

  /// The most rows that a shape may have so that all of it fits.
  private func trendHeight(in body: Rect) -> Int {
    (1...3).last { height in
      let columns = columns(in: body.width, trendHeight: height)
      return columns.allSatisfy { Self.height(of: $0, height) <= body.height }
    } ?? 1
  }

  private static func height(of sections: [HealthSection], _ trendHeight: Int) -> Int {
    sections.reduce(0) { $0 + $1.height(trendHeight) } + max(0, sections.count - 1)
  }

  /// The sections of each column; one goes to the column that is shortest so far.
  private func columns(in width: Int, trendHeight: Int) -> [[HealthSection]] {
    var columns = [[HealthSection]](
      repeating: [],
      count: width >= 150 ? 3 : width >= 72 ? 2 : 1
    )
    for section in sections {
      let heights = columns.map { Self.height(of: $0, trendHeight) }
      let shortest = columns.indices.min { (heights[$0], $0) < (heights[$1], $1) } ?? 0
      columns[shortest].append(section)
    }
    return columns
  }

  /// A number each second: `118`, `0.4`.
  static func rate(_ rate: Double) -> String {
    rate < 9.95 && rate > 0 ? Numbers.fixed(rate, 1) : NumberText.text(rate, .count)
  }
}

extension HealthReport {
  /// The report as the screen shows it, from a line on.
  init(firstLine: Int, _ context: ScreenContext) {
    let fetching = context.fetching
    let isIdle = context.data.map { !$0.isCollecting(at: context.now) } ?? false
    let newest = context.data?.newestReceipt
    self.init(
      health: context.observed.health,
      process: context.observed.process,
      history: context.observed.history,
      fault: context.observed.fault,
      idleSince: nil,
      queries: Queries(
        count: fetching.durations.count,
        p50: fetching.quantile(0.5),
        p95: fetching.quantile(0.95),
        durations: fetching.durations,
        failures: fetching.failures,
        fault: fetching.dataFailure
      ),
      sourceName: context.source.name,
      retention: context.retention,
      zone: context.zone,
      now: context.now,
      firstLine: firstLine,
      symbols: context.symbols
    )
    if isIdle { idleSince = newest.map(moment) ?? "the start" }
  }
}
