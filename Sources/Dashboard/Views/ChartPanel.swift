import CellCanvas
import PlaybackFacts
import QueryCore

/// Measures over time, the main one before the compared period, with a cursor that reads values.
struct ChartPanel: View {
  let state: DashboardState
  let panel: ScreenPanel

  func draw(in rect: Rect, on canvas: inout Canvas) {
    guard !rect.isEmpty else { return }
    let snapshot = known
    let window = request.window
    canvas.draw(title(of: window, snapshot, in: rect.width), in: rect.row(0))
    let body = Panel.content(of: rect).inset(left: FittingLine.gap)
    guard let snapshot else {
      canvas.draw(TextLine(NumberText.unknown, .dim), in: body)
      return
    }
    let others = self.others(snapshot)
    let lines = snapshot.curves.count + (others == nil ? 0 : 1)
    let legendHeight = hasLegend(snapshot) ? min(lines, max(0, body.height / 3)) : 0
    let plot = Rect(x: body.x, y: body.y, width: body.width, height: body.height - legendHeight)
    canvas.draw(chart(of: snapshot, window, in: plot.width), in: plot)
    if !snapshot.curves.contains(where: { $0.values.contains { $0 != nil } }) {
      canvas.draw(TextLine("\(NumberText.noData) no data in this time", .dim), in: plot)
    }
    let numbers = legendNumbers(of: snapshot)
    for (index, curve) in snapshot.curves.prefix(legendHeight).enumerated() {
      let row = Rect(x: body.x, y: plot.maxY + index, width: body.width, height: 1)
      let sample = LineChart.sample(of: index, symbols(for: snapshot), on: canvas)
      let name = [TextRun("\(sample) ", style(index, snapshot))] + name(of: curve, snapshot)
      canvas.draw(TextLine(name, right: numbers[index]), in: row)
    }
    if let others, legendHeight == lines { canvas.draw(others, in: body.row(body.height - 1)) }
  }

  /// The numbers on the screen, if they have a chart; who watches now is another one than all others.
  private var known: Snapshot? {
    state.snapshot.flatMap { snapshot in
      let isLive = snapshot.request.subject.view == .live
      return snapshot.curves.isEmpty || isLive != (panel == .viewers) ? nil : snapshot
    }
  }

  private var request: ScreenRequest { known?.request ?? state.request }

  /// The chart, as clicks need it too.
  func chart(of snapshot: Snapshot, _ window: TimeWindow, in width: Int) -> LineChart {
    let scales = snapshot.curves.map { divisor(of: $0, snapshot) }
    let (scale, unit) = (scales.first ?? 1, snapshot.curves.first?.measure.unit ?? .count)
    return LineChart(
      series(of: snapshot, scales: scales),
      labels: TimeLabels(window: window, zone: state.zone).labels(in: width - 8),
      lastIsOpen: isOpen(window, snapshot),
      cursor: state.cursor.flatMap(window.index),
      isIntegral: unit == .count || unit == .viewers,
      symbols: symbols(for: snapshot)
    ) { NumberText.axis($0 * scale, unit) }
  }

  /// Lines over each other are told apart best as dots.
  private func symbols(for snapshot: Snapshot) -> Symbols {
    snapshot.curves.count > 1 && state.symbolFamily == .blocks ? .braille : state.symbols
  }

  /// Lines are thin and may be bright.
  private func style(_ index: Int, _ snapshot: Snapshot) -> Style {
    symbols(for: snapshot).family == .braille || snapshot.curves.count > 1 ? .series(index) : .area
  }

  private func hasLegend(_ snapshot: Snapshot) -> Bool {
    panel == .curves && (snapshot.curves.count > 1 || state.cursor != nil)
  }

  /// Whether the last interval goes on.
  private func isOpen(_ window: TimeWindow, _ snapshot: Snapshot) -> Bool {
    window.edges[window.count - 1] <= snapshot.asOf && snapshot.asOf < window.end
  }

  private func series(of snapshot: Snapshot, scales: [Double]) -> [LineChart.Series] {
    var series: [LineChart.Series] = []
    for (index, (curve, scale)) in zip(snapshot.curves, scales).enumerated() {
      if !curve.previous.isEmpty {
        let before = curve.previous.map { $0.map { $0 / scale } }
        series.append(LineChart.Series(before, style: comparedStyle, isCompared: true))
      }
      let values = curve.values.map { $0.map { $0 / scale } }
      series.append(LineChart.Series(values, style: style(index, snapshot)))
    }
    return series
  }

  private var comparedStyle: Style { .series(1) }

  /// Whether a curve has another unit than the axis, and so a scale of its own.
  private func hasOwnScale(_ curve: Snapshot.Curve, _ snapshot: Snapshot) -> Bool {
    snapshot.curves.first.map { $0.measure.unit != curve.measure.unit } ?? false
  }

  /// By what values are divided: so that times are cut at round minutes, and curves of other units
  /// reach as high as the main one.
  private func divisor(of curve: Snapshot.Curve, _ snapshot: Snapshot) -> Double {
    guard let main = snapshot.curves.first else { return 1 }
    let mainScale = timeScale(of: main)
    guard hasOwnScale(curve, snapshot) else { return mainScale }
    let (own, others) = (curve.highest, main.highest / mainScale)
    return own > 0 && others > 0 ? own / others : 1
  }

  private func timeScale(of curve: Snapshot.Curve) -> Double {
    guard curve.measure.unit == .seconds else { return 1 }
    return curve.highest >= 7200 ? 3600 : curve.highest >= 120 ? 60 : 1
  }

  // MARK: - Words

  private func title(of window: TimeWindow, _ snapshot: Snapshot?, in width: Int) -> Panel {
    let measure = snapshot?.chart?.measure ?? request.chartMeasure
    let split = request.subject.isSplit ? " by \(request.subject.dimension.title)" : ""
    let title = [
      TextRun(measure.title, .title), TextRun("\(split) by \(window.interval.rawValue)", .dim),
    ]
    let room = width - FittingLine.gap - 1 - title.reduce(0) { $0 + $1.width }
    let legends = snapshot.map { snapshot in
      [reading(window, snapshot)].compactMap { $0 } + [
        marks(window, snapshot, isShort: false), marks(window, snapshot, isShort: true),
      ]
    }
    return Panel(
      title: title,
      right: legends?.first { $0.reduce(0) { $0 + $1.width } <= room } ?? [],
      isFocused: state.focus == panel,
      symbols: state.symbols
    )
  }

  /// What the marks of the chart mean.
  private func marks(_ window: TimeWindow, _ snapshot: Snapshot, isShort: Bool) -> [TextRun] {
    var legend: [TextRun] = []
    if let period = snapshot.request.subject.comparison, snapshot.chart?.previous.isEmpty == false {
      let mark = String(repeating: String(state.symbols.compared), count: 2)
      let words = isShort ? "before" : period.title(of: snapshot.request.subject.range)
      legend += [TextRun(mark, comparedStyle), TextRun(" \(words)", .dim)]
    }
    if isOpen(window, snapshot) {
      legend += [
        TextRun(legend.isEmpty ? "" : "   "),
        TextRun("\(state.symbols.open)", style(0, snapshot).adding(.dim)),
        TextRun(isShort ? " open" : " still open", .dim),
      ]
    }
    return legend
  }

  /// The values under the cursor.
  private func reading(_ window: TimeWindow, _ snapshot: Snapshot) -> [TextRun]? {
    guard let index = state.cursor.flatMap(window.index), let curve = snapshot.chart else {
      return nil
    }
    let unit = curve.measure.unit
    let value = curve.values[index].map { NumberText.text($0, unit, width: 12) }
    let interval = TextRun(TimeText.interval(window, index, in: state.zone), .accent)
    // The legend says what each of the curves has there.
    if snapshot.curves.count > 1 { return [interval] }
    var runs = [interval, TextRun("  "), TextRun(value ?? NumberText.noData, .title)]
    let isSoFar = isOpen(window, snapshot) && index == window.count - 1
    if isSoFar { runs.append(TextRun(" so far", .dim)) }
    if curve.previous.indices.contains(index), let before = curve.previous[index] {
      runs += [TextRun("  before \(NumberText.text(before, unit, width: 12))", .dim)]
      // An interval that is open is less than a whole one, whatever happens.
      if !isSoFar, let change = Change(from: before, to: curve.values[index], of: curve.measure) {
        runs += [TextRun("  "), TextRun(change.text(state.symbols), change.style)]
      }
    }
    return runs
  }

  private func name(of curve: Snapshot.Curve, _ snapshot: Snapshot) -> [TextRun] {
    let name =
      curve.value.map { state.name(of: $0, in: snapshot.request.subject.dimension) }
      ?? curve.measure.title
    let scale = hasOwnScale(curve, snapshot) ? " on a scale of its own" : ""
    return [TextRun(name), TextRun(scale, .dim)]
  }

  /// For each curve its newest or read value, and how far it goes, below each other.
  private func legendNumbers(of snapshot: Snapshot) -> [[TextRun]] {
    let place = state.cursor.flatMap(snapshot.request.window.index)
    let words = [place != nil ? "here" : state.mode == .live ? "now" : "last", "highest", "lowest"]
    let texts = snapshot.curves.map { curve in
      let known = curve.values.compactMap { $0 }
      let read = place.map { curve.values[$0] } ?? known.last
      return [read, known.max(), known.min()].map { number in
        number.map { NumberText.text($0, curve.measure.unit) } ?? NumberText.noData
      }
    }
    let widths = words.indices.map { column in
      texts.map { CharacterWidth.columns(of: $0[column]) }.max() ?? 0
    }
    return texts.map { texts in
      zip(words, zip(texts, widths)).flatMap { word, text in
        let blanks = text.1 - CharacterWidth.columns(of: text.0)
        return [
          TextRun("  \(word) " + String(repeating: " ", count: blanks), .dim), TextRun(text.0),
        ]
      }
    }
  }

  /// What has no curve of its own, where it adds up.
  private func others(_ snapshot: Snapshot) -> TextLine? {
    // A media item may have several tags: those don't add up.
    guard snapshot.request.subject.isSplit, let ranking = state.ranking(of: .curves),
      ranking.measure.isAdditive, ranking.dimension != .tag
    else { return nil }
    let shown = Set(snapshot.curves.compactMap(\.value))
    let known = ranking.rows.filter { shown.contains($0.dimensionValue) }
    guard !known.isEmpty, ranking.count > known.count else { return nil }
    let rest = ranking.total - known.reduce(0) { $0 + ($1.value ?? 0) }
    let unit = ranking.measure.unit
    // Of ratios the curves are of what is played most.
    let isOther = ranking.measure != snapshot.curves.first?.measure
    let what = isOther ? ranking.measure.title.lowercased() : "in all"
    let left = ranking.count - known.count
    return TextLine(
      [TextRun("   \(left == 1 ? "1 other" : "\(left) others"), without a curve", .dim)],
      right: [
        TextRun(
          "\(NumberText.text(rest, unit)) of \(NumberText.text(ranking.total, unit)) \(what)",
          .dim
        )
      ]
    )
  }
}

extension Snapshot.Curve {
  /// The highest of its values and of those before; 0 without any.
  fileprivate var highest: Double { (values + previous).compactMap { $0 }.max() ?? 0 }
}
