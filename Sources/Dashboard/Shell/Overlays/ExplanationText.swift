import AnalyticsAPI
import QueryCommandLine
import TextAndBytes
import CellCanvas
import PlaybackFacts
import QueryCore

/// What the chosen number means: its window, its filters, what is behind it, and how to ask for it.
struct ExplanationText: View {
  let state: DashboardState
  let firstLine: Int
  let width: Int

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
    let measure = state.explained ?? state.measure
    let request = state.shownRequest
    let metric = MetricCatalog.metric(named: measure.metric)
    var lines: [[TextRun]] = [[TextRun(measure.title, .title)]]
    lines += wrapped(metric?.meaning ?? "", .text)
    lines.append([])
    lines += fact("value", value(of: measure))
    if let behind = behind(measure) { lines += fact("behind it", behind) }
    let query = state.explainedNumber
    lines += fact("time", time(of: query.timeframe ?? request.window.timeframe))
    if measure.reach == .everywhere, let compared = request.comparable,
      let period = request.selection.comparison
    {
      lines += fact(
        "compared with",
        "\(period.title(of: request.selection.range)), \(time(of: compared))"
      )
    }
    lines += fact("filters", filters)
    lines += fact("cut in", "\(request.window.interval.rawValue)s of \(state.zone.name)")
    lines.append([])
    guard let options = state.source.options else {
      return lines + fact("asked by", "only this program can ask \(state.source.name)")
    }
    let server = state.source.address.isEmpty ? ", from 'playhead serve'" : ""
    lines += fact("over HTTP", "GET \(state.source.address)\(query.path)\(server)")
    lines += fact("command line", query.commandLine(options))
    if let rows = state.explainedRows { lines += fact("its rows", rows.commandLine(options)) }
    if let key = state.keyMap.label(of: .export(.copy)) {
      lines.append([TextRun("\(key) copies the command line", .dim)])
    }
    return lines
  }

  private func value(of measure: Measure) -> String {
    guard let explanation = state.snapshot?.explanation, explanation.measure == measure else {
      return NumberText.unknown
    }
    return explanation.value.map { NumberText.exact($0, measure.unit) } ?? NumberText.noData
  }

  /// `1 204 plays ÷ 1 311 impressions`.
  private func behind(_ measure: Measure) -> String? {
    guard let explanation = state.snapshot?.explanation, explanation.measure == measure,
      !explanation.parts.isEmpty
    else { return nil }
    if explanation.parts.map(\.measure) == [measure] {
      return measure.unit == .count ? "as many events" : nil
    }
    let parts = explanation.parts.map { part in
      "\(NumberText.exact(part.value, part.measure.unit)) \(part.measure.title.lowercased())"
    }
    return parts.joined(separator: measure.isZeroWhereAbsent ? ", " : " ÷ ")
  }

  private func time(of timeframe: Timeframe) -> String {
    "\(moment(timeframe.from)) up to, but without, \(moment(timeframe.to))"
  }

  private func moment(_ time: Timestamp) -> String {
    let civil = state.zone.civil(time)
    let seconds = civil.second == 0 ? "" : ":" + Numbers.padded(civil.second)
    return "\(civil.date) \(TimeText.clock(civil))\(seconds)"
  }

  private var filters: String {
    let clauses = state.shownFilters
    return clauses.isEmpty ? "none" : clauses.map(state.words).joined(separator: "; ")
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
