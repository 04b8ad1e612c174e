import CellCanvas
import PlaybackFacts
import QueryCore

/// The row of a list that is under the cursor, over time; empty where there is none.
struct RowTrend: View {
  private(set) var chart: ChartPanel?

  /// No row.
  init() {}

  /// The row of a value, as far as the answer on the screen knows it.
  init(of value: String?, in dimension: Dimension, _ measure: Measure, _ context: ScreenContext) {
    guard let value, let snapshot = context.snapshot else { return }
    let question = Self.question(value, in: dimension, measure, snapshot.request.selection)
    let values = snapshot.trend(of: question)
    let name = context.names[value, in: dimension]
    let result = Snapshot.Curve(measure: measure, value: value, values: values, previous: [])
    chart = ChartPanel(
      subject: ChartPanel.Subject(
        measure: measure,
        window: snapshot.request.coarseWindow,
        zone: context.zone,
        name: name,
        asOf: snapshot.asOf
      ),
      curves: values.isEmpty ? nil : [ChartPanel.Curve(result: result, name: name)],
      symbols: context.symbols
    )
  }

  /// What is asked for it.
  static func question(
    _ value: String,
    in dimension: Dimension,
    _ measure: Measure,
    _ selection: Selection
  ) -> Question {
    Question(
      measure: measure,
      shape: .timeseries(selection.range.coarseInterval),
      clause: Filter.Clause(dimension, [value])
    )
  }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    if let chart { canvas.draw(chart, in: ShellLayout.content(of: rect)) }
  }
}
