import CellCanvas
import PlaybackFacts
import QueryCore

/// The chosen measure over time, before the compared period.
struct ChartPanel: View {
  let state: DashboardState

  func draw(in rect: Rect, on canvas: inout Canvas) {
    guard !rect.isEmpty else { return }
    let snapshot = state.snapshot
    let window = state.shownRequest.window
    canvas.draw(title(of: window, snapshot, in: rect.width), in: rect.row(0))
    let body = Panel.content(of: rect).inset(left: FittingLine.gap)
    guard let snapshot else {
      canvas.draw(TextLine(NumberText.unknown, .dim), in: body)
      return
    }
    let scale = scale(of: snapshot)
    let unit = snapshot.request.subject.measure.unit
    let chart = LineChart(
      series(of: snapshot, scale: scale),
      labels: TimeLabels(window: window, zone: state.zone).labels(in: body.width - 8),
      lastIsOpen: isOpen(window, snapshot),
      isIntegral: unit == .count,
      symbols: state.symbols
    ) { NumberText.axis($0 * scale, unit) }
    canvas.draw(chart, in: body)
    if !snapshot.chart.values.contains(where: { $0 != nil }) {
      canvas.draw(TextLine("\(NumberText.noData) no data in this time", .dim), in: body)
    }
  }

  /// Lines are thin and may be bright.
  private var style: Style { state.symbolFamily == .braille ? .series(0) : .area }

  /// Whether the last interval goes on.
  private func isOpen(_ window: TimeWindow, _ snapshot: Snapshot) -> Bool {
    window.edges[window.count - 1] <= snapshot.asOf && snapshot.asOf < window.end
  }

  private func series(of snapshot: Snapshot, scale: Double) -> [LineChart.Series] {
    let front = LineChart.Series(snapshot.chart.values.map { $0.map { $0 / scale } }, style: style)
    guard !snapshot.chart.previous.isEmpty else { return [front] }
    let before = snapshot.chart.previous.map { $0.map { $0 / scale } }
    return [LineChart.Series(before, style: .series(1), isCompared: true), front]
  }

  /// How many of its unit a step of the axis counts, so that times are cut at round minutes.
  private func scale(of snapshot: Snapshot) -> Double {
    guard snapshot.request.subject.measure.unit == .seconds else { return 1 }
    let highest = (snapshot.chart.values + snapshot.chart.previous).compactMap { $0 }.max() ?? 0
    return highest >= 7200 ? 3600 : highest >= 120 ? 60 : 1
  }

  private func title(of window: TimeWindow, _ snapshot: Snapshot?, in width: Int) -> Panel {
    let title = [
      TextRun(state.shownRequest.subject.measure.title, .title),
      TextRun(" by \(window.interval.rawValue)", .dim),
    ]
    let room = width - FittingLine.gap - 1 - title.reduce(0) { $0 + $1.width }
    let legends = snapshot.map { snapshot in
      [
        legend(window, snapshot, "previous \(snapshot.request.subject.range.length)", "still open"),
        legend(window, snapshot, "before", "open"),
      ]
    }
    return Panel(
      title: title,
      right: legends?.first { $0.reduce(0) { $0 + $1.width } <= room } ?? [],
      isFocused: state.focus == .chart,
      symbols: state.symbols
    )
  }

  /// What the marks of the chart mean.
  private func legend(
    _ window: TimeWindow,
    _ snapshot: Snapshot,
    _ previous: String,
    _ open: String
  ) -> [TextRun] {
    var legend: [TextRun] = []
    if !snapshot.chart.previous.isEmpty {
      let mark = String(repeating: String(state.symbols.compared), count: 2)
      legend += [TextRun(mark, .series(1)), TextRun(" \(previous)", .dim)]
    }
    if isOpen(window, snapshot) {
      legend += [
        TextRun(legend.isEmpty ? "" : "   "), TextRun("\(state.symbols.open)", style.adding(.dim)),
        TextRun(" \(open)", .dim),
      ]
    }
    return legend
  }
}
