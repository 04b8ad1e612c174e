import CellCanvas
import PlaybackFacts
import QueryCore

/// The table of media items, sortable by any column.
struct MediaScreen: Screen {
  static let meaning = "the table of titles"
  static let panels: [ScreenPanel] = [.items]

  var sort: RowSort? = RowSort(MediaColumn.plays.sort)
  /// The table, found and sorted: a hundred thousand items are not sorted for each key.
  private var sortedRows: [Snapshot.TableRow] = []
  /// The ids of ``sortedRows``.
  private var sortedIDs: [String] = []
  /// The columns of the longest title among the first rows.
  private var titleWidth = 0

  /// So many titles are measured at most.
  private static let mostMeasured = 1000

  /// So many rows have trends at most, however high the terminal is.
  private static let mostTrends = 96

  // MARK: - Asking

  func questions(_ selection: Selection) -> Questions {
    Questions(
      table: TableQuestion(panel: .items, dimension: .mediaID, measures: MediaColumn.measures)
    )
  }

  /// The trends of the rows around the cursor, and their numbers where the lists are cut off.
  func detail(_ context: ScreenContext) -> ScreenRequest.Detail {
    guard let snapshot = context.snapshot, snapshot.request.subject.screen == .media,
      let table = snapshot.table
    else { return ScreenRequest.Detail() }
    let ids = rowIDs(of: .items, context)
    let cursor = context.cursorRow(in: .items, count: ids.count) ?? 0
    let rows = context.rowsToAsk(
      around: min(cursor, max(0, ids.count - 1)),
      of: ids.count,
      most: Self.mostTrends
    )
    var detail = ScreenRequest.Detail()
    detail.rows = ids[rows].sorted()
    guard !table.isWhole else { return detail }
    detail.hasNumbers = !detail.rows.isEmpty
    if let sort, sort.isReversed { detail.lowestFirst = MediaColumn(sort.column)?.measure }
    return detail
  }

  // MARK: - Drawing

  func view(of panel: ScreenPanel, _ context: ScreenContext) -> any View {
    MediaTable(rows: rows(context), titleWidth: titleWidth, sort: sort, context)
  }

  func rowIDs(of panel: ScreenPanel, _ context: ScreenContext) -> [String] {
    guard let selected = context.selectedRow(in: .items) else { return sortedIDs }
    return selected.pinned(in: sortedIDs, id: { $0 }, missing: { selected.id })
  }

  /// The table as it is shown: the selected row stays at its place.
  func rows(_ context: ScreenContext) -> [Snapshot.TableRow] {
    guard let selected = context.selectedRow(in: .items) else { return sortedRows }
    return selected.pinned(in: sortedRows, id: \.id) {
      let table = context.snapshot?.table
      return table?.rows.first { $0.id == selected.id } ?? table?.unlistedRows[selected.id]
        ?? .unknownMedia(selected.id)
    }
  }

  func table(of panel: ScreenPanel, _ context: ScreenContext) -> ExportTable {
    let measures = MediaColumn.measures.map { $0.seriesName ?? $0.metric }
    var table = ExportTable(["mediaId", "title"] + measures + ["before"])
    for row in rows(context) {
      table.add(
        [.text(row.id), .text(context.media.title(of: row.id) ?? "")]
          + row.values.map { .number($0) } + [.number(row.previous)]
      )
    }
    return table
  }

  // MARK: - Doing

  /// One item is looked at as a whole, where all of its numbers are.
  func opensRows(of panel: ScreenPanel) -> ScreenID? { .item }

  func measure(of panel: ScreenPanel, _ context: ScreenContext) -> Measure {
    sort.flatMap { MediaColumn($0.column)?.measure } ?? .plays
  }

  func sortColumns(_ context: ScreenContext) -> [RowSort.Column] {
    MediaColumn.allCases.map(\.sort) + [.mediaTitle]
      + (context.asked.isComparing ? [.change] : [])
  }

  mutating func rowsChanged(_ context: ScreenContext) {
    sortedRows = Self.sorted(
      found(context),
      by: sort ?? RowSort(MediaColumn.plays.sort),
      context.names
    )
    sortedIDs = sortedRows.map(\.id)
    let names = context.names
    titleWidth =
      sortedIDs.prefix(Self.mostMeasured).lazy.map { names[$0, in: .mediaID] }.mostColumns
  }

  private func found(_ context: ScreenContext) -> [Snapshot.TableRow] {
    guard let table = context.snapshot?.table, !table.rows.isEmpty else { return [] }
    let search = context.search(in: .items)
    guard !search.isEmpty else { return table.rows }
    let text = SearchText(search)
    let names = context.names
    let rows = table.rows.filter { text.isIn(names[$0.id, in: .mediaID]) }
    guard !table.isWhole else { return rows }
    return rows
      + context.media.ids(calledWith: search).filter { !table.listedIDs.contains($0) }
      .map { table.unlistedRows[$0] ?? .unknownMedia($0) }
  }

  private static func sorted(
    _ rows: [Snapshot.TableRow],
    by sort: RowSort,
    _ names: ValueNames
  ) -> [Snapshot.TableRow] {
    switch sort.column {
    case .mediaTitle:
      return sort.sorted(rows, byName: { names[$0.id, in: .mediaID] }, id: \.id)
    case .change: return sort.sorted(rows, byRank: \.changeOfPlays)
    // A table comes in that order.
    case MediaColumn.plays.sort: return sort.directed(rows) { $0[.plays] != nil }
    case let column:
      guard let column = MediaColumn(column) else { return rows }
      return sort.sorted(rows) { $0[column] }
    }
  }
}

extension ScreenPanel {
  static let items = ScreenPanel("items", .rows)
}
