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
    /// The value that playbacks have; nil for all of them.
    var name: String?
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
    let body = Self.body(of: rect)
    let shown = shown(in: body.width)
    canvas.draw(title(shown, in: rect.width), in: rect.row(0))
    guard let curves else {
      canvas.draw(TextLine(NumberText.unknown, .dim), in: body)
      return
    }
    let legend = legendHeight(in: body)
    let plot = body.inset(bottom: legend)
    switch form {
    case .columns: canvas.draw(columns(of: curves, shown, in: plot.width), in: plot)
    case .lines: canvas.draw(lines(of: curves, shown, in: plot.width), in: plot)
    case .multiples: canvas.draw(multiples(of: curves, shown, in: plot.width), in: plot)
    }
    if !curves.contains(where: { $0.values.contains { $0 != nil } }) {
      canvas.draw(TextLine("\(NumberText.noData) no data in this time", .dim), in: plot)
    }
    drawLegend(of: curves, in: body.inset(top: body.height - legend), on: &canvas)
  }

  /// The start of the interval that is drawn at a column; nil beside the plot.
  func interval(atX x: Int, in rect: Rect) -> Timestamp? { span(atX: x, in: rect)?.from }

  /// The interval that is drawn at a column, several where they are joined; nil beside the plot.
  func span(atX x: Int, in rect: Rect) -> Timeframe? {
    guard let curves else { return nil }
    let body = Self.body(of: rect)
    let shown = shown(in: body.width)
    let index =
      switch form {
      case .columns:
        columns(of: curves, shown, in: body.width).interval(atColumn: x, in: body)
      case .lines: lines(of: curves, shown, in: body.width).interval(atColumn: x, in: body)
      case .multiples:
        multiples(of: curves, shown, in: body.width).interval(atColumn: x, in: body)
      }
    guard let index, shown.groups.indices.contains(index) else { return nil }
    let group = shown.groups[index]
    return Timeframe(from: window.edges[group.lowerBound], to: window.edges[group.upperBound])
  }

  private static func body(of rect: Rect) -> Rect {
    Panel.content(of: rect).inset(left: FittingLine.gap)
  }

  // MARK: - Forms

  /// How the curves are drawn.
  private enum Form {
    /// One as columns with its comparison.
    case columns
    /// Several of one unit over each other.
    case lines
    /// Several units, each on a scale of its own.
    case multiples
  }

  private var form: Form {
    guard let curves, curves.count > 1 else { return .columns }
    return Set(curves.map(\.measure.unit)).count == 1 ? .lines : .multiples
  }

  /// The intervals as they are shown: each has a column of its own.
  private func shown(in width: Int) -> JoinedIntervals {
    let (scale, unit) = (timeScale, curves?.first?.measure.unit ?? .count)
    let highest = curves?.map(\.result.highest).max() ?? 0
    // Values that are joined may be longer by a digit.
    let columns =
      ColumnChart([], symbols: symbols) { NumberText.axis($0 * scale, unit) }
      .intervals(in: width - 1, upTo: highest / scale)
    let starts = window.edges.dropLast().map { edge in
      let time = subject.zone.civil(edge)
      return time.date.daysSince1970 * 1440 + time.hour * 60 + time.minute
    }
    return JoinedIntervals(of: window.interval.unit, startingAt: starts, in: columns)
  }

  private func columns(of curves: [Curve], _ shown: JoinedIntervals, in width: Int) -> ColumnChart {
    let curve = curves.first
    let scale = timeScale
    let unit = curve?.measure.unit ?? .count
    return ColumnChart(
      curve.map { values(of: $0, shown, divisor: scale) } ?? [],
      comparison: curve.map { joined($0.result.previous, of: $0.measure, shown, scale) } ?? [],
      labels: labels(shown, in: width),
      lastIsOpen: isOpen,
      cursor: cursorIndex(shown),
      isIntegral: unit == .count || unit == .viewers,
      symbols: symbols
    ) { NumberText.axis($0 * scale, unit) }
  }

  private func lines(of curves: [Curve], _ shown: JoinedIntervals, in width: Int) -> CurveChart {
    let scale = timeScale
    let unit = curves.first?.measure.unit ?? .count
    return CurveChart(
      curves.map { values(of: $0, shown, divisor: scale) },
      labels: labels(shown, in: width),
      lastIsOpen: isOpen,
      cursor: cursorIndex(shown),
      isIntegral: unit == .count || unit == .viewers,
      symbols: symbols
    ) { NumberText.axis($0 * scale, unit) }
  }

  private func multiples(
    of curves: [Curve],
    _ shown: JoinedIntervals,
    in width: Int
  ) -> SmallMultiples {
    SmallMultiples(
      curves.map { curve in
        let values = values(of: curve, shown, divisor: 1)
        let known = values.compactMap { $0 }
        let read = cursorIndex(shown).map { values[$0] } ?? known.last
        func text(_ value: Double?) -> String {
          value.map { NumberText.text($0, curve.measure.unit) } ?? NumberText.noData
        }
        return SmallMultiples.Item(
          curve.name,
          value: text(read),
          values,
          range: known.max().map { "0–\(text($0))" } ?? ""
        )
      },
      labels: labels(shown, in: width),
      lastIsOpen: isOpen,
      cursor: cursorIndex(shown),
      symbols: symbols
    )
  }

  // MARK: - Values

  private func values(
    of curve: Curve,
    _ shown: JoinedIntervals,
    divisor: Double
  ) -> [Double?] {
    joined(curve.values, of: curve.measure, shown, divisor)
  }

  private func joined(
    _ values: [Double?],
    of measure: Measure,
    _ shown: JoinedIntervals,
    _ divisor: Double
  ) -> [Double?] {
    guard !values.isEmpty else { return [] }
    return shown.values(of: values, measure.joining).map { $0.map { $0 / divisor } }
  }

  private func labels(_ shown: JoinedIntervals, in width: Int) -> [AxisLabel] {
    TimeLabels(window: window, zone: subject.zone).labels(in: width - 8).compactMap { label in
      shown.index(of: label.interval).map { AxisLabel(at: $0, label.text) }
    }
  }

  private func cursorIndex(_ shown: JoinedIntervals) -> Int? {
    cursor.flatMap(window.index).flatMap(shown.index)
  }

  /// Whether the last interval goes on.
  private var isOpen: Bool { subject.asOf.map(window.isOpen) ?? false }

  /// By what times are divided, so that they are cut at round minutes or hours.
  private var timeScale: Double {
    guard let main = curves?.first, main.measure.unit == .seconds else { return 1 }
    let highest = curves?.map(\.result.highest).max() ?? 0
    return highest >= 7200 ? 3600 : highest >= 120 ? 60 : 1
  }

  // MARK: - Legend

  private func legendHeight(in body: Rect) -> Int {
    guard hasLegend, let curves, form != .multiples, curves.count > 1 || cursor != nil else {
      return 0
    }
    let lines = curves.count + (othersLine == nil ? 0 : 1)
    return min(lines, max(0, body.height / 3))
  }

  /// A line for each curve with its numbers.
  private func drawLegend(of curves: [Curve], in area: Rect, on canvas: inout Canvas) {
    guard !area.isEmpty else { return }
    let numbers = legendNumbers(of: curves)
    for (index, curve) in curves.prefix(area.height).enumerated() {
      let sample = CurveChart.sample(of: index, symbols, on: canvas)
      let mark = form == .lines ? [TextRun("\(sample) ", .series(index))] : []
      canvas.draw(
        TextLine(mark + [TextRun(curve.name)], right: numbers[index]),
        in: area.row(index)
      )
    }
    if let othersLine, area.height > curves.count {
      canvas.draw(othersLine, in: area.row(area.height - 1))
    }
  }
}

extension ChartPanel {
  private func title(_ shown: JoinedIntervals, in width: Int) -> Panel {
    let split = subject.curvesBy.map { " by \($0.title)" } ?? ""
    let isMean = shown.groups.count < window.count && !subject.measure.canBeJoined
    let name = subject.name.map { [TextRun("\($0)  ", .title)] } ?? []
    let title =
      name + [
        TextRun(subject.measure.title, subject.name == nil ? .title : .text),
        TextRun("\(split) \(shown.name)\(isMean ? ", mean" : "")", .dim),
      ]
    let room = width - FittingLine.gap - 1 - title.reduce(0) { $0 + $1.width }
    let legends = curves.map { curves in
      [reading(of: curves, shown)].compactMap { $0 }
        + [marks(of: curves, isShort: false), marks(of: curves, isShort: true)]
    }
    return Panel(
      title: title,
      right: legends?.first { $0.reduce(0) { $0 + $1.width } <= room } ?? [],
      isFocused: isFocused,
      symbols: symbols
    )
  }

  /// What the marks of the chart mean.
  private func marks(of curves: [Curve], isShort: Bool) -> [TextRun] {
    switch form {
    case .columns:
      let hasComparison = curves.first?.result.previous.contains { $0 != nil } ?? false
      let name = hasComparison ? subject.comparison : nil
      return ColumnChart.legend(
        lastIsOpen: isOpen,
        comparison: isShort ? name.map { _ in "before" } : name,
        symbols
      )
    case .lines: return CurveChart.legend(lastIsOpen: isOpen, symbols)
    // The last interval of each is fainter.
    case .multiples: return []
    }
  }

  /// The values under the cursor.
  private func reading(of curves: [Curve], _ shown: JoinedIntervals) -> [TextRun]? {
    guard let index = cursorIndex(shown), let curve = curves.first else { return nil }
    let group = shown.groups[index]
    let interval = TextRun(
      TimeText.interval(window, group.lowerBound, in: subject.zone)
        + (group.count > 1 ? " \(shown.name)" : ""),
      .accent
    )
    // The legend says what each of the curves has there.
    if curves.count > 1 { return [interval] }
    let unit = curve.measure.unit
    let value = values(of: curve, shown, divisor: 1)[index]
    let text = value.map { NumberText.text($0, unit, width: 12) } ?? NumberText.noData
    var runs = [interval, TextRun("  "), TextRun(text, .title)]
    let isSoFar = isOpen && index == shown.groups.count - 1
    if isSoFar { runs.append(TextRun(" so far", .dim)) }
    let previous = joined(curve.result.previous, of: curve.measure, shown, 1)
    if previous.indices.contains(index), let before = previous[index] {
      runs += [TextRun("  before \(NumberText.text(before, unit, width: 12))", .dim)]
      // An interval that is open is less than a whole one, whatever happens.
      if !isSoFar, let change = Change(from: before, to: value, of: curve.measure) {
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

extension Measure {
  /// Whether the value of a longer interval follows from those of its parts.
  fileprivate var canBeJoined: Bool {
    switch computation {
    case .averageConcurrency, .peakConcurrency: true
    case .sums, .views, .percentile: isAdditive
    }
  }

  /// Makes one value of those of the intervals that are joined: counts are added up, of peaks the highest
  /// counts, and of all else the mean.
  fileprivate func joining(_ values: ArraySlice<Double?>) -> Double? {
    let known = values.compactMap { $0 }
    guard let highest = known.max() else { return nil }
    if computation == .peakConcurrency { return highest }
    let sum = known.reduce(0, +)
    return canBeJoined && computation != .averageConcurrency ? sum : sum / Double(known.count)
  }
}

extension Interval {
  fileprivate var unit: JoinedIntervals.Unit {
    switch self {
    case .minute: .minute
    case .hour: .hour
    case .day: .day
    }
  }
}
