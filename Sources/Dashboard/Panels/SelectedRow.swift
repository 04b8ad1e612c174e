import PlaybackFacts

/// A row that the cursor was moved to: it keeps its place while others are ranked around it.
struct SelectedRow: Hashable, Sendable {
  let id: String
  let index: Int
  /// What the id is a value of: a new answer may be about another dimension.
  let dimension: Dimension

  /// The rows with this one at its place.
  ///
  /// - Parameters:
  ///   - rows: the rows as they are ranked.
  ///   - id: the id of a row.
  ///   - missing: this row, where it is not among them.
  /// - Returns: the same rows, this one at its index or, where there are fewer, last.
  func pinned<Row>(in rows: [Row], id: (Row) -> String, missing: () -> Row) -> [Row] {
    if rows.indices.contains(index), id(rows[index]) == self.id { return rows }
    var others = rows
    let place = others.firstIndex { id($0) == self.id }
    let row = place.map { others.remove(at: $0) } ?? missing()
    others.insert(row, at: min(index, others.count))
    return others
  }
}

/// Where keys go on a screen; another screen begins with its first panel.
struct PanelFocus: Hashable, Sendable {
  /// The panel that keys go to.
  var panel: ScreenPanel
  /// Whether that panel fills the screen.
  var isZoomed = false
  /// What the rows that are shown have in their names; empty for all rows.
  var search = ""
  /// Nil where the cursor is on the first row, whichever that is.
  var selectedRow: SelectedRow?
  /// The rows that were marked, to filter by all of them.
  var marks: [SelectedRow] = []

  init(_ panel: ScreenPanel) {
    self.panel = panel
  }

  /// Goes to another panel, all of whose rows are shown then.
  mutating func move(to panel: ScreenPanel) {
    self.panel = panel
    search = ""
    selectedRow = nil
    marks = []
  }
}
