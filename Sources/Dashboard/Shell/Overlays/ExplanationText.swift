import AnalyticsAPI
import QueryCommandLine
import TextAndBytes
import CellCanvas
import PlaybackFacts
import QueryCore

/// What the chosen number means: its window, its filters, what is behind it, and how to ask for it.
struct ExplanationText: View {
  /// The measure that is explained.
  let measure: Measure
  /// Its number and what is behind it; nil before it is known.
  var result: Snapshot.Explanation?
  /// The question that the numbers on the screen answer.
  let request: ScreenRequest
  /// The question for the number.
  let query: Query
  /// The question for the rows beside it; nil where there are none.
  var rows: Query?
  /// The filters as people say them.
  var filters: [String] = []
  let source: DashboardState.Source
  /// The key that copies the command line.
  var copyKey: String?
  /// The line that is on top.
  var firstLine = 0
  /// The columns that lines are broken at.
  let width: Int

  private var zone: Zone { request.selection.zone }

  var size: Size {
    let lines = lines
    return Size(
      width: lines.map { $0.reduce(0) { $0 + $1.width } }.max() ?? 0,
      height: lines.count
    )
  }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let lines = lines
    let first = max(0, min(firstLine, lines.count - rect.height))
    for (row, runs) in lines.dropFirst(first).prefix(rect.height).enumerated() {
      canvas.draw(TextLine(runs), in: rect.row(row))
    }
  }

  private var lines: [[TextRun]] {
    let metric = MetricCatalog.metric(named: measure.metric)
    var lines: [[TextRun]] = [[TextRun(measure.title, .title)]]
    lines += wrapped(metric?.meaning ?? "", .text)
    lines.append([])
    lines += fact("value", value)
    if let behind { lines += fact("behind it", behind) }
    if let percentiles { lines += fact("percentiles", percentiles) }
    lines += fact("time", time(of: query.timeframe ?? request.window.timeframe))
    if measure.reach == .everywhere, let compared = request.comparedTimeframe,
      let period = request.selection.comparison
    {
      lines += fact(
        "compared with",
        "\(period.title(of: request.selection.range)), \(time(of: compared))"
      )
    }
    lines += fact("filters", filters.isEmpty ? "none" : filters.joined(separator: "; "))
    lines += fact("intervals", "each \(request.window.interval.rawValue), in \(zone.name)")
    lines.append([])
    guard let options = source.options else {
      return lines + fact("asked by", "only this program can ask \(source.name)")
    }
    let server = source.address.isEmpty ? ", from 'playhead serve'" : ""
    lines += fact("over HTTP", "GET \(source.address)\(query.path)\(server)")
    lines += fact("command line", query.commandLine(options))
    if let rows { lines += fact("its rows", rows.commandLine(options)) }
    if let copyKey {
      lines.append([TextRun("\(copyKey) copies the command line", .dim)])
    }
    return lines
  }

  private var value: String {
    guard let result else { return NumberText.unknown }
    return result.value.map { NumberText.exact($0, measure.unit) } ?? NumberText.noData
  }

  /// `1 204 plays ÷ 1 311 impressions`.
  private var behind: String? {
    guard let result, !result.parts.isEmpty else { return nil }
    if result.parts.map(\.measure) == [measure] {
      return measure.unit == .count ? "one for each event" : nil
    }
    let parts = result.parts.map { part in
      "\(NumberText.exact(part.value, part.measure.unit)) \(part.measure.title.lowercased())"
    }
    return parts.joined(separator: measure.isZeroWhereAbsent ? ", " : " ÷ ")
  }

  /// `p50 412 ms, p75 610 ms, p95 1.24 s of 12 345 impressions`.
  private var percentiles: String? {
    guard let frames = result?.firstFrames, !frames.times.isEmpty else { return nil }
    let numbers = frames.percentiles.map {
      "\($0.name) \(NumberText.text($0.milliseconds, .milliseconds))"
    }
    let count = NumberText.exact(Double(frames.times.count), .count)
    return "\(numbers.joined(separator: ", ")) of \(count) impressions whose time is known"
  }

  private func time(of timeframe: Timeframe) -> String {
    "\(moment(timeframe.from)) to \(moment(timeframe.to))"
  }

  private func moment(_ time: Timestamp) -> String {
    let civil = zone.civil(time)
    let seconds = civil.second == 0 ? "" : ":" + Numbers.padded(civil.second)
    return "\(civil.date) \(TimeText.clock(civil))\(seconds)"
  }

  private static let labelWidth = 14

  private func fact(_ label: String, _ text: String) -> [[TextRun]] {
    wrapped(text, .text, indent: Self.labelWidth).enumerated().map { index, runs in
      let padded = index == 0 ? label : ""
      let blanks = String(repeating: " ", count: Self.labelWidth - padded.count)
      return [TextRun(padded + blanks, .dim)] + runs
    }
  }

  private func wrapped(_ text: String, _ style: Style, indent: Int = 0) -> [[TextRun]] {
    text.lines(in: max(10, width - indent)).map { [TextRun($0, style)] }
  }
}

extension ExplanationText {
  /// The explanation of what a dashboard shows.
  init(_ state: DashboardState, firstLine: Int, width: Int) {
    let measure = state.explained ?? state.measure
    self.init(
      measure: measure,
      result: state.snapshot?.explanation.flatMap { $0.measure == measure ? $0 : nil },
      request: state.shownRequest,
      query: state.explainedNumber,
      rows: state.explainedRows,
      filters: state.shownFilters.map(state.words),
      source: state.source,
      copyKey: state.keyMap.label(of: .export(.copy)),
      firstLine: firstLine,
      width: width
    )
  }
}
