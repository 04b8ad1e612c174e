import CellCanvas
import PlaybackFacts
import QueryCore

/// The table of media items: what they are called, their numbers and the trend of their plays.
struct MediaTable: LinkedView, RowsView {
  /// The rows as they are shown.
  let rows: [Snapshot.TableRow]
  /// The answer that they are from; nil before there is one.
  var table: Snapshot.Table?
  /// The rows whose numbers were asked for, whichever lists they are in.
  var askedRows: Set<String> = []
  var names = ValueNames()
  /// The columns that titles take.
  var titleWidth = 60
  /// The place of the cursor; nil where it is in another panel.
  var cursor: Int?
  /// What titles are searched for; empty for all.
  var search = ""
  var sort = RowSort(MediaColumn.plays.sort)
  /// Whether numbers are compared.
  var isComparing = true
  /// Whether a collector ran in the time that the items are of; true where that is not known.
  var isCollected = true
  /// Whether the last interval of trends is not over yet.
  var lastIsOpen = false
  var symbols = Symbols.blocks

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let area = RankingPanel.body(of: rect)
    let first = RankingPanel.firstRow(of: rows.count, cursor: cursor ?? 0, in: area)
    canvas.draw(dataTable(firstRow: first), in: area)
    if let cursor, rect.height > 1 {
      let row = rect.row(cursor - first + 1)
      canvas.draw(TextLine("\(symbols.pointer)", .accent), in: row)
    }
    if rows.isEmpty { canvas.draw(TextLine(nothing, .dim), in: area.row(1)) }
  }

  /// A click on a heading sorts by its column.
  func command(atX x: Int, y: Int, in rect: Rect) -> Command? {
    dataTable(firstRow: 0).columnName(atX: x, y: y, in: RankingPanel.body(of: rect))
      .map { .sort(by: $0) }
  }

  func rowPlaces(in rect: Rect) -> RowPlaces {
    RowPlaces(of: rows.count, cursor: cursor, in: RankingPanel.body(of: rect))
  }

  private func dataTable(firstRow: Int) -> DataTable {
    DataTable(
      columns: columns,
      count: rows.count,
      firstRow: firstRow,
      selected: cursor,
      symbols: symbols
    ) { index in
      fields(of: rows[index])
    }
  }

  /// What stands in place of rows.
  private var nothing: String {
    guard table != nil else { return NumberText.unknown }
    guard search.isEmpty else {
      return "\(NumberText.noData) nothing with '\(search.scrubbed)' in its title"
    }
    return "\(NumberText.noData) \(isCollected ? "none in this time" : "not collected")"
  }

  /// How many items there are, and of those how many are found.
  private var count: String {
    guard let table else { return "" }
    let total = max(table.count, table.rows.count)
    guard !search.isEmpty else { return " \(total)" }
    // A search in lists that are cut off finds items that nobody played in this time.
    return table.isWhole ? " \(rows.count) of \(total)" : " \(rows.count)"
  }

  private var columns: [DataTable.Column] {
    let title = DataTable.Column(
      sort.heading("Title\(count)", of: .mediaTitle, symbols),
      // Titles are whole before the trends get wider.
      .flexible(min: 16, weight: 50, upTo: min(max(titleWidth, 24), 72)),
      name: RowSort.Column.mediaTitle.title
    )
    let change = DataTable.Column(
      sort.heading("change", of: .change, symbols),
      .fixed(10).optional(rank: 6),
      .right,
      name: RowSort.Column.change.title
    )
    let trend = DataTable.Column(
      "  plays over time",
      .flexible(min: 18, weight: 1).optional(rank: 5)
    )
    let numbers = MediaColumn.allCases.map { column in
      DataTable.Column(
        sort.heading(column.heading, of: column.sort, symbols),
        // The most telling vanish last.
        .fixed(max(9, column.heading.count + 2)).optional(rank: column.rawValue),
        .right,
        name: column.sort.title
      )
    }
    return [title] + numbers.prefix(1) + [change] + numbers.dropFirst() + [trend]
  }

  private func fields(of row: Snapshot.TableRow) -> [DataTable.Field] {
    let isAnswered = table.map { $0.isWhole || askedRows.contains(row.id) } ?? false
    let none = isAnswered ? NumberText.noData : ""
    let numbers = MediaColumn.allCases.map { column -> DataTable.Field in
      let text = row[column].map { NumberText.aligned($0, column.measure, width: 9) }
      return .text(text ?? none, column == .plays ? .title : .text)
    }
    let trend = table?.trends[row.id]
    return [.text(names[row.id, in: .mediaID])]
      + numbers.prefix(1) + [change(of: row)] + numbers.dropFirst()
      + [trend.map { .trend($0, lastIsOpen: lastIsOpen) } ?? .text("")]
  }

  private func change(of row: Snapshot.TableRow) -> DataTable.Field {
    guard isComparing else { return .text("") }
    let measure = MediaColumn.plays.measure
    return .change(from: row.previous, to: row[.plays], of: measure, symbols)
  }
}

extension MediaTable {
  /// The table as the screen shows it.
  init(
    rows: [Snapshot.TableRow],
    titleWidth: Int,
    sort: RowSort?,
    _ context: ScreenContext
  ) {
    self.init(
      rows: rows,
      table: context.snapshot?.table,
      askedRows: Set(context.snapshot?.request.detail.rows ?? []),
      names: context.names,
      titleWidth: titleWidth,
      cursor: context.cursorRow(in: .items, count: rows.count),
      search: context.search(in: .items),
      sort: sort ?? RowSort(MediaColumn.plays.sort),
      isComparing: context.request.isComparing,
      isCollected: context.snapshot.map {
        $0.data.isCollected($0.request.window.timeframe)
      } ?? true,
      lastIsOpen: context.hasOpenInterval,
      symbols: context.symbols
    )
  }
}
