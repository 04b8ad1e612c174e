import CellCanvas
import PlaybackFacts
import QueryCore
import TextAndBytes

/// The values of a dimension, the highest first, with share, change and bar.
struct RankingPanel: RankedList {
  /// What stands above the names.
  var heading: String
  var dimension = Dimension.country
  /// What is counted.
  var measure = Measure.plays
  /// All values; nil before they are known.
  var ranking: Snapshot.Ranking?
  /// The rows as they are shown.
  var rows: [Snapshot.Row] = []
  var names = ValueNames()
  /// The place of the cursor; nil where it is in another panel.
  var cursor: Int?
  /// What rows are searched for; empty for all.
  var search = ""
  /// How rows are sorted; nil where they can't be.
  var sort: RowSort?
  /// When those watched who are listed; nil where rows are of a whole time.
  var moment: String?
  /// Whether numbers are compared.
  var isComparing = true
  /// Whether a collector ran in the time that the rows are of; true where that is not known.
  var isCollected = true
  var isFocused = false
  var symbols = Symbols.blocks

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let area = Self.body(of: rect)
    let first = Self.firstRow(of: rows.count, cursor: cursor ?? 0, in: area)
    canvas.draw(table(in: area), in: area)
    drawSigns(cursor: cursor.map { $0 - first + 1 }, in: rect, on: &canvas)
    if rows.isEmpty { canvas.draw(TextLine(nothing, .dim), in: area.row(1)) }
  }

  /// A click on a heading sorts by its column.
  func command(atX x: Int, y: Int, in rect: Rect) -> Command? {
    let area = Self.body(of: rect)
    return sort == nil
      ? nil : table(in: area).columnName(atX: x, y: y, in: area).map { .sort(by: $0) }
  }

  func rowPlaces(in rect: Rect) -> RowPlaces {
    RowPlaces(of: rows.count, cursor: cursor, in: Self.body(of: rect))
  }

  private func table(in area: Rect) -> DataTable {
    let total = ranking?.total ?? 0
    let highest = rows.compactMap(\.value).max() ?? 0
    let room = Room(self, highest: highest, in: area.width)
    return DataTable(
      columns: columns(room),
      count: rows.count,
      firstRow: Self.firstRow(of: rows.count, cursor: cursor ?? 0, in: area),
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
      fields: { fields(of: rows[$0], room, total: total, highest: highest) }
    )
  }

  /// Where the rows of a list are: behind the signs of focus and cursor.
  static func body(of rect: Rect) -> Rect { rect.inset(left: FittingLine.gap) }

  /// The row that a list shows first, below its heading: the cursor is in its middle where that can be.
  static func firstRow(of count: Int, cursor: Int, in area: Rect) -> Int {
    let visible = max(1, area.height - 1)
    return max(0, min(cursor - visible / 2, count - visible))
  }

  /// How many values there are, and of those how many are found.
  private var count: String? {
    ranking.map {
      search.isEmpty
        ? "\($0.count)" : "\(rows.count) of \($0.count) with '\(search.scrubbed)'"
    }
  }

  /// The columns of the longest name, whichever rows are on the screen.
  private var nameWidth: Int {
    (ranking?.rows ?? []).lazy.map { names[$0.dimensionValue, in: dimension] }.mostColumns
  }

  /// The columns that all of its names and numbers take, with the signs before them.
  var neededWidth: Int {
    let highest = (ranking?.rows ?? rows).compactMap(\.value).max() ?? 0
    return FittingLine.gap + Room(self, highest: highest, in: Self.anyWidth).needed
  }

  /// Wider than any terminal.
  private static let anyWidth = 1000

  /// What there is room for.
  ///
  /// Names get what they need. Where it is tight, the share goes before names are cut, and the change before
  /// little is left of them.
  private struct Room {
    let width: Int
    let name: Int
    let value: Int
    let change: Int
    let hasShare: Bool
    let hasChange: Bool

    var needed: Int { name + 1 + value + (hasShare ? 8 : 0) + (hasChange ? change + 1 : 0) }

    init(_ panel: RankingPanel, highest: Double, in width: Int) {
      self.width = width
      let sort = panel.sort
      let word = panel.valueTitle
      let numbers = RankingPanel.valueWidth(of: panel.measure, upTo: highest)
      let least = max(numbers, min(word.count, 11))
      value = max(least, sort == nil ? 0 : word.count + 2)
      change = sort == nil ? 8 : 9
      let title = CharacterWidth.columns(of: panel.title(in: width))
      let whole = max(panel.nameWidth, title)
      let beside = width - value - 1
      hasChange = panel.isComparing && beside - change - 1 >= min(whole, 12)
      let rest = beside - (hasChange ? change + 1 : 0)
      hasShare = rest - 8 >= min(whole, 20)
      name = min(whole, max(1, hasShare ? rest - 8 : rest))
    }
  }

  private var valueTitle: String { moment ?? measure.title.lowercased() }

  private func title(in width: Int) -> String {
    marked(width >= 32 ? count.map { "\(heading) \($0)" } ?? heading : heading, .name)
  }

  private func marked(_ text: String, _ column: RowSort.Column) -> String {
    sort.map { $0.heading(text, of: column, symbols) } ?? text
  }

  private func columns(_ room: Room) -> [DataTable.Column] {
    func column(
      _ title: String,
      _ width: Int,
      _ alignment: DataTable.Column.Alignment = .right,
      by sort: RowSort.Column
    ) -> DataTable.Column {
      DataTable.Column(title, .fixed(width), alignment, name: sort.title)
    }
    let share = column("share", 7, by: .value)
    let change = column(marked("change", .change), room.change, by: .change)
    return [
      column(title(in: room.width), room.name, .left, by: .name),
      column(marked(valueTitle, .value), room.value, by: .value),
    ] + (room.hasShare ? [share] : []) + (room.hasChange ? [change] : [])
  }

  private static func valueWidth(of measure: Measure, upTo highest: Double) -> Int {
    switch measure.unit {
    case .count, .viewers:
      highest >= 999.5 ? 7 : measure.computation == .averageConcurrency ? 5 : 3
    case .ratio, .milliseconds, .seconds: 8
    }
  }

  private func fields(
    of row: Snapshot.Row,
    _ room: Room,
    total: Double,
    highest: Double
  ) -> [DataTable.Field] {
    let width = Self.valueWidth(of: measure, upTo: highest)
    let value = row.value.map { NumberText.aligned($0, measure, width: width, upTo: highest) }
    // Parts of a rate add up to nothing: they have no shares.
    let whole = measure.isAdditive || moment != nil ? total : 0
    return [
      .text(names[row.dimensionValue, in: dimension]),
      .text(value ?? NumberText.noData + (highest >= 999.5 ? "  " : ""), .text),
    ] + (room.hasShare ? [.share(row.value, of: whole)] : [])
      + (room.hasChange
        ? [.change(from: row.previous, to: row.value, of: measure, symbols)] : [])
  }
}

extension RankingPanel {
  /// The ranking of a panel as its screen shows it.
  ///
  /// - Parameters:
  ///   - question: what the screen asks for the panel.
  ///   - rows: the rows as they are shown.
  ///   - sort: how these are sorted; nil where they can't be.
  ///   - context: the rest of the dashboard.
  init(
    _ question: RankingQuestion,
    _ rows: [Snapshot.Row],
    sort: RowSort?,
    _ context: ScreenContext
  ) {
    let panel = question.panel
    let ranking = context.snapshot?.ranking(of: panel)
    let dimension = ranking?.dimension ?? question.dimension
    let request = context.request
    self.init(
      heading: dimension.title.prefix(1).uppercased() + dimension.title.dropFirst(),
      dimension: dimension,
      measure: ranking?.measure ?? question.measure,
      ranking: ranking,
      rows: rows,
      names: context.names,
      cursor: context.cursorRow(in: panel, count: rows.count),
      search: context.search(in: panel),
      sort: sort,
      moment: question.isNow
        ? context.mode == .live
          ? "now" : "at \(TimeText.clock(context.zone.civil(request.slot)))" : nil,
      isComparing: request.isComparing,
      isCollected: context.snapshot.map { snapshot in
        question.isNow
          ? snapshot.data.isCollecting(at: request.slot)
          : snapshot.data.isCollected(request.window.timeframe)
      } ?? true,
      isFocused: context.focus.panel == panel,
      symbols: context.symbols
    )
  }
}
