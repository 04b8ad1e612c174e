import CellCanvas
import PlaybackFacts
import QueryCore

/// Plays, ends and errors of each minute, below each other, each with the number of the last whole minute.
struct MinuteRates: View {
  /// What is counted each minute.
  struct Rate: Hashable, Sendable {
    let name: String
    /// One value for each interval; nil where there is none.
    let values: [Double?]
    var style = Style(.barTop)
  }

  /// Nil before there is an answer.
  var rates: [Rate]?
  var labels: [AxisLabel] = []
  /// Whether the last minute is not over yet.
  var lastIsOpen = false
  /// The minute that is being read, and when it began.
  var cursor: (index: Int, title: String)?
  var symbols = Symbols.blocks

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let which = cursor?.title ?? "last whole minute"
    let title = [TextRun("Each minute", .title), TextRun("  \(which)", .dim)]
    canvas.draw(Panel(title: title, symbols: symbols), in: rect)
    let body = Panel.content(of: rect).inset(left: FittingLine.gap, right: 1)
    guard let rates else {
      canvas.draw(TextLine(NumberText.unknown, .dim), in: body)
      return
    }
    let multiples = SmallMultiples(
      rates.map { rate in
        SmallMultiples.Item(
          rate.name,
          value: text(number(of: rate.values)),
          rate.values,
          range: "0–\(text(rate.values.compactMap { $0 }.max()))",
          style: rate.style
        )
      },
      labels: labels,
      lastIsOpen: lastIsOpen,
      cursor: cursor?.index,
      symbols: symbols
    )
    canvas.draw(multiples, in: body)
  }

  /// The value of the minute that is read, or of the last that is over.
  private func number(of values: [Double?]) -> Double? {
    if let cursor { return values.indices.contains(cursor.index) ? values[cursor.index] : nil }
    return (lastIsOpen ? values.dropLast() : values[...]).last ?? nil
  }

  private func text(_ value: Double?) -> String {
    value.map { NumberText.text($0, .count) } ?? NumberText.noData
  }
}

extension MinuteRates {
  /// What is asked for.
  static let measures: [(name: String, measure: Measure, style: Style)] = [
    ("Plays", "play", Style(.barTop)), ("Ends", "end", Style(.barTop)),
    ("Errors", "error", Style(.warn)),
  ].compactMap { name, metric, style in
    MetricCatalog.measure(metric, .count).map { (name, $0, style) }
  }

  /// The questions for them.
  static let questions = measures.map { Question(measure: $0.measure, shape: .timeseries(.minute)) }

  /// The rates of the answer on the screen.
  init(_ context: ScreenContext) {
    let known = context.snapshot.flatMap { snapshot in
      snapshot.others[Self.questions[0]] == nil ? nil : snapshot
    }
    let window = (known?.request ?? context.asked).window
    let cursor = context.cursor.flatMap { time in
      window.index(of: time).map { ($0, TimeText.interval(window, $0, in: context.zone)) }
    }
    self.init(
      rates: known.map { snapshot in
        zip(Self.measures, Self.questions).map { measure, question in
          Rate(
            name: measure.name,
            values: snapshot.values(of: question, in: snapshot.request.window),
            style: measure.style
          )
        }
      },
      labels: TimeLabels(window: window, zone: context.zone).labels(in: 20),
      lastIsOpen: known.map { window.isOpen(at: $0.asOf) } ?? false,
      cursor: cursor,
      symbols: context.symbols
    )
  }
}
