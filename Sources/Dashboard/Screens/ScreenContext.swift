import AnalyticsSource
import CellCanvas
import PlaybackFacts
import QueryCore

/// What a screen sees of the rest of the dashboard: plain values, which a test can make.
struct ScreenContext: Sendable {
  /// What would be asked now, but for what a first answer makes worth asking.
  var asked: ScreenRequest
  /// Which time is followed.
  var mode = DashboardState.Mode.live
  /// The time on the clock.
  var now: Timestamp
  /// The newest answer, which may be that of another screen.
  var snapshot: Snapshot?
  /// Where keys go.
  var focus: PanelFocus
  /// Where the panel with the focus is, while a key is handled; nil where there is no room for it.
  var focusArea: Rect?
  /// The size of the terminal.
  var size = Size(width: 80, height: 24)
  /// The start of the interval that is being read.
  var cursor: Timestamp?
  /// The glyphs that graphs are made of.
  var symbolFamily = Symbols.Family.blocks
  /// What media items are called and tagged.
  var media = MediaNames()
  /// Live facts, and the state of the source.
  var observed = Observed()
  /// What the source last said of its data.
  var data: DataState?
  /// How the last questions went.
  var fetching = Fetching()
  /// The source that is asked.
  var source: DashboardState.Source
  /// All sources, and the number of the one that is asked.
  var sources: [DashboardState.Source] = []
  var sourceIndex = 0
  /// What each of them answered last, by their numbers.
  var sourceStatuses: [Int: SourceStatus] = [:]
  /// How long the dashboard has run.
  var uptime = Duration.zero
  /// How long facts are retained.
  var retention = Retention()
  /// What keys do, to name them.
  var keyMap = KeyMap.standard

  /// What was chosen for all screens.
  var selection: Selection { asked.selection }

  /// The question that the numbers on the screen answer; before any answer, the chosen one.
  var request: ScreenRequest { snapshot?.request ?? asked }

  var symbols: Symbols { .of(symbolFamily) }

  /// What cuts days and writes times of day.
  var zone: Zone { selection.zone }

  /// What values of dimensions are called.
  var names: ValueNames { ValueNames(media: media) }

  /// Whether a range in the past is shown.
  var isInPast: Bool {
    if case .history = mode { true } else { false }
  }

  /// The text that rows or lines of a panel are searched for; empty for all.
  func search(in panel: ScreenPanel) -> String { focus.panel == panel ? focus.search : "" }

  // MARK: - Rows

  /// The dimension whose values a panel's rows are now; the chosen one before there are any.
  func shownDimension(of panel: ScreenPanel) -> Dimension? {
    if let table = snapshot?.table, table.question.panel == panel {
      return table.question.dimension
    }
    return snapshot?.ranking(of: panel)?.dimension
      ?? asked.questions.dimension(ofRowsIn: panel)
  }

  /// The selected row of a panel, if the answer on the screen is about its dimension.
  func selectedRow(in panel: ScreenPanel) -> SelectedRow? {
    guard focus.panel == panel, let row = focus.selectedRow,
      row.dimension == shownDimension(of: panel)
    else { return nil }
    return row
  }

  /// The place of the cursor in a panel; nil where keys go elsewhere or there are no rows.
  func cursorRow(in panel: ScreenPanel, count: Int) -> Int? {
    guard focus.panel == panel else { return nil }
    return selectedRow(in: panel)?.index ?? (count > 0 ? 0 : nil)
  }

  /// The ranking of a panel as it is shown.
  func rows(of panel: ScreenPanel, sort: RowSort?) -> [Snapshot.Row] {
    guard let ranking = snapshot?.ranking(of: panel) else {
      guard let selected = selectedRow(in: panel) else { return [] }
      return selected.pinned(in: [], id: \.dimensionValue) { missingRow(selected, in: panel) }
    }
    let rows = sorted(found(ranking, in: panel), of: ranking, sort)
    guard let selected = selectedRow(in: panel) else { return rows }
    return selected.pinned(in: rows, id: \.dimensionValue) { missingRow(selected, in: panel) }
  }

  private func found(_ ranking: Snapshot.Ranking, in panel: ScreenPanel) -> [Snapshot.Row] {
    guard !search(in: panel).isEmpty else { return ranking.rows }
    let text = SearchText(search(in: panel))
    return ranking.rows.filter { text.isIn(names[$0.dimensionValue, in: ranking.dimension]) }
  }

  private func sorted(
    _ rows: [Snapshot.Row],
    of ranking: Snapshot.Ranking,
    _ sort: RowSort?
  ) -> [Snapshot.Row] {
    guard let sort else { return rows }
    switch sort.column {
    case .name:
      return sort.sorted(
        rows,
        byName: { names[$0.dimensionValue, in: ranking.dimension] },
        id: \.dimensionValue
      )
    case .change:
      return sort.sorted(rows) {
        Change.amount(from: $0.previous, to: $0.value, of: ranking.measure)
      }
    default: return sort.directed(rows) { _ in true }
    }
  }

  /// The selected row where it is not among those that are shown.
  func missingRow(_ row: SelectedRow, in panel: ScreenPanel) -> Snapshot.Row {
    let ranking = snapshot?.ranking(of: panel)
    let known = ranking?.rows.first { $0.dimensionValue == row.id }
    let isWhole =
      ranking.map { $0.count <= $0.rows.count && $0.measure.isZeroWhereAbsent } ?? false
    return known
      ?? Snapshot.Row(dimensionValue: row.id, value: isWhole ? 0 : nil, previous: nil)
  }
}
