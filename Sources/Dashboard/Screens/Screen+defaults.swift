import CellCanvas
import PlaybackFacts
import QueryCore

/// What most screens do: charts and rankings by their questions, and nothing of their own.
extension Screen {
  static var traits: ScreenTraits { ScreenTraits() }

  static var shortTitle: String? { nil }

  func detail(_ context: ScreenContext) -> ScreenRequest.Detail { ScreenRequest.Detail() }

  func layout(in rect: Rect, _ context: ScreenContext) -> Arrangement {
    Self.panels.first.map { .panel($0) } ?? .blank
  }

  func view(of panel: ScreenPanel, _ context: ScreenContext) -> any View {
    usualView(of: panel, context)
  }

  /// The chart or the ranking that a panel's questions ask for.
  func usualView(of panel: ScreenPanel, _ context: ScreenContext) -> any View {
    if let chart = chart(of: panel, context) { return chart }
    if let ranking = ranking(of: panel, context) { return ranking }
    return NothingPanel()
  }

  func chart(of panel: ScreenPanel, _ context: ScreenContext) -> ChartPanel? { nil }

  /// The ranking of a panel as its question asks for it; nil where it asks for none.
  func ranking(of panel: ScreenPanel, _ context: ScreenContext) -> RankingPanel? {
    context.asked.questions.ranking(of: panel).map { question in
      RankingPanel(question, rows(of: panel, context), sort: sort, context)
    }
  }

  func rowIDs(of panel: ScreenPanel, _ context: ScreenContext) -> [String] {
    rows(of: panel, context).map(\.dimensionValue)
  }

  /// The ranking of a panel as it is shown: found, sorted, with the selected row at its place.
  func rows(of panel: ScreenPanel, _ context: ScreenContext) -> [Snapshot.Row] {
    context.rows(of: panel, sort: sort)
  }

  func table(of panel: ScreenPanel, _ context: ScreenContext) -> ExportTable {
    usualTable(of: panel, context)
  }

  /// The numbers of a panel that is a chart or a ranking, with all their digits.
  func usualTable(of panel: ScreenPanel, _ context: ScreenContext) -> ExportTable {
    switch panel.kind {
    case .chart: ExportTable(curvesOf: context.snapshot, zone: context.zone)
    case .rows:
      ExportTable(context.snapshot?.ranking(of: panel), rows(of: panel, context))
    case .lines, .scrolled, .plain: ExportTable([])
    }
  }

  var sort: RowSort? {
    get { nil }
    set {}
  }

  func sortColumns(_ context: ScreenContext) -> [RowSort.Column] {
    guard sort != nil else { return [] }
    return context.asked.isComparing ? [.value, .name, .change] : [.value, .name]
  }

  mutating func perform(_ command: Command, _ context: ScreenContext) -> [ScreenEffect]? { nil }

  mutating func click(
    x: Int,
    y: Int,
    in place: Arrangement.Place,
    _ context: ScreenContext
  ) -> [ScreenEffect]? {
    nil
  }

  func hint(of command: Command, _ context: ScreenContext) -> String? {
    command == .chooseRow && opensRows(of: context.focus.panel) != nil ? "open" : nil
  }

  mutating func group(by dimension: Dimension) -> Bool { false }

  mutating func rowsChanged(_ context: ScreenContext) {}

  func rowsPerColumn(of panel: ScreenPanel, in area: Rect, _ context: ScreenContext) -> Int { 0 }

  mutating func scroll(by lines: Int, in size: Size, _ context: ScreenContext) {}

  func opensRows(of panel: ScreenPanel) -> ScreenID? { nil }

  func measure(of panel: ScreenPanel, _ context: ScreenContext) -> Measure {
    context.asked.questions.ranking(of: panel)?.measure ?? context.selection.measure
  }

  var options: [String] { [] }

  var memory: [String: [String]] { [:] }

  mutating func restore(_ memory: [String: [String]]) {}
}

/// What a panel draws that has nothing to show.
private struct NothingPanel: View {
  func draw(in rect: Rect, on canvas: inout Canvas) {}
}
