import CellCanvas

/// A view of rows that knows where each of them is: clicks and marks go by it.
protocol RowsView: View {
  /// Where the rows are that are shown in an area.
  func rowPlaces(in rect: Rect) -> RowPlaces
}

/// Where the rows of a list are: down one column, then down the next.
struct RowPlaces: Hashable, Sendable {
  /// The columns, without their headings, from left to right.
  let columns: [Rect]
  /// How many rows each column has room for.
  let height: Int
  /// The row that stands first.
  let first: Int
  /// How many rows there are, with those that are not shown.
  let count: Int

  /// The rows that are shown.
  var shown: Range<Int> {
    let first = min(max(0, first), count)
    return first..<min(count, first + height * columns.count)
  }

  /// The row at a cell; nil where there is none.
  func row(atX x: Int, y: Int) -> Int? {
    guard let column = columns.firstIndex(where: { $0.contains(x: x, y: y) }) else { return nil }
    let line = y - columns[column].y
    let row = first + column * height + line
    return line < height && shown.contains(row) ? row : nil
  }

  /// The cells of a row; nil where it is not shown.
  func area(of row: Int) -> Rect? {
    guard shown.contains(row) else { return nil }
    let (column, line) = (row - first).quotientAndRemainder(dividingBy: height)
    let area = columns[column].row(line)
    return area.isEmpty ? nil : area
  }
}

extension RowPlaces {
  /// The places of a list that is one column below one heading, with its cursor in the middle where that can be.
  init(of count: Int, cursor: Int?, in area: Rect) {
    let rows = area.inset(top: 1)
    self.init(
      columns: [rows],
      height: rows.height,
      first: RankingPanel.firstRow(of: count, cursor: cursor ?? 0, in: area),
      count: count
    )
  }
}
