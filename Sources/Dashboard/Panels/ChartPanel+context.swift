import QueryCore

extension ScreenContext {
  /// The chart of the curves on the screen.
  ///
  /// - Parameters:
  ///   - panel: the panel that it is drawn in.
  ///   - screens: those whose curves it may show until its own are there.
  ///   - hasLegend: whether there is room for a line for each curve.
  /// - Returns: the chart, empty before there is an answer.
  func chart(of panel: ScreenPanel, from screens: Set<ScreenID>, hasLegend: Bool) -> ChartPanel {
    let known = snapshot.flatMap { snapshot in
      snapshot.curves.isEmpty || !screens.contains(snapshot.request.subject.screen)
        ? nil : snapshot
    }
    let request = known?.request ?? asked
    let (selection, questions) = (request.selection, request.questions)
    return ChartPanel(
      subject: ChartPanel.Subject(
        measure: known?.chart?.measure ?? questions.curves.first?.measure ?? selection.measure,
        window: request.window,
        zone: zone,
        curvesBy: questions.curvesBy,
        comparison: selection.comparison?.title(of: selection.range),
        asOf: known?.asOf
      ),
      curves: known.map { snapshot in
        snapshot.curves.map { curve in
          let name = curve.value.map { names[$0, in: selection.dimension] }
          return ChartPanel.Curve(result: curve, name: name ?? curve.measure.title)
        }
      },
      ranking: questions.curvesBy == nil ? nil : snapshot?.ranking(of: panel),
      cursor: cursor,
      hasLegend: hasLegend,
      isLive: mode == .live,
      isFocused: focus.panel == panel,
      symbols: symbols
    )
  }
}
