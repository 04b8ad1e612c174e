import CellCanvas
import PlaybackFacts
import QueryCore

/// A view of a panel, parts of which do something when they are clicked.
protocol LinkedView: View {
  /// What a click on a cell does where the view is drawn in an area; nil where it does nothing of its own.
  func command(atX x: Int, y: Int, in rect: Rect) -> Command?
}

/// What the mouse points at, and what is being selected with it.
struct Pointer: Hashable, Sendable {
  /// A part of a chart that is being selected.
  struct Drag: Hashable, Sendable {
    let panel: ScreenPanel
    /// The column at which the button went down.
    let from: Int
    /// The column that the pointer has got to.
    var to: Int

    /// Whether a range is meant: a hand that clicks moves by a column now and then.
    var isRange: Bool { abs(to - from) >= 2 }
  }

  /// The start of the interval of a chart that is pointed at.
  var interval: Timestamp?
  /// Nil where the button is up, or went down elsewhere.
  var drag: Drag?
}

extension DashboardState {
  /// Reads the interval of a chart that the pointer is over.
  mutating func point(atX x: Int, y: Int) {
    pointer = Pointer()
    guard overlay == nil, let place = ShellLayout(self, in: size.bounds).place(atX: x, y: y),
      place.panel.isChart
    else { return }
    let context = context
    let area = ShellLayout.content(of: place.area)
    pointer.interval = screen.chart(of: place.panel, context)?.interval(atX: x, in: area)
  }

  /// Moves the end of what is being selected.
  mutating func drag(toX x: Int) {
    guard pointer.drag != nil else { return }
    pointer.drag?.to = x
    notice = selectedTimeframe.map { "\(words($0)): let go to show it" }
  }

  /// Shows the range that was selected; a click that moved nowhere has selected none.
  mutating func endDrag() {
    let selected = selectedTimeframe
    pointer.drag = nil
    guard let selected else { return }
    notice = nil
    guard selected.from < now, selected.to > retention.edge(at: now) else { return }
    let typed = TypedRange(from: selected.from, to: selected.to, zone: zone)
    look(at: typed.range, upTo: typed.end ?? selected.to)
  }

  /// The columns of a chart that are being selected; nil where none are.
  func selectedColumns(_ layout: ShellLayout) -> Rect? {
    guard let drag = pointer.drag, drag.isRange,
      let area = layout.place(of: drag.panel)?.area
    else { return nil }
    let (first, last) = (min(drag.from, drag.to), max(drag.from, drag.to))
    return Rect(x: first, y: area.y + 1, width: last - first + 1, height: area.height - 1)
      .intersection(ShellLayout.content(of: area))
  }

  /// The time between the two ends of what is being selected, whole intervals.
  private var selectedTimeframe: Timeframe? {
    let layout = ShellLayout(self, in: size.bounds)
    guard let drag = pointer.drag, drag.isRange,
      let area = layout.place(of: drag.panel).map({ ShellLayout.content(of: $0.area) }),
      let chart = screen.chart(of: drag.panel, context)
    else { return nil }
    // Beside the chart, its first or last interval is meant.
    let columns = area.x..<area.maxX
    let (first, last) = (min(drag.from, drag.to), max(drag.from, drag.to))
    guard
      let from = columns.dropFirst(max(0, first - area.x)).lazy
        .compactMap({ chart.span(atX: $0, in: area) }).first,
      let to = columns.prefix(max(0, last - area.x + 1)).reversed().lazy
        .compactMap({ chart.span(atX: $0, in: area) }).first
    else { return nil }
    return from.from <= to.from ? Timeframe(from: from.from, to: to.to) : nil
  }

  private func words(_ timeframe: Timeframe) -> String {
    [timeframe.from, timeframe.to].map { time in
      let civil = zone.civil(time)
      return
        "\(TimeText.weekday(civil.date)) \(TimeText.dayAndMonth(civil.date)) \(TimeText.clock(civil))"
    }.joined(separator: " – ")
  }
}
