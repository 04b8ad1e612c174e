import CellCanvas
import PlaybackFacts
import QueryCore

/// Measures over time, the main one before the compared period, with a cursor that reads values.
struct ChartPanel: View {
  /// What the chart is of.
  struct Subject: Hashable, Sendable {
    let measure: Measure
    let window: TimeWindow
    let zone: Zone
    /// The dimension whose values have a curve each; nil where curves are of all playbacks.
    var curvesBy: Dimension?
    /// What the compared period is called; nil where nothing is compared.
    var comparison: String?
    /// The instant up to which facts are known; an interval that it lies in goes on.
    var asOf: Timestamp?
  }

  /// One line of the chart with its name.
  struct Curve: Hashable, Sendable {
    let result: Snapshot.Curve
    let name: String

    var measure: Measure { result.measure }
    var values: [Double?] { result.values }
  }

  let subject: Subject
  /// The lines, the main one first; nil before they are known.
  var curves: [Curve]?
  /// What is ranked behind a split: all values, of which the first have curves.
  var ranking: Snapshot.Ranking?
  /// The start of the interval that is being read.
  var cursor: Timestamp?
  /// Whether there is a line for each curve below the chart, if there are several or one is read.
  var hasLegend = false
  /// Whether the chart follows now.
  var isLive = true
  var isFocused = false
  var symbols = Symbols.blocks

  private var window: TimeWindow { subject.window }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    guard !rect.isEmpty else { return }
    canvas.draw(title(in: rect.width), in: rect.row(0))
    let body = Self.body(of: rect)
    guard let curves else {
      canvas.draw(TextLine(NumberText.unknown, .dim), in: body)
      return
    }
    let others = othersLine
    let lines = curves.count + (others == nil ? 0 : 1)
    let hasLegend = hasLegend && (curves.count > 1 || cursor != nil)
    let legendHeight = hasLegend ? min(lines, max(0, body.height / 3)) : 0
    let plot = Rect(x: body.x, y: body.y, width: body.width, height: body.height - legendHeight)
    canvas.draw(chart(of: curves, in: plot.width), in: plot)
    if !curves.contains(where: { $0.values.contains { $0 != nil } }) {
      canvas.draw(TextLine("\(NumberText.noData) no data in this time", .dim), in: plot)
    }
    let numbers = legendNumbers(of: curves)
    for (index, curve) in curves.prefix(legendHeight).enumerated() {
      let row = Rect(x: body.x, y: plot.maxY + index, width: body.width, height: 1)
      let sample = LineChart.sample(of: index, chartSymbols, on: canvas)
      let name = [TextRun("\(sample) ", style(index)), TextRun(curve.name)]
      let scale = hasOwnScale(curve) ? " on a scale of its own" : ""
      canvas.draw(TextLine(name + [TextRun(scale, .dim)], right: numbers[index]), in: row)
    }
    if let others, legendHeight == lines { canvas.draw(others, in: body.row(body.height - 1)) }
  }

  /// The start of the interval that is drawn at a column; nil beside the plot.
  func interval(atX x: Int, in rect: Rect) -> Timestamp? {
    guard let curves else { return nil }
    let body = Self.body(of: rect)
    let interval = chart(of: curves, in: body.width).interval(atColumn: x, in: body)
    return interval.flatMap { $0 < window.count ? window.edges[$0] : nil }
  }

  private static func body(of rect: Rect) -> Rect {
    Panel.content(of: rect).inset(left: FittingLine.gap)
  }

  private func chart(of curves: [Curve], in width: Int) -> LineChart {
    let scales = curves.map(divisor)
    let (scale, unit) = (scales.first ?? 1, curves.first?.measure.unit ?? .count)
    return LineChart(
      series(of: curves, scales: scales),
      labels: TimeLabels(window: window, zone: subject.zone).labels(in: width - 8),
      lastIsOpen: isOpen,
      cursor: cursor.flatMap(window.index),
      isIntegral: unit == .count || unit == .viewers,
      symbols: chartSymbols
    ) { NumberText.axis($0 * scale, unit) }
  }

  private var hasSeveralCurves: Bool { curves.map { $0.count > 1 } ?? false }

  /// Dots show best which of several lines is which.
  private var chartSymbols: Symbols {
    hasSeveralCurves && symbols.family == .blocks ? .braille : symbols
  }

  /// Lines are thin and may be bright.
  private func style(_ index: Int) -> Style {
    chartSymbols.family == .braille || hasSeveralCurves ? .series(index) : .area
  }

  /// Whether the last interval goes on.
  private var isOpen: Bool {
    guard let asOf = subject.asOf else { return false }
    return window.edges[window.count - 1] <= asOf && asOf < window.end
  }

  private func series(of curves: [Curve], scales: [Double]) -> [LineChart.Series] {
    var series: [LineChart.Series] = []
    for (index, (curve, scale)) in zip(curves, scales).enumerated() {
      if !curve.result.previous.isEmpty {
        let before = curve.result.previous.map { $0.map { $0 / scale } }
        series.append(LineChart.Series(before, style: comparedStyle, isCompared: true))
      }
      let values = curve.values.map { $0.map { $0 / scale } }
      series.append(LineChart.Series(values, style: style(index)))
    }
    return series
  }

  private var comparedStyle: Style { .series(1) }

  /// Whether a curve has another unit than the axis, and so a scale of its own.
  private func hasOwnScale(_ curve: Curve) -> Bool {
    curves?.first.map { $0.measure.unit != curve.measure.unit } ?? false
  }

  /// By what values are divided: so that times are cut at round minutes, and curves of other units
  /// reach as high as the main one.
  private func divisor(of curve: Curve) -> Double {
    guard let main = curves?.first else { return 1 }
    let mainScale = timeScale(of: main)
    guard hasOwnScale(curve) else { return mainScale }
    let (own, others) = (curve.result.highest, main.result.highest / mainScale)
    return own > 0 && others > 0 ? own / others : 1
  }

  private func timeScale(of curve: Curve) -> Double {
    guard curve.measure.unit == .seconds else { return 1 }
    let highest = curve.result.highest
    return highest >= 7200 ? 3600 : highest >= 120 ? 60 : 1
  }
}

extension ChartPanel {
  private func title(in width: Int) -> Panel {
    let split = subject.curvesBy.map { " by \($0.title)" } ?? ""
    let title = [
      TextRun(subject.measure.title, .title),
      TextRun("\(split) by \(window.interval.rawValue)", .dim),
    ]
    let room = width - FittingLine.gap - 1 - title.reduce(0) { $0 + $1.width }
    let legends = curves.map { curves in
      [reading(of: curves)].compactMap { $0 } + [marks(isShort: false), marks(isShort: true)]
    }
    return Panel(
      title: title,
      right: legends?.first { $0.reduce(0) { $0 + $1.width } <= room } ?? [],
      isFocused: isFocused,
      symbols: symbols
    )
  }

  /// What the marks of the chart mean.
  private func marks(isShort: Bool) -> [TextRun] {
    var legend: [TextRun] = []
    if let period = subject.comparison, curves?.first?.result.previous.isEmpty == false {
      let mark = String(repeating: String(symbols.compared), count: 2)
      legend += [TextRun(mark, comparedStyle), TextRun(" \(isShort ? "before" : period)", .dim)]
    }
    if isOpen {
      legend += [
        TextRun(legend.isEmpty ? "" : "   "),
        TextRun("\(symbols.open)", style(0).adding(.dim)),
        TextRun(isShort ? " open" : " still open", .dim),
      ]
    }
    return legend
  }

  /// The values under the cursor.
  private func reading(of curves: [Curve]) -> [TextRun]? {
    guard let index = cursor.flatMap(window.index), let curve = curves.first?.result else {
      return nil
    }
    let unit = curve.measure.unit
    let value = curve.values[index].map { NumberText.text($0, unit, width: 12) }
    let interval = TextRun(TimeText.interval(window, index, in: subject.zone), .accent)
    // The legend says what each of the curves has there.
    if curves.count > 1 { return [interval] }
    var runs = [interval, TextRun("  "), TextRun(value ?? NumberText.noData, .title)]
    let isSoFar = isOpen && index == window.count - 1
    if isSoFar { runs.append(TextRun(" so far", .dim)) }
    if curve.previous.indices.contains(index), let before = curve.previous[index] {
      runs += [TextRun("  before \(NumberText.text(before, unit, width: 12))", .dim)]
      // An interval that is open is less than a whole one, whatever happens.
      if !isSoFar, let change = Change(from: before, to: curve.values[index], of: curve.measure) {
        runs += [TextRun("  "), TextRun(change.text(symbols), change.style)]
      }
    }
    return runs
  }

  /// For each curve its newest or read value, and how far it goes, below each other.
  private func legendNumbers(of curves: [Curve]) -> [[TextRun]] {
    let place = cursor.flatMap(window.index)
    let words = [place != nil ? "here" : isLive ? "now" : "last", "highest", "lowest"]
    let texts = curves.map { curve in
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
  private var othersLine: TextLine? {
    // A media item may have several tags: those don't add up.
    guard subject.curvesBy != nil, let ranking, ranking.measure.isAdditive,
      ranking.dimension != .tag
    else { return nil }
    let shown = Set((curves ?? []).compactMap(\.result.value))
    let known = ranking.rows.filter { shown.contains($0.dimensionValue) }
    guard !known.isEmpty, ranking.count > known.count else { return nil }
    let rest = ranking.total - known.reduce(0) { $0 + ($1.value ?? 0) }
    let unit = ranking.measure.unit
    // Of ratios the curves are of what is played most.
    let isOther = ranking.measure != curves?.first?.measure
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
