import CellCanvas
import PlaybackFacts
import QueryCore

/// The cursor in the rows of the focused panel, and what is done with the row under it.
extension DashboardState {
  /// Whether the panel that keys go to has rows.
  var hasRows: Bool { subject.questions.dimension(ofRowsIn: focus.panel) != nil }

  /// The ids of the rows of the panel that keys go to, as they are shown.
  var rowIDs: [String] { screen.rowIDs(of: focus.panel, context) }

  /// The row under the cursor: the selected one, or whichever is first.
  var rowUnderCursor: SelectedRow? {
    let context = context
    guard hasRows, let dimension = context.shownDimension(of: focus.panel) else { return nil }
    if let row = context.selectedRow(in: focus.panel) { return row }
    return screen.rowIDs(of: focus.panel, context).first.map {
      SelectedRow(id: $0, index: 0, dimension: dimension)
    }
  }

  mutating func turn(to view: ScreenID) {
    guard view != self.view else { return }
    self.view = view
    focus = PanelFocus(view.panels[0])
    pointer = Pointer()
    explained = nil
    observed.fault = nil
    rowsChanged()
  }

  /// Filters to the row that was selected, or to the marked ones, before a screen is shown that looks closer at what
  /// the cursor is on.
  mutating func narrow(for view: ScreenID) {
    guard view != self.view, view.traits.narrowsToCursor, hasRows,
      let row = context.selectedRow(in: focus.panel)
    else { return }
    let marked = markedRows
    filter(by: [Filter.Clause(row.dimension, marked.isEmpty ? [row.id] : marked)])
  }

  mutating func moveFocus(by count: Int) {
    guard overlay == nil else { return }
    let panels = view.panels
    let index = panels.firstIndex(of: focus.panel) ?? 0
    let wrapped = (index + count) % panels.count
    focus.move(to: panels[wrapped < 0 ? wrapped + panels.count : wrapped])
  }

  mutating func moveRow(by count: Int) {
    switch overlay {
    case .help(let line):
      let inner = Size(width: size.width - 4, height: size.height - 2)
      let last = KeyList(screen: view, keyMap: keyMap).longestScroll(in: inner)
      overlay = .help(firstLine: min(max(0, line + count), last))
    case .explanation(let line): overlay = .explanation(firstLine: min(max(0, line + count), 40))
    case .menu(var menu):
      menu.move(by: count)
      overlay = .menu(menu)
      previewTheme(menu)
    case .prompt: break
    case nil: movePanel(by: count)
    }
  }

  /// Moves what the focused panel moves: its cursor, its metric or its lines.
  private mutating func movePanel(by count: Int) {
    guard !hasRows else { return selectRow(at: (rowUnderCursor?.index ?? 0) + count) }
    switch focus.panel.kind {
    case .chart(let choosesMetric):
      if choosesMetric { chooseMeasure(movedBy: count.signum()) }
    case .scrolled, .lines:
      let place = ShellLayout(self, in: size.bounds).place(of: focus.panel)
      guard let area = place?.area else { return }
      let context = context
      screens[view].scroll(
        by: count,
        in: Size(width: area.width - 1, height: area.height),
        context
      )
    case .rows, .plain: break
    }
  }

  /// Moves the cursor to the row that stands beside it, so many columns on; in a last column that is shorter, to
  /// the last one.
  mutating func moveColumn(by count: Int) {
    guard overlay == nil, hasRows,
      let place = ShellLayout(self, in: size.bounds).place(of: focus.panel)
    else { return }
    let height = screen.rowsPerColumn(of: focus.panel, in: place.area, context)
    let (index, last) = (rowUnderCursor?.index ?? 0, rowIDs.count - 1)
    guard height > 0, (0...max(0, last) / height).contains(index / height + count) else { return }
    selectRow(at: min(index + count * height, last))
  }

  /// Puts the cursor on a row of the focused panel; the nearest if there is none.
  mutating func selectRow(at index: Int) {
    guard hasRows, let dimension = context.shownDimension(of: focus.panel) else { return }
    let ids = rowIDs
    guard !ids.isEmpty else { return }
    let nearest = min(max(0, index), ids.count - 1)
    focus.selectedRow = SelectedRow(id: ids[nearest], index: nearest, dimension: dimension)
  }

  /// Puts the selected row where the answer to another question ranks it, or takes the cursor off one that is
  /// not in it.
  mutating func followSelectedRow() {
    let id = context.selectedRow(in: focus.panel)?.id
    focus.selectedRow = nil
    if let id, let index = rowIDs.firstIndex(of: id) { selectRow(at: index) }
  }

  mutating func chooseRow(isExcluded: Bool = false) {
    guard hasRows else {
      if !isExcluded, focus.panel.kind == .chart(choosesMetric: true) {
        openMeasures()
      } else {
        notice = noRows
      }
      return
    }
    guard let row = rowUnderCursor, rowIDs.contains(row.id) || !markedRows.isEmpty else {
      notice = noRows
      return
    }
    let marked = markedRows
    let values = marked.isEmpty ? [row.id] : marked
    let clause = Filter.Clause(row.dimension, values, isNegated: isExcluded)
    // One of them is looked at, several are filtered by.
    let target = isExcluded || values.count > 1 ? nil : screen.opensRows(of: focus.panel)
    // What is filtered by already can be opened again.
    guard filter(by: [clause]) || target != nil else { return }
    if let target {
      notice = nil
      turn(to: target)
    }
  }

  /// The ids of the rows that are marked, if the answer on the screen is about their dimension.
  var markedRows: [String] {
    focus.marks.first?.dimension == context.shownDimension(of: focus.panel)
      ? focus.marks.map(\.id) : []
  }

  /// Marks the row under the cursor, or no longer, and goes on to the next.
  mutating func markRow() {
    guard hasRows else {
      // Nothing stands still there, and the other screens would.
      guard view.traits.time != .none else {
        notice = "there is nothing to mark or to pause here"
        return
      }
      return togglePause()
    }
    guard let row = rowUnderCursor, rowIDs.contains(row.id) else {
      notice = noRows
      return
    }
    if markedRows.isEmpty { focus.marks = [] }
    if let index = focus.marks.firstIndex(where: { $0.id == row.id }) {
      focus.marks.remove(at: index)
    } else {
      focus.marks.append(row)
    }
    selectRow(at: row.index + 1)
    let (count, enter) = (focus.marks.count, keyMap.label(of: .chooseRow) ?? "Enter")
    let clear = keyMap.label(of: .dismiss).map { ", \($0) clears" } ?? ""
    notice =
      count == 0
      ? "none marked" : "\(count) marked: \(enter) filters by \(count == 1 ? "it" : "all")\(clear)"
  }

  /// Adds filters that a row stands for; the cursor and the search that led to it have done their work.
  ///
  /// - Returns: whether one of them is new.
  @discardableResult
  mutating func filter(by clauses: [Filter.Clause]) -> Bool {
    let added = clauses.filter { add($0) }
    guard !added.isEmpty else {
      notice = "that filter is there already"
      return false
    }
    focus.selectedRow = nil
    focus.search = ""
    focus.marks = []
    return true
  }

  /// Said where a key is for rows and there are none.
  var noRows: String {
    let next = view.panels.count > 1 ? keyMap.label(of: .moveFocus(1)) : nil
    return "there are no rows here" + (next.map { "; \($0) goes to the next panel" } ?? "")
  }

  /// Whether a command of the key bar does something for the panel that keys go to.
  func hasUse(for command: Command) -> Bool {
    switch command {
    // In a panel of its own kind, it is for the screen to say what it does.
    case .chooseRow:
      hasRows || focus.panel.kind == .plain && screen.hint(of: .chooseRow, context) != nil
    case .find: hasRows || focus.panel.kind == .lines
    case .moveFocus: view.panels.count > 1
    case .moveColumn:
      ShellLayout(self, in: size.bounds).place(of: focus.panel).map {
        screen.rowsPerColumn(of: focus.panel, in: $0.area, context) > 0
      } ?? false
    case .shift: view.traits.time == .chosen
    case .explain: view.traits.time != .none
    default: true
    }
  }

  // MARK: - Order

  mutating func nextSort() {
    let columns = screen.sortColumns(context)
    guard var sort = screen.sort, !columns.isEmpty else { return }
    sort.next(of: columns)
    self.sort(by: sort)
    focus.selectedRow = nil
    notice = "sorted by \(sort.column.title)"
  }

  mutating func reverseSort() {
    guard var sort = screen.sort else { return }
    sort.isReversed.toggle()
    self.sort(by: sort)
    focus.selectedRow = nil
    notice = "sorted by \(sort.column.title)\(sort.isReversed ? ", the other way round" : "")"
  }

  /// Sorts by a column that was clicked.
  mutating func sort(byColumn title: String) {
    guard let column = screen.sortColumns(context).first(where: { $0.title == title }) else {
      return
    }
    guard screen.sort?.column != column else { return reverseSort() }
    sort(by: RowSort(column))
    focus.selectedRow = nil
    notice = "sorted by \(column.title)"
  }

  private mutating func sort(by sort: RowSort) {
    screens[view].sort = sort
    rowsChanged()
  }
}
