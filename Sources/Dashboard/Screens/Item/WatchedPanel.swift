import CellCanvas
import QueryCore
import TextAndBytes

/// The share of an item's playbacks that were watched for at least so long, as columns over watched time.
struct WatchedPanel: View {
  /// Whether an answer came, whatever it has.
  var isAnswered = false
  /// Nil before it is known, and where the source can't count it.
  var watching: StillWatching?
  /// Why the source did not count it this time; nil where it never does.
  var refusal: String?
  /// The same in the compared time; nil where there is none.
  var before: StillWatching?
  /// What the compared period is called; nil where nothing is compared.
  var comparison: String?
  /// Whether the time goes up to now, so that some of the playbacks are still watched.
  var isLive = false
  /// The seconds that are read; nil for none.
  var read: Int64?
  var isFocused = false
  var symbols = Symbols.blocks

  func draw(in rect: Rect, on canvas: inout Canvas) {
    guard !rect.isEmpty else { return }
    let body = Self.body(of: rect)
    canvas.draw(title(in: rect.width), in: rect.row(0))
    guard let watching, watching.playbacks > 0 else {
      for (index, line) in nothing.lines(in: body.width).prefix(body.height).enumerated() {
        canvas.draw(TextLine(line, .dim), in: body.row(index))
      }
      return
    }
    let notes = notes(in: body)
    canvas.draw(chart(of: watching, in: body.width), in: body.inset(bottom: notes.count))
    for (index, line) in notes.enumerated() {
      canvas.draw(TextLine(line, .dim), in: body.row(body.height - notes.count + index))
    }
  }

  /// The seconds that are drawn at a column; nil beside the plot.
  func seconds(atX x: Int, in rect: Rect) -> Int64? {
    let body = Self.body(of: rect)
    guard let watching, watching.playbacks > 0,
      let index = chart(of: watching, in: body.width).interval(atColumn: x, in: body)
    else { return nil }
    return points(of: watching, in: body.width)[index]
  }

  /// The seconds that columns are drawn for; none where nothing was watched.
  func points(in rect: Rect) -> [Int64] {
    guard let watching, watching.playbacks > 0 else { return [] }
    return points(of: watching, in: Self.body(of: rect).width)
  }

  private static func body(of rect: Rect) -> Rect {
    Panel.content(of: rect).inset(left: FittingLine.gap)
  }

  // MARK: - Chart

  /// The columns of a scale up to 100 %, and the blank behind it.
  private static let scaleWidth = 6
  /// The columns of a label and the blanks after it.
  private static let labelWidth = 9
  /// More points than this say no more.
  private static let mostPoints = 60

  private func points(of watching: StillWatching, in width: Int) -> [Int64] {
    watching.points(min(Self.mostPoints, max(2, width - Self.scaleWidth)))
  }

  private func chart(of watching: StillWatching, in width: Int) -> ColumnChart {
    let points = points(of: watching, in: width)
    let distance = StillWatching.labelDistance(of: points, most: width / Self.labelWidth)
    return ColumnChart(
      points.map { watching.share(atLeast: $0) },
      comparison: before.map { before in points.map { before.share(atLeast: $0) } } ?? [],
      labels: points.enumerated().compactMap { index, seconds in
        seconds.isMultiple(of: distance)
          ? AxisLabel(at: index, NumberText.axis(Double(seconds), .seconds)) : nil
      },
      cursor: read.flatMap { read in points.lastIndex { $0 <= read } },
      symbols: symbols
    ) { NumberText.axis($0, .ratio) }
  }

  // MARK: - Words

  private static let titles = [
    "Share still watching by time watched", "Share still watching by time", "Share still watching",
    "Still watching", "Watched",
  ]

  /// The title, as long as what is said beside it leaves room for; that is shortened before the title is.
  private func title(in width: Int) -> Panel {
    func columns(_ runs: [TextRun]) -> Int { runs.reduce(FittingLine.gap + 2) { $0 + $1.width } }
    let forms = reading(in: width) ?? summary(in: width)
    let shortest = Self.titles[Self.titles.count - 2].count
    let right = forms.first { columns($0) + shortest <= width } ?? forms.last ?? []
    let title = Self.titles.first { columns(right) + $0.count <= width }
    return Panel(
      title: [TextRun(title ?? Self.titles[Self.titles.count - 1], .title)],
      right: title == nil ? [] : right,
      isFocused: isFocused,
      symbols: symbols
    )
  }

  /// What stands in place of the chart.
  private var nothing: String {
    guard isAnswered else { return NumberText.unknown }
    guard watching != nil else {
      let reason = refusal?.scrubbed ?? "this source can't count playbacks by watched time"
      return "\(NumberText.noData) \(reason)"
    }
    return "\(NumberText.noData) nothing was watched in this time"
  }

  /// How long half of the playbacks were watched, and how many there are; the longest form first.
  private func summary(in width: Int) -> [[TextRun]] {
    guard let watching, watching.playbacks > 0 else { return [] }
    let median = [
      TextRun("median ", .dim), TextRun(NumberText.text(Double(watching.median), .seconds)),
    ]
    let numbers = median + [TextRun("  n \(NumberText.text(watching.playbacks, .count))", .dim)]
    let marks = ColumnChart.legend(
      lastIsOpen: false,
      comparison: before.flatMap { $0.playbacks > 0 ? comparison : nil },
      symbols
    )
    let whole = marks.isEmpty ? [] : [numbers + [TextRun("   ")] + marks]
    return (width < 90 ? [] : whole) + [numbers, median]
  }

  /// What is left where the cursor is, the longest form first; nil without a cursor.
  private func reading(in width: Int) -> [[TextRun]]? {
    guard let read, let watching, watching.playbacks > 0 else { return nil }
    let points = points(
      of: watching,
      in: Self.body(of: Rect(x: 0, y: 0, width: width, height: 2)).width
    )
    guard let point = points.last(where: { $0 <= read }),
      let share = watching.share(atLeast: point)
    else { return nil }
    let short = [
      TextRun("from \(NumberText.text(Double(point), .seconds))", .accent),
      TextRun("  \(NumberText.text(share, .ratio))", .title),
    ]
    let count = NumberText.text(watching.count(atLeast: point), .count)
    let whole =
      short + [TextRun("  \(count) of \(NumberText.text(watching.playbacks, .count))", .dim)]
    let former = before?.share(atLeast: point).map { share in
      [whole + [TextRun("  before \(NumberText.text(share, .ratio))", .dim)]]
    }
    return (former ?? []) + [whole, short]
  }

  /// What the curve is not, where there is room to say it; where there is little, what is true of this moment.
  private func notes(in body: Rect) -> [String] {
    guard body.height >= 7 else { return [] }
    let positions = [
      "Watched time in this range, not positions: who skips ahead has watched less.",
      "Watched time, not positions: who skips has watched less.",
      "Watched time, not positions.",
    ]
    let running = [
      "Who is watching now counts as having left.", "Who is watching now counts as left.",
      "Watching now counts as left.",
    ]
    let notes = isLive ? [positions, running] : [positions]
    return notes.suffix(body.height < 10 ? 1 : 2).compactMap { forms in
      forms.first { $0.count <= body.width }
    }
  }
}
