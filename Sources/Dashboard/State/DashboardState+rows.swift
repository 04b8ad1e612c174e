import CellCanvas
import PlaybackFacts
import QueryCore

extension DashboardState {
  /// The dimension whose values a panel's rows are; nil where rows are none.
  func dimension(of panel: ScreenPanel) -> Dimension? {
    switch panel {
    case .countries, .countryMap, .watchingCountries: .country
    case .devices, .watchingDevices: .deviceType
    case .media, .items: .mediaID
    case .breakdown: dimension
    case .curves: isSplit ? dimension : nil
    case .chart, .viewers, .facts, .health: nil
    }
  }

  /// The dimension whose values the rows on the screen are; the chosen one before there are any.
  private func shownDimension(of panel: ScreenPanel) -> Dimension? {
    panel == .items ? .mediaID : ranking(of: panel)?.dimension ?? dimension(of: panel)
  }

  /// The row of a panel that is held, if the answer on the screen is about its dimension.
  private func held(in panel: ScreenPanel) -> HeldRow? {
    focus == panel && held?.dimension == shownDimension(of: panel) ? held : nil
  }

  /// The row under the cursor: the held one, or whichever is first.
  var pointedRow: HeldRow? {
    guard dimension(of: focus) != nil, let dimension = shownDimension(of: focus) else { return nil }
    if let held = held(in: focus) { return held }
    return rowIDs(of: focus).first.map { HeldRow(id: $0, index: 0, dimension: dimension) }
  }

  /// The ids of a panel's rows as they are shown: the held one stays at its place.
  func rowIDs(of panel: ScreenPanel) -> [String] {
    var ids =
      panel == .items ? arrangedItemIDs : sortedRows(of: panel).map(\.dimensionValue)
    guard let held = held(in: panel) else { return ids }
    if ids.indices.contains(held.index), ids[held.index] == held.id { return ids }
    ids.removeAll { $0 == held.id }
    ids.insert(held.id, at: min(held.index, ids.count))
    return ids
  }

  /// The ranking of a panel as it is shown: the held row stays at its place.
  func rows(of panel: ScreenPanel) -> [Snapshot.Row] {
    let ranking = ranking(of: panel)
    let rows = sortedRows(of: panel)
    guard let held = held(in: panel) else { return rows }
    if rows.indices.contains(held.index), rows[held.index].dimensionValue == held.id { return rows }
    var others = rows
    let row: Snapshot.Row
    if let index = others.firstIndex(where: { $0.dimensionValue == held.id }) {
      row = others.remove(at: index)
    } else {
      let known = ranking?.rows.first { $0.dimensionValue == held.id }
      let isListed =
        ranking.map { $0.count <= $0.rows.count && $0.measure.isZeroWhereAbsent } ?? false
      row =
        known ?? Snapshot.Row(dimensionValue: held.id, value: isListed ? 0 : nil, previous: nil)
    }
    others.insert(row, at: min(held.index, others.count))
    return others
  }

  /// The table of media items as it is shown.
  var shownItems: [Snapshot.Item] {
    let items = arrangedItems
    guard let held = held(in: .items) else { return items }
    if items.indices.contains(held.index), items[held.index].mediaID == held.id { return items }
    var others = items
    let item: Snapshot.Item
    if let index = others.firstIndex(where: { $0.mediaID == held.id }) {
      item = others.remove(at: index)
    } else {
      item =
        snapshot?.items.first { $0.mediaID == held.id } ?? snapshot?.unlistedItems[held.id]
        ?? .unknown(held.id)
    }
    others.insert(item, at: min(held.index, others.count))
    return others
  }

  func ranking(of panel: ScreenPanel) -> Snapshot.Ranking? {
    snapshot?.rankings.first { $0.panel == panel }
  }

  // MARK: - Order

  /// How the rows of the screen are sorted.
  var sort: Sort { sorts[view] ?? Sort() }

  /// The columns that rows of the screen can be sorted by, the last where numbers are compared.
  var sortColumns: [String] {
    switch view {
    case .breakdown, .map: ["value", "name", "change"]
    case .media: ScreenRequest.itemMeasures.map { $0.title.lowercased() } + ["title", "change"]
    case .overview, .time, .live, .health: []
    }
  }

  /// A heading, with a sign where its column is sorted by: names from A on at first, numbers from the highest.
  func heading(_ text: String, ofColumn column: Int, isName: Bool = false) -> String {
    guard sort.column == column else { return text }
    return "\(text) \(sort.isReversed != isName ? symbols.up : symbols.down)"
  }

  private func sortedRows(of panel: ScreenPanel) -> [Snapshot.Row] {
    guard let ranking = ranking(of: panel) else { return [] }
    let dimension = ranking.dimension
    var rows = ranking.rows
    if !search.isEmpty, focus == panel {
      let text = SearchText(search)
      rows = rows.filter { text.isIn(name(of: $0.dimensionValue, in: dimension)) }
    }
    guard sort != Sort(), view.panels.contains(panel), !sortColumns.isEmpty else { return rows }
    switch sort.column {
    case 1:
      let names = rows.map { (name(of: $0.dimensionValue, in: dimension).lowercased(), $0) }
      rows = names.sorted { ($0.0, $0.1.dimensionValue) < ($1.0, $1.1.dimensionValue) }.map(\.1)
    case 2: rows = rows.stablySorted { $0.change(of: ranking.measure) ?? -.infinity }
    default: break
    }
    guard sort.isReversed else { return rows }
    return rows.reversedWhere { sort.column != 2 || $0.change(of: ranking.measure) != nil }
  }

  /// Finds and sorts the table of media items anew.
  mutating func arrangeItems() {
    arrangedItems = sortedItems
    arrangedItemIDs = arrangedItems.map(\.mediaID)
  }

  private var sortedItems: [Snapshot.Item] {
    guard let snapshot, !snapshot.items.isEmpty else { return [] }
    var items = snapshot.items
    let sort = sorts[.media] ?? Sort()
    if !search.isEmpty {
      let text = SearchText(search)
      items = items.filter { text.isIn(name(of: $0.mediaID, in: .mediaID)) }
      if !snapshot.hasAllItems {
        items += media.ids(calledWith: search).filter { !snapshot.listedIDs.contains($0) }
          .map { snapshot.unlistedItems[$0] ?? .unknown($0) }
      }
    }
    let columns = ScreenRequest.itemMeasures.count
    switch sort.column {
    case 0: break
    case columns:
      let names = items.map { (name(of: $0.mediaID, in: .mediaID).lowercased(), $0) }
      items = names.sorted { ($0.0, $0.1.mediaID) < ($1.0, $1.1.mediaID) }.map(\.1)
    case columns + 1: items = items.stablySorted { $0.change ?? -.infinity }
    case let column: items = items.stablySorted { $0.values[column] ?? -.infinity }
    }
    guard sort.isReversed else { return items }
    return items.reversedWhere { value(of: $0, inColumn: sort.column) != nil }
  }

  /// What an item is sorted by; a name is always known.
  private func value(of item: Snapshot.Item, inColumn column: Int) -> Double? {
    let columns = ScreenRequest.itemMeasures.count
    return column < columns ? item.values[column] : column == columns ? 0 : item.change
  }

  // MARK: - Cursor

  mutating func turn(to view: DashboardView) {
    guard view != self.view else { return }
    self.view = view
    focus = view.panels[0]
    isZoomed = false
    search = ""
    held = nil
    explained = nil
    observed.fault = nil
  }

  mutating func moveFocus(by count: Int) {
    guard overlay == nil else { return }
    let panels = view.panels
    let index = panels.firstIndex(of: focus) ?? 0
    let wrapped = (index + count) % panels.count
    focus = panels[wrapped < 0 ? wrapped + panels.count : wrapped]
    search = ""
    held = nil
  }

  mutating func moveRow(by count: Int) {
    switch overlay {
    case .help(let line):
      overlay = .help(firstLine: min(max(0, line + count), max(0, keyMap.help(on: view).count - 1)))
    case .explanation(let line): overlay = .explanation(firstLine: min(max(0, line + count), 40))
    case .menu(var menu):
      menu.move(by: count)
      overlay = .menu(menu)
      previewTheme(menu)
    case .prompt: break
    case nil:
      if focus == .health {
        scrollHealth(by: count)
      } else if dimension(of: focus) == nil {
        if focus.isChart, view != .live { chooseMeasure(movedBy: count.signum()) }
      } else {
        holdRow(at: (pointedRow?.index ?? 0) + count)
      }
    }
  }

  private mutating func scrollHealth(by count: Int) {
    guard let area = ScreenAreas(self, in: size.bounds).slots.first?.area else { return }
    let last = HealthPanel(state: self).height(in: area.width - 1) - area.height
    healthLine = max(0, min(healthLine + count, last))
  }

  /// Puts the cursor on a row of the focused panel; the nearest if there is none.
  mutating func holdRow(at index: Int) {
    guard dimension(of: focus) != nil, let dimension = shownDimension(of: focus) else { return }
    let ids = rowIDs(of: focus)
    guard !ids.isEmpty else { return }
    let nearest = min(max(0, index), ids.count - 1)
    held = HeldRow(id: ids[nearest], index: nearest, dimension: dimension)
  }

  /// Puts the held row where the answer to another question ranks it; lets go of one that is not in it.
  mutating func rankHeldRow() {
    guard let id = held?.id, held(in: focus) != nil else { return held = nil }
    held = nil
    if let index = rowIDs(of: focus).firstIndex(of: id) { holdRow(at: index) }
  }

  mutating func chooseRow(isExcluded: Bool = false) {
    guard dimension(of: focus) != nil else {
      if !isExcluded, focus.isChart, view != .live {
        openMeasures()
      } else {
        notice = noRows
      }
      return
    }
    guard let row = pointedRow, rowIDs(of: focus).contains(row.id) else {
      notice = noRows
      return
    }
    let clause = Filter.Clause(row.dimension, [row.id], isNegated: isExcluded)
    guard add(clause) else {
      notice = "that filter is there already"
      return
    }
    held = nil
    search = ""
    // One item is looked at as a whole, where all of its numbers are.
    if view == .media, !isExcluded {
      turn(to: .overview)
      opened = clause
    }
  }

  /// Said where a key is for rows and there are none.
  var noRows: String {
    let next = view.panels.count > 1 ? keyMap.label(of: .moveFocus(1)) : nil
    return "there are no rows here" + (next.map { "; \($0) goes to the next panel" } ?? "")
  }

  /// Whether a command of the key bar does something for the panel that keys go to.
  func hasUse(for command: Command) -> Bool {
    switch command {
    case .chooseRow: dimension(of: focus) != nil
    case .find: dimension(of: focus) != nil || focus == .facts
    case .moveFocus: view.panels.count > 1
    case .shift: view != .live && view != .health
    case .explain: view != .health
    default: true
    }
  }

  mutating func nextSort() {
    guard !sortColumns.isEmpty else { return }
    var sort = sort
    let count = sortColumns.count - (request.isComparing ? 0 : 1)
    sort.column = (sort.column + 1) % count
    sort.isReversed = false
    sorts[view] = sort
    held = nil
    notice = "sorted by \(sortColumns[sort.column])"
  }

  mutating func reverseSort() {
    guard !sortColumns.isEmpty else { return }
    var sort = sort
    sort.isReversed.toggle()
    sorts[view] = sort
    held = nil
    notice =
      "sorted by \(sortColumns[sort.column])\(sort.isReversed ? ", the other way round" : "")"
  }
}

extension Snapshot.Row {
  /// By how much it is more than before, as it is shown; nil where that is not known.
  fileprivate func change(of measure: Measure) -> Double? {
    Dashboard.change(from: previous, to: value, of: measure)
  }
}

extension Snapshot.Item {
  fileprivate var change: Double? {
    ScreenRequest.itemMeasures.first.flatMap {
      Dashboard.change(from: previous, to: values[0], of: $0)
    }
  }
}

private func change(from before: Double?, to value: Double?, of measure: Measure) -> Double? {
  guard let before, let value else { return nil }
  return Comparison(of: measure, now: .decimal(value), before: .decimal(before))?.change.amount
}

extension Array {
  /// Those whose rank is known in reverse; the others stay behind them: what is not known comes last in
  /// either order.
  fileprivate func reversedWhere(_ isKnown: (Element) -> Bool) -> [Element] {
    filter(isKnown).reversed() + filter { !isKnown($0) }
  }

  /// The elements by descending rank; equal ones keep their order.
  fileprivate func stablySorted(by rank: (Element) -> Double) -> [Element] {
    enumerated().map { (rank($0.element), $0.offset, $0.element) }
      .sorted { ($1.0, $0.1) < ($0.0, $1.1) }
      .map(\.2)
  }
}
