import CellCanvas
import PlaybackFacts
import QueryCore

/// The chosen metric by the chosen dimension, every value of it; with a second dimension as columns.
struct BreakdownScreen: Screen {
  static let meaning = "any metric by any dimension, or by two"
  static let shortTitle: String? = "Break"
  static let panels: [ScreenPanel] = [.breakdown]

  var sort: RowSort? = RowSort(.value)
  /// The dimension whose values are columns; nil for none.
  private(set) var second: Dimension?
  /// The rows of the newest answer; nil before there is one.
  private(set) var known: BreakdownRows?
  /// Those rows, found and sorted: they are not sorted for each key.
  private var sortedRows: [BreakdownRow] = []
  private var sortedIDs: [String] = []
  /// The columns of the longest name.
  private var nameWidth = 0

  /// So many rows have trends at most, however high the terminal is.
  private static let mostTrends = 48

  /// From so many rows on, the row under the cursor has a chart.
  private static let heightOfTrend = 44

  // MARK: - Asking

  func questions(_ selection: Selection) -> Questions {
    Questions(
      rankings: [
        RankingQuestion(
          panel: .breakdown,
          dimension: selection.dimension,
          measure: selection.measure,
          rows: RankingQuestion.mostRows
        )
      ],
      others: BreakdownQuestions(selection, second: second).all
    )
  }

  /// The trends of the rows around the cursor, and the numbers of the columns.
  func detail(_ context: ScreenContext) -> ScreenRequest.Detail {
    guard let snapshot = context.snapshot, snapshot.request.subject.screen == .breakdown else {
      return ScreenRequest.Detail()
    }
    let questions = BreakdownQuestions(context.selection, second: second)
    let ids = rowIDs(of: .breakdown, context)
    let trends = ids[trendRows(of: ids.count, context)].sorted().map(questions.trend)
    let cells = BreakdownRows.columns(snapshot, questions).flatMap(questions.columnQuestions)
    return ScreenRequest.Detail(others: cells + trends)
  }

  /// The rows whose trends are asked for: those on the screen and some more, so that not every move of the cursor
  /// asks; the one under the cursor alone where the list has no room for trends.
  private func trendRows(of count: Int, _ context: ScreenContext) -> Range<Int> {
    let row = min(cursor(context), max(0, count - 1))
    let area = RankingPanel.body(of: ShellLayout.content(of: context.size.bounds))
    let table = BreakdownTable(rows: [], known, nameWidth: nameWidth, sort: sort, context)
    guard table.hasTrends(in: area) else {
      let isDrawn = context.size.height >= Self.heightOfTrend && count > 0
      return isDrawn ? row..<row + 1 : 0..<0
    }
    return context.rowsToAsk(around: row, of: count, most: Self.mostTrends)
  }

  private func cursor(_ context: ScreenContext) -> Int {
    context.cursorRow(in: .breakdown, count: sortedIDs.count) ?? 0
  }

  mutating func rowsChanged(_ context: ScreenContext) {
    (known, sortedRows, sortedIDs) = (nil, [], [])
    guard let snapshot = context.snapshot, let ranking = snapshot.ranking(of: .breakdown) else {
      return
    }
    let rows = BreakdownRows(
      snapshot,
      ranking,
      BreakdownQuestions(snapshot.request.selection, second: second)
    )
    let search = context.search(in: .breakdown)
    if let sort, !sortColumns(context).contains(sort.column) { self.sort = RowSort(.value) }
    known = rows
    sortedRows = rows.shown(
      sort ?? RowSort(.value),
      search: search.isEmpty ? nil : SearchText(search),
      context.names
    )
    sortedIDs = sortedRows.map(\.id)
    nameWidth = ranking.rows.reduce(0) {
      max($0, CharacterWidth.columns(of: context.names[$1.dimensionValue, in: ranking.dimension]))
    }
  }

  // MARK: - Drawing

  func layout(in rect: Rect, _ context: ScreenContext) -> Arrangement {
    guard rect.height >= Self.heightOfTrend else { return .panel(.breakdown) }
    return .rows([
      (.flexible(min: 20, weight: 5), .panel(.breakdown)),
      Arrangement.gap(rank: 2),
      (.flexible(min: 10, weight: 2).optional(rank: 1), .panel(.breakdownTrend)),
    ])
  }

  func view(of panel: ScreenPanel, _ context: ScreenContext) -> any View {
    if panel == .breakdownTrend { return trendOfRow(context) }
    return BreakdownTable(
      rows: rows(context),
      known,
      nameWidth: nameWidth,
      sort: sort,
      context
    )
  }

  func rowIDs(of panel: ScreenPanel, _ context: ScreenContext) -> [String] {
    guard let selected = context.selectedRow(in: .breakdown) else { return sortedIDs }
    return selected.pinned(in: sortedIDs, id: { $0 }, missing: { selected.id })
  }

  /// The rows as they are shown: the selected one stays at its place.
  func rows(_ context: ScreenContext) -> [BreakdownRow] {
    guard let selected = context.selectedRow(in: .breakdown) else { return sortedRows }
    return selected.pinned(in: sortedRows, id: \.id) {
      let row = context.missingRow(selected, in: .breakdown)
      return known?.rows.first { $0.id == selected.id }
        ?? BreakdownRow(id: row.dimensionValue, value: row.value, previous: row.previous)
    }
  }

  /// The row under the cursor over time, where there is room for it.
  private func trendOfRow(_ context: ScreenContext) -> RowTrend {
    guard let known else { return RowTrend() }
    let ids = rowIDs(of: .breakdown, context)
    let place = cursor(context)
    let value = ids.indices.contains(place) ? ids[place] : nil
    return RowTrend(of: value, in: known.questions.dimension, known.questions.measure, context)
  }

  func table(of panel: ScreenPanel, _ context: ScreenContext) -> ExportTable {
    // Another second dimension may be chosen that has no answer yet.
    let questions =
      known?.questions ?? BreakdownQuestions(context.request.selection, second: second)
    let measure = questions.measure.seriesName ?? questions.measure.metric
    let columns = known?.columns ?? []
    var names = [questions.dimension.filterName, measure, "before"]
    if let companion = questions.companion { names.append(companion.seriesName ?? "ratio") }
    if questions.sampleSize != nil { names.append("n") }
    let second = questions.second?.filterName ?? ""
    for column in columns { names += ["\(second) \(column)", "\(second) \(column) before"] }
    var table = ExportTable(names)
    for row in rows(context) {
      var numbers = [row.value, row.previous]
      if questions.companion != nil { numbers.append(row.companion) }
      if questions.sampleSize != nil { numbers.append(row.sampleSize) }
      for index in columns.indices {
        let cell = row.cells.indices.contains(index) ? row.cells[index] : nil
        numbers += [cell?.value, cell?.previous]
      }
      table.add([.text(row.id)] + numbers.map { .number($0) })
    }
    return table
  }

  // MARK: - Doing

  func sortColumns(_ context: ScreenContext) -> [RowSort.Column] {
    let questions = BreakdownQuestions(context.selection, second: second)
    let hasDelta = questions.measure.hasDelta
    let isCrossed = questions.second != nil
    // What was lost or won is asked for more often than an order of names.
    var columns: [RowSort.Column] = [.value]
    if context.asked.isComparing, hasDelta { columns.append(.delta) }
    // The columns of a second dimension leave room for one of both.
    if context.asked.isComparing, !isCrossed || !hasDelta { columns.append(.change) }
    if questions.sampleSize != nil, !isCrossed { columns.append(.sampleSize) }
    columns.append(.name)
    return columns
  }

  mutating func perform(_ command: Command, _ context: ScreenContext) -> [ScreenEffect]? {
    guard case .screen(let command) = command else { return nil }
    switch command {
    case .openSecondDimension:
      let none = Menu.Item("none", .screen(.chooseSecondDimension(nil)), isCurrent: second == nil)
      let others = MetricCatalog.breakdowns.filter { $0 != context.selection.dimension }
      return [
        .menu(
          Menu(
            "\(context.selection.dimension.title) by",
            [none]
              + others.map {
                Menu.Item(
                  $0.title,
                  .screen(.chooseSecondDimension($0)),
                  isCurrent: $0 == second
                )
              }
          )
        )
      ]
    case .chooseSecondDimension(let dimension):
      second = dimension
      return []
    case .openOverlays, .toggleOverlay, .toggleSplit, .shiftRange, .toggleHeartbeats: return nil
    }
  }

  // MARK: - Memory

  var options: [String] { ["--columns", second?.breakdownName ?? DashboardState.none] }

  var memory: [String: [String]] { [ScreenMemory.second: second.map { [$0.breakdownName] } ?? []] }

  mutating func restore(_ memory: [String: [String]]) {
    let name = memory[ScreenMemory.second]?.first
    second = MetricCatalog.breakdowns.first { $0.breakdownName == name }
  }
}

extension ScreenPanel {
  static let breakdown = ScreenPanel("breakdown", .rows)
  static let breakdownTrend = ScreenPanel("breakdownTrend", .plain)
}
