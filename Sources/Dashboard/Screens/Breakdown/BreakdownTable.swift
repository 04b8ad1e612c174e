import CellCanvas
import PlaybackFacts
import QueryCore
import TextAndBytes

/// The values of a dimension as rows: number, share, change, trend and what is behind it, or their numbers by a
/// second dimension.
struct BreakdownTable: RankedList {
  /// The rows as they are shown.
  let rows: [BreakdownRow]
  let questions: BreakdownQuestions
  /// All values; nil before they are known.
  var ranking: Snapshot.Ranking?
  /// The values of the second dimension that are columns.
  var columns: [String] = []
  /// The rows that changed most.
  var movers: Set<String> = []
  /// The trends of some rows.
  var trend: (String) -> [Double?] = { _ in [] }
  /// What the trends are of, such as `24 h`.
  var length = ""
  var names = ValueNames()
  /// The columns of the longest name, whichever rows are on the screen.
  var nameWidth = 0
  /// The place of the cursor; nil where it is in another panel.
  var cursor: Int?
  /// What names are searched for; empty for all.
  var search = ""
  var sort = RowSort(.value)
  /// Whether numbers are compared.
  var isComparing = true
  /// Whether a collector ran in the time that the rows are of; true where that is not known.
  var isCollected = true
  /// Whether the last interval of trends is not over yet.
  var lastIsOpen = false
  var isFocused = false
  var symbols = Symbols.blocks

  private var measure: Measure { questions.measure }
  private var highest: Double { rows.compactMap(\.value).max() ?? 0 }

  private var hasThinRows: Bool { rows.contains(where: \.isThin) }

  /// Where the table is drawn: above a line on rows with few playbacks, where there are some.
  private func body(of rect: Rect) -> Rect {
    RankingPanel.body(of: rect).inset(bottom: hasThinRows && rect.height > 6 ? 1 : 0)
  }

  private func table(in area: Rect) -> DataTable {
    let fields = makeFields(in: area.width)
    let highest = highest
    return DataTable(
      columns: fields.map(\.column),
      count: rows.count,
      firstRow: RankingPanel.firstRow(of: rows.count, cursor: cursor ?? 0, in: area),
      selected: cursor,
      symbols: symbols,
      share: { index in
        let row = rows[index]
        return DataTable.Share(
          of: row.value,
          previous: isComparing ? row.previous : nil,
          upTo: highest
        )
      },
      fields: { index in fields.map { $0.field(rows[index]) } }
    )
  }

  /// Whether there is room for the trends of rows.
  func hasTrends(in area: Rect) -> Bool {
    table(in: area).hasRoom(forColumn: Self.trendName, in: area)
  }

  private static let trendName = "trend"

  /// A click on a heading sorts by its column.
  func command(atX x: Int, y: Int, in rect: Rect) -> Command? {
    let area = body(of: rect)
    return table(in: area).columnName(atX: x, y: y, in: area).map { .sort(by: $0) }
  }

  func rowPlaces(in rect: Rect) -> RowPlaces {
    RowPlaces(of: rows.count, cursor: cursor, in: body(of: rect))
  }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let hasThin = hasThinRows && rect.height > 6
    let area = body(of: rect)
    let first = RankingPanel.firstRow(of: rows.count, cursor: cursor ?? 0, in: area)
    canvas.draw(table(in: area), in: area)
    drawSigns(cursor: cursor.map { $0 - first + 1 }, in: rect, on: &canvas)
    if rows.isEmpty { canvas.draw(TextLine(nothing, .dim), in: area.row(1)) }
    if hasThin, let sample = measure.sampleSize {
      let few = Numbers.fixed(BreakdownRows.fewest, 0)
      let note = "fewer than \(few) \(sample.title.lowercased()): dimmed, and ranked last"
      canvas.draw(TextLine(note, .dim), in: rect.row(rect.height - 1).inset(left: FittingLine.gap))
    }
  }

  var heading: String {
    let title = questions.dimension.title
    return title.prefix(1).uppercased() + title.dropFirst()
  }

  /// How many values there are, and of those how many are found.
  private var count: String {
    guard let ranking else { return "" }
    return search.isEmpty
      ? " \(ranking.count)" : " \(rows.count) of \(ranking.count) with '\(search.scrubbed)'"
  }

  // MARK: - Columns

  /// A column with what it shows of a row.
  private struct Column {
    let column: DataTable.Column
    let field: (BreakdownRow) -> DataTable.Field
  }

  private func makeFields(in width: Int) -> [Column] {
    let numbers = questions.second == nil ? numberColumns : matrixColumns(in: width)
    // What is left stays blank: numbers stand near their names.
    let rest = Column(column: DataTable.Column("", .flexible(min: 0, weight: 1).optional(rank: 9)))
    {
      _ in .text("")
    }
    return [nameColumn(in: width), valueColumn(upTo: highest)] + numbers + [rest]
  }

  private func nameColumn(in width: Int) -> Column {
    let title = sort.heading(heading + count, of: .name, symbols)
    let least = width < 60 ? 12 : 18
    let most = min(max(nameWidth, CharacterWidth.columns(of: title), least), max(least, width / 3))
    return Column(
      column: DataTable.Column(
        title,
        .flexible(min: least, weight: 30, upTo: most),
        name: RowSort.Column.name.title
      )
    ) {
      row in
      .text(names[row.id, in: questions.dimension], row.isThin ? .dim : .text)
    }
  }

  private func valueColumn(upTo highest: Double) -> Column {
    let title = sort.heading(measure.title.lowercased(), of: .value, symbols)
    return Column(
      column: DataTable.Column(
        title,
        .fixed(max(9, min(title.count, 18))),
        .right,
        name: RowSort.Column.value.title
      )
    ) {
      row in
      let text = row.value.map { NumberText.aligned($0, measure, width: 9, upTo: highest) }
      return .text(text ?? NumberText.noData, row.isThin ? .dim : .title)
    }
  }

  /// Share, change, trend and sample size; where room is tight, the trend goes first.
  private var numberColumns: [Column] {
    var columns: [Column] = []
    if measure.isAdditive {
      columns.append(
        Column(
          column: DataTable.Column(
            "share",
            .fixed(7).optional(rank: 1),
            .right,
            name: RowSort.Column.value.title
          )
        ) { row in
          .share(row.value, of: ranking?.total ?? 0)
        }
      )
    }
    columns += changeColumns(deltaRank: 3, changeRank: 2)
    columns.append(
      Column(
        column: DataTable.Column(
          "  " + length,
          .flexible(min: 14, weight: 10, upTo: 90).optional(rank: 6),
          name: Self.trendName
        )
      ) { row in .trend(trend(row.id), lastIsOpen: lastIsOpen) }
    )
    if let companion = questions.companion {
      columns.append(
        Column(
          column: DataTable.Column(
            companion.title.lowercased(),
            .fixed(max(9, companion.title.count)).optional(rank: 5),
            .right
          )
        ) { row in
          let isThin = row.sampleSize.map { $0 < BreakdownRows.fewest } ?? false
          return .text(
            row.companion.map { NumberText.text($0, companion.unit) } ?? NumberText.noData,
            isThin ? .dim : .text
          )
        }
      )
    }
    if questions.sampleSize != nil {
      let most = rows.compactMap(\.sampleSize).max() ?? 0
      columns.append(
        Column(
          column: DataTable.Column(
            sort.heading("n", of: .sampleSize, symbols),
            .fixed(7).optional(rank: 4),
            .right,
            name: RowSort.Column.sampleSize.title
          )
        ) { row in
          let text = row.sampleSize.map { NumberText.aligned($0, .plays, width: 7, upTo: most) }
          return .text(text ?? NumberText.noData, .dim)
        }
      )
    }
    return columns
  }

  // MARK: - Changes

  /// By how much rows changed, in their unit and as a share; nothing without a comparison.
  ///
  /// - Parameters:
  ///   - deltaRank: when the difference vanishes where room is tight; of ratios there is none.
  ///   - changeRank: when the change does; nil for none.
  /// - Returns: the difference, then the change.
  private func changeColumns(deltaRank: Int, changeRank: Int?) -> [Column] {
    guard isComparing else { return [] }
    return (measure.hasDelta ? [deltaColumn(rank: deltaRank)] : [])
      + (changeRank.map { [changeColumn(rank: $0)] } ?? [])
  }

  private func deltaColumn(rank: Int) -> Column {
    let title = sort.heading(symbols.family == .ascii ? "diff" : "Δ", of: .delta, symbols)
    return Column(
      column: DataTable.Column(
        title,
        .fixed(8).optional(rank: rank),
        .right,
        name: RowSort.Column.delta.title
      )
    ) { row in
      .text(delta(row.value, row.previous) ?? NumberText.noData, style(of: row))
    }
  }

  private func changeColumn(rank: Int) -> Column {
    let title = sort.heading("change", of: .change, symbols)
    return Column(
      column: DataTable.Column(
        title,
        .fixed(9).optional(rank: rank),
        .right,
        name: RowSort.Column.change.title
      )
    ) { row in
      .change(from: row.previous, to: row.value, of: measure, style: style(of: row), symbols)
    }
  }

  /// What the change of a row means; bold for those that changed most.
  private func style(of row: BreakdownRow) -> Style {
    guard !row.isThin, let change = Change(from: row.previous, to: row.value, of: measure) else {
      return .dim
    }
    return movers.contains(row.id) ? change.style.adding(.bold) : change.style
  }

  /// `+34`, `−175`; nil where it is not known.
  private func delta(_ value: Double?, _ previous: Double?) -> String? {
    guard let value, let previous else { return nil }
    let difference = value - previous
    let text = NumberText.text(abs(difference), measure.unit, width: 7)
    guard difference != 0 else { return text }
    return (difference < 0 ? (symbols.family == .ascii ? "-" : "−") : "+") + text
  }

  // MARK: - Second dimension

  /// A column for each value of the second dimension: its number, and by how much it changed where there is room.
  private func matrixColumns(in width: Int) -> [Column] {
    // The columns leave room for one of both.
    let changes = changeColumns(deltaRank: 1, changeRank: measure.hasDelta ? nil : 1)
    // Of a ratio of few, a change says nothing.
    let hasChanges = isComparing && width >= 76 && measure.sampleSize == nil
    return changes
      + columns.enumerated().map { index, column in
        let name = questions.second.map { names.name(of: column, in: $0, isShort: true) } ?? column
        let part = Layout.Part.fixed(hasChanges ? 16 : 9).optional(rank: 2 + index)
        return Column(column: DataTable.Column(name, part, .right)) { row in
          guard row.cells.indices.contains(index) else { return .text("") }
          return .runs(runs(of: row.cells[index], hasChanges: hasChanges))
        }
      }
  }

  private func runs(of cell: BreakdownRow.Cell, hasChanges: Bool) -> [TextRun] {
    let text = cell.value.map { NumberText.text($0, measure.unit, width: 8) }
    let isQuiet = text == nil || cell.value == 0 || cell.isThin
    let value = TextRun(text ?? NumberText.noData, isQuiet ? .dim : .text)
    guard hasChanges else { return [value] }
    let change = Change(from: cell.previous, to: cell.value, of: measure)
    let delta =
      measure.hasDelta
      ? self.delta(cell.value, cell.previous) : change.map { $0.text(symbols) }
    let width = 7
    let blanks = max(0, width - CharacterWidth.columns(of: delta ?? ""))
    return [
      value, TextRun(" " + String(repeating: " ", count: blanks)),
      TextRun(delta ?? "", change?.style ?? .dim),
    ]
  }
}

extension Measure {
  /// Whether a difference says more than its change: of ratios and times that are compared in points and
  /// milliseconds it says the same.
  var hasDelta: Bool {
    switch unit {
    case .count, .viewers, .seconds: true
    case .milliseconds, .ratio: false
    }
  }
}

extension BreakdownTable {
  /// The table as the screen shows it.
  init(
    rows: [BreakdownRow],
    _ known: BreakdownRows?,
    nameWidth: Int = 0,
    sort: RowSort?,
    _ context: ScreenContext
  ) {
    let snapshot = context.snapshot
    let ranking = snapshot?.ranking(of: .breakdown)
    let questions =
      known?.questions ?? BreakdownQuestions(context.asked.selection, second: nil)
    self.init(
      rows: rows,
      questions: questions,
      ranking: ranking,
      columns: known?.columns ?? [],
      movers: known?.movers ?? [],
      trend: { snapshot?.trend(of: questions.trend($0)) ?? [] },
      length: context.request.selection.range.length,
      names: context.names,
      nameWidth: nameWidth,
      cursor: context.cursorRow(in: .breakdown, count: rows.count),
      search: context.search(in: .breakdown),
      sort: sort ?? RowSort(.value),
      isComparing: context.request.isComparing,
      isCollected: snapshot.map { $0.data.isCollected($0.request.window.timeframe) } ?? true,
      lastIsOpen: context.hasOpenInterval,
      isFocused: context.focus.panel == .breakdown,
      symbols: context.symbols
    )
  }
}
