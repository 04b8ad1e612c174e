import CellCanvas
import PlaybackFacts
import QueryCore
import TextAndBytes

/// The countries in the order of their ranking, in as many columns as fit: down the first one, then down the next.
struct CountryList: RankedList {
  let heading = "Country"
  /// All countries; nil before they are known.
  var ranking: Snapshot.Ranking?
  /// The rows as they are shown.
  var rows: [Snapshot.Row] = []
  let measure: Measure
  var names = ValueNames()
  /// The place of the cursor.
  var cursor: Int?
  /// What rows are searched for; empty for all.
  var search = ""
  var sort: RowSort?
  var isComparing = true
  var isCollected = true
  var isFocused = false
  var symbols = Symbols.blocks

  /// The columns that one country needs, with the blanks after it, and with its share.
  private static let columnWidth = (least: 37, withShare: 48)
  private static let gap = 2

  /// Where rows are in an area.
  struct Places {
    /// The columns, without their heading.
    let columns: [Rect]
    /// The rows of each column.
    let height: Int

    /// Finds room for so many rows: in as many columns as fit, of equal length where not all of it is needed.
    init(in rect: Rect, count: Int) {
      let body = rect.inset(left: FittingLine.gap)
      let wide = (body.width + CountryList.gap) / (CountryList.columnWidth.withShare + 2)
      let most =
        wide >= 3 ? wide : max(1, (body.width + CountryList.gap) / CountryList.columnWidth.least)
      let room = max(1, rect.height - (rect.height > 1 ? 1 : 0))
      height = min(room, max(1, (count + most - 1) / most))
      // All of a width, so that numbers stand at the same place in each.
      let width = (body.width + CountryList.gap) / most - CountryList.gap
      let rows = body.inset(top: rect.height > 1 ? 1 : 0)
      columns = (0..<most).map { column in
        Rect(
          x: rows.x + column * (width + CountryList.gap),
          y: rows.y,
          width: width,
          height: rows.height
        )
      }
    }

    /// The first row of the page that a row is on.
    func firstRow(showing row: Int) -> Int {
      let page = height * columns.count
      return max(0, row) / page * page
    }
  }

  func rowPlaces(in rect: Rect) -> RowPlaces {
    let places = Places(in: rect, count: rows.count)
    return RowPlaces(
      columns: places.columns,
      height: places.height,
      first: places.firstRow(showing: cursor ?? 0),
      count: rows.count
    )
  }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    guard !rect.isEmpty else { return }
    let places = Places(in: rect, count: rows.count)
    let first = places.firstRow(showing: cursor ?? 0)
    let highest = rows.compactMap(\.value).max() ?? 0
    for (column, area) in places.columns.enumerated() {
      let start = first + column * places.height
      guard column == 0 || start < rows.count else { break }
      let local = cursor.map { $0 - start }.flatMap { (0..<places.height).contains($0) ? $0 : nil }
      let table = DataTable(
        columns: columns(isFirst: column == 0, in: area.width),
        count: max(0, min(places.height, rows.count - start)),
        selected: local,
        symbols: symbols,
        share: { index in
          let row = rows[start + index]
          return DataTable.Share(
            of: row.value,
            previous: isComparing ? row.previous : nil,
            upTo: highest
          )
        },
        fields: { fields(of: rows[start + $0], upTo: highest, in: area.width) }
      )
      let whole = area.y > rect.y ? area.inset(top: -1) : area
      canvas.draw(table, in: whole)
      if isFocused, let local {
        let x = area.x - FittingLine.gap
        canvas.put(symbols.pointer, x: x, y: area.y + local, style: .accent)
      }
    }
    drawHeading(first, places, in: rect, on: &canvas)
    if rows.isEmpty {
      canvas.draw(TextLine(nothing, .dim), in: places.columns[0].row(0))
    }
  }

  /// A click on a heading sorts by its column, in whichever part of the list.
  func command(atX x: Int, y: Int, in rect: Rect) -> Command? {
    guard sort != nil, rect.height > 1 else { return nil }
    for (column, area) in Places(in: rect, count: rows.count).columns.enumerated() {
      let headings = DataTable(
        columns: columns(isFirst: column == 0, in: area.width),
        count: 0
      ) { _ in [] }
      let name = headings.columnName(atX: x, y: y, in: area.inset(top: -1))
      if let name { return .sort(by: name) }
    }
    return nil
  }

  private func drawHeading(
    _ first: Int,
    _ places: Places,
    in rect: Rect,
    on canvas: inout Canvas
  ) {
    guard rect.height > 1 else { return }
    drawSigns(in: rect, on: &canvas)
    let page = places.height * places.columns.count
    guard rows.count > page, let last = places.columns.last, places.columns.count > 1 else {
      return
    }
    // Which of them are on this page, in place of the heading of the last column's names.
    let part = "\(first + 1)–\(min(first + page, rows.count)) of \(rows.count)"
    canvas.write(part, x: last.x, y: rect.y, width: 14, style: .dim)
  }

  private func columns(isFirst: Bool, in width: Int) -> [DataTable.Column] {
    func marked(_ text: String, _ column: RowSort.Column) -> String {
      sort.map { $0.heading(text, of: column, symbols) } ?? text
    }
    let count = ranking.map { search.isEmpty ? " \($0.count)" : " \(rows.count) of \($0.count)" }
    let title = isFirst ? marked("Country\(count ?? "")", .name) : ""
    let change = DataTable.Column(
      marked("change", .change),
      .fixed(9).optional(rank: 2),
      .right,
      name: RowSort.Column.change.title
    )
    let byValue = RowSort.Column.value.title
    let share = DataTable.Column("share", .fixed(7), .right, name: byValue)
    let value = marked(measure.title.lowercased(), .value)
    return [
      DataTable.Column(title, .flexible(min: 10), name: RowSort.Column.name.title),
      DataTable.Column(value, .fixed(8), .right, name: byValue),
    ] + (hasShares(in: width) ? [share] : []) + (isComparing ? [change] : [])
  }

  /// Whole names come before shares.
  private func hasShares(in width: Int) -> Bool { isShared && width >= Self.columnWidth.withShare }

  private var isShared: Bool { measure.isAdditive && (ranking?.total ?? 0) > 0 }

  private func fields(
    of row: Snapshot.Row,
    upTo highest: Double,
    in width: Int
  ) -> [DataTable.Field] {
    let value = row.value.map { NumberText.aligned($0, measure, width: 8, upTo: highest) }
    return [
      .text(names[row.dimensionValue, in: .country]),
      .text(value ?? NumberText.noData),
    ] + (hasShares(in: width) ? [.share(row.value, of: ranking?.total ?? 0)] : [])
      + (isComparing ? [.change(from: row.previous, to: row.value, of: measure, symbols)] : [])
  }
}
