import CellCanvas

/// A list of the values of a dimension: what it says where there are no rows, and its signs.
protocol RankedList: LinkedView, RowsView {
  /// What stands above the names.
  var heading: String { get }
  /// All values; nil before they are known.
  var ranking: Snapshot.Ranking? { get }
  /// What names are searched for; empty for all.
  var search: String { get }
  /// Whether a collector ran in the time that the rows are of; true where that is not known.
  var isCollected: Bool { get }
  var isFocused: Bool { get }
  var symbols: Symbols { get }
}

extension RankedList {
  /// What stands in place of rows.
  var nothing: String {
    guard ranking != nil else { return NumberText.unknown }
    guard search.isEmpty else {
      return "\(NumberText.noData) nothing with '\(search.scrubbed)' in its name"
    }
    return "\(NumberText.noData) \(isCollected ? "none in this time" : "not collected")"
  }

  /// Marks the panel with the focus, its title and the row under the cursor.
  func drawSigns(cursor: Int? = nil, in rect: Rect, on canvas: inout Canvas) {
    guard rect.height > 1 else { return }
    let title = Rect(x: rect.x + FittingLine.gap, y: rect.y, width: heading.count, height: 1)
    canvas.restyle(title.intersection(rect)) { _ in .title }
    guard isFocused else { return }
    canvas.draw(TextLine("\(symbols.pointer)", .accent), in: rect.row(0))
    if let cursor { canvas.draw(TextLine("\(symbols.pointer)", .accent), in: rect.row(cursor)) }
  }
}

extension DataTable.Share {
  /// How far a row with a value is tinted: the highest value tints its whole row; nil where all are 0.
  init?(of value: Double?, previous: Double?, upTo highest: Double) {
    guard highest > 0 else { return nil }
    self.init((value ?? 0) / highest, comparison: previous.map { $0 / highest })
  }
}
