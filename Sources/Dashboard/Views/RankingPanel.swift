import TextAndBytes
import CellCanvas
import PlaybackFacts
import QueryCore

/// The values of a dimension, the highest first, with share, change and bar.
struct RankingPanel: View {
  let state: DashboardState
  let panel: ScreenPanel

  private var dimension: Dimension {
    state.ranking(of: panel)?.dimension ?? state.dimension(of: panel) ?? .country
  }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let ranking = state.ranking(of: panel)
    let rows = state.rows(of: panel)
    let area = rect.inset(left: FittingLine.gap)
    let measure = ranking?.measure ?? state.shownRequest.rankedMeasure
    let held = state.focus == panel ? state.pointedRow?.index : nil
    let first = state.firstRow(of: panel, in: area)
    let total = ranking?.total ?? 0
    let highest = rows.compactMap(\.value).max() ?? 0
    let table = DataTable(
      columns: columns(
        measure,
        count: ranking.map { count(of: $0, shown: rows.count) },
        highest,
        nameWidth: ranking.map(nameWidth) ?? 0,
        in: area.width
      ),
      count: rows.count,
      firstRow: first,
      selected: held,
      symbols: state.symbols
    ) { index in
      fields(of: rows[index], measure, total: total, highest: highest)
    }
    canvas.draw(table, in: area)
    drawSigns(cursor: held.map { $0 - first + 1 }, in: rect, on: &canvas)
    if rows.isEmpty {
      let text =
        ranking == nil
        ? NumberText.unknown
        : state.search.isEmpty || state.focus != panel
          ? "\(NumberText.noData) \(isCollected ? "none in this time" : "not collected")"
          : "\(NumberText.noData) nothing with '\(state.search.scrubbed)' in its name"
      canvas.draw(TextLine(text, .dim), in: area.row(1))
    }
  }

  /// Whether somebody listened in the time that the rows are of, or nobody knows.
  private var isCollected: Bool {
    let request = state.shownRequest
    guard let data = state.snapshot?.data else { return true }
    return request.subject.view == .live
      ? data.isCollecting(at: request.slot) : data.isCollected(request.window.timeframe)
  }

  /// Marks the panel with the focus, its title and the row under the cursor.
  private func drawSigns(cursor: Int?, in rect: Rect, on canvas: inout Canvas) {
    guard rect.height > 1 else { return }
    let title = Rect(x: rect.x + FittingLine.gap, y: rect.y, width: heading.count, height: 1)
    canvas.restyle(title.intersection(rect)) { _ in .title }
    guard state.focus == panel else { return }
    canvas.draw(TextLine("\(state.symbols.pointer)", .accent), in: rect.row(0))
    if let cursor {
      canvas.draw(TextLine("\(state.symbols.pointer)", .accent), in: rect.row(cursor))
    }
  }

  private var heading: String {
    panel == .media
      ? "Top media" : dimension.title.prefix(1).uppercased() + dimension.title.dropFirst()
  }

  /// How many values there are, and of those how many are found.
  private func count(of ranking: Snapshot.Ranking, shown: Int) -> String {
    guard state.focus == panel, !state.search.isEmpty else { return "\(ranking.count)" }
    return "\(shown) of \(ranking.count) with '\(state.search.scrubbed)'"
  }

  /// The columns of the longest name, whichever rows are on the screen.
  private func nameWidth(of ranking: Snapshot.Ranking) -> Int {
    ranking.rows.reduce(0) {
      max($0, CharacterWidth.columns(of: state.name(of: $1.dimensionValue, in: dimension)))
    }
  }

  /// Columns whose numbers are near their names.
  ///
  /// Names get the room that they need, up to half of it, and bars what is left. Where it is tight, the
  /// change goes before names are cut, and the share.
  private func columns(
    _ measure: Measure,
    count: String?,
    _ highest: Double,
    nameWidth: Int,
    in room: Int
  ) -> [DataTable.Column] {
    let value = state.view == .live ? moment : measure.title.lowercased()
    let width = max(Self.valueWidth(of: measure, upTo: highest), min(value.count, 11))
    let title = room >= 32 ? count.map { "\(heading) \($0)" } ?? heading : heading
    let isSorted = state.view.panels.contains(panel) && !state.sortColumns.isEmpty
    func marked(_ text: String, _ column: Int) -> String {
      isSorted ? state.heading(text, ofColumn: column, isName: column == 1) : text
    }
    let valueWidth = max(width, isSorted ? value.count + 2 : 0)
    let bar = 4
    let whole = max(nameWidth, CharacterWidth.columns(of: marked(title, 1)))
    let name = min(whole, max(18, room / 2))
    // Beside value and bar; beside the share too, if that leaves enough.
    let beside = room - valueWidth - bar - 2
    let besideShare = beside - 8
    let least = min(name, 18, besideShare >= 16 ? besideShare : max(10, beside))
    let change = DataTable.Column(
      marked("change", 2),
      .fixed(isSorted ? 9 : 8).optional(rank: 3),
      .right
    )
    return [
      DataTable.Column(marked(title, 1), .flexible(min: least, weight: 20, upTo: name)),
      DataTable.Column(marked(value, 0), .fixed(valueWidth), .right),
      DataTable.Column("share", .fixed(7).optional(rank: 2), .right),
    ] + (state.shownRequest.isComparing ? [change] : [])
      + [DataTable.Column("", .flexible(min: bar, weight: 1).optional(rank: 1))]
  }

  /// When those watched who are listed.
  private var moment: String {
    guard state.mode != .live else { return "now" }
    return "at \(TimeText.clock(state.zone.civil(state.shownRequest.slot)))"
  }

  private static func valueWidth(of measure: Measure, upTo highest: Double) -> Int {
    switch measure.unit {
    case .count, .viewers:
      highest >= 999.5 ? 7 : measure.computation == .averageConcurrency ? 5 : 3
    case .ratio, .milliseconds, .seconds: 8
    }
  }

  private func fields(
    of row: Snapshot.Row,
    _ measure: Measure,
    total: Double,
    highest: Double
  ) -> [DataTable.Field] {
    let width = Self.valueWidth(of: measure, upTo: highest)
    let value = row.value.map { NumberText.aligned($0, measure, width: width, upTo: highest) }
    // Parts of a rate add up to nothing: they have no shares.
    let share = row.value.flatMap {
      total > 0 && (measure.isAdditive || state.view == .live)
        ? Numbers.fixed($0 / total * 100, 1) + " %" : nil
    }
    return [
      .text(state.name(of: row.dimensionValue, in: dimension)),
      .text(value ?? NumberText.noData + (highest >= 999.5 ? "  " : ""), .text),
      .text(share ?? NumberText.noData, .dim),
    ] + (state.shownRequest.isComparing ? [change(of: row, measure)] : [])
      + [.bar(highest > 0 ? (row.value ?? 0) / highest : 0, .area)]
  }

  private func change(of row: Snapshot.Row, _ measure: Measure) -> DataTable.Field {
    if row.previous == 0, (row.value ?? 0) > 0, measure.isZeroWhereAbsent {
      return .text("new", .dim)
    }
    guard let change = Change(from: row.previous, to: row.value, of: measure) else {
      return .text(NumberText.noData, .dim)
    }
    return .text(change.text(state.symbols), change.style)
  }
}
