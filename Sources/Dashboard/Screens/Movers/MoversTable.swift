import CellCanvas
import PlaybackFacts
import QueryCore
import TextAndBytes

/// The number with its change, and below it the values that moved it.
struct MoversTable: View {
  let measure: Measure
  /// Nil before there is an answer.
  var movers: Movers?
  /// The rows as they are shown.
  var rows: [Movers.Row] = []
  /// What stands in place of rows.
  var nothing = ""
  /// The interval that is looked at, such as `Mon 13 May 14:00`; nil for the whole time.
  var interval: String?
  /// How to get back from it to the whole time.
  var hint: String?
  /// What follows "vs"; nil where nothing is compared.
  var comparison: String?
  var names = ValueNames()
  /// The place of the cursor.
  var cursor = 0
  var isFocused = false
  var symbols = Symbols.blocks

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let right = interval == nil || rect.width < 100 ? [] : hint.map { [TextRun($0, .dim)] } ?? []
    canvas.draw(Panel(title: title, right: right, isFocused: isFocused, symbols: symbols), in: rect)
    let area = Self.list(in: rect)
    guard !area.isEmpty else { return }
    guard !rows.isEmpty else {
      for (index, line) in nothing.lines(in: min(area.width, 76)).enumerated() {
        canvas.draw(TextLine(line, .dim), in: area.row(index))
      }
      return
    }
    let first = RankingPanel.firstRow(of: rows.count, cursor: cursor, in: area)
    let highest = Highest(rows)
    let table = DataTable(
      columns: columns(in: area.width),
      count: rows.count,
      firstRow: first,
      selected: cursor,
      symbols: symbols
    ) { index in
      fields(of: rows[index], highest)
    }
    canvas.draw(table, in: area)
    if isFocused, area.height > 1 {
      let row = rect.row(area.y - rect.y + cursor - first + 1)
      canvas.draw(TextLine("\(symbols.pointer)", .accent), in: row)
    }
    if area.maxY < rect.maxY, rows.contains(where: \.isNoise) {
      let row = rect.row(rect.height - 1).inset(left: FittingLine.gap)
      canvas.draw(TextLine("what chance alone may do is dimmed, and comes last", .dim), in: row)
    }
  }

  /// Where rows are with their heading.
  private static func list(in rect: Rect) -> Rect {
    rect.inset(
      left: FittingLine.gap,
      top: rect.height > 12 ? 2 : 1,
      bottom: rect.height > 8 ? 1 : 0
    )
  }

  /// The row at a place of the screen; nil where there is none.
  static func row(atY y: Int, in rect: Rect, count: Int, cursor: Int) -> Int? {
    let area = list(in: rect)
    let row = RankingPanel.firstRow(of: count, cursor: cursor, in: area) + y - area.y - 1
    return y > area.y && row < count ? row : nil
  }

  private var title: [TextRun] {
    let versus = comparison.map { [TextRun("  vs \($0)", .dim)] } ?? []
    let of = interval.map { [TextRun("at \($0)  ", .accent)] } ?? []
    guard let movers else {
      return [TextRun("Who moved \(measure.title)  ", .title)] + of + versus
    }
    let (now, before) = (movers.now.value, movers.before.value)
    let change = Change(from: before, to: now, of: measure).map {
      [TextRun("  \($0.text(symbols))", $0.style)]
    }
    return [
      TextRun("Who moved \(measure.title)  ", .title)
    ] + of + [
      TextRun(text(now), .title), TextRun("  before ", .dim), TextRun(text(before)),
    ] + (change ?? []) + versus
  }

  // MARK: - Columns

  /// Names get what they take, as far as half of the width goes; bars have what is left.
  private func columns(in width: Int) -> [DataTable.Column] {
    let names = rows.map { DataTable.Field.runs(name(of: $0)).columns }.max() ?? 0
    let isWide = width >= 90
    return [
      DataTable.Column(
        "Value",
        .flexible(min: 20, weight: 50, upTo: min(max(names, 20), max(20, width / 2)))
      ),
      DataTable.Column("now", .fixed(8).optional(rank: 3), .right),
      DataTable.Column("before", .fixed(8).optional(rank: 4), .right),
      DataTable.Column("moved it by", .fixed(isWide ? 12 : 11), .right),
      DataTable.Column("of change", .fixed(isWide ? 10 : 9).optional(rank: 2), .right),
      DataTable.Column("n", .fixed(7).optional(rank: 5), .right),
      DataTable.Column("", .flexible(min: 14, weight: 1, upTo: 60).optional(rank: 6)),
    ]
  }

  /// The highest of each column, whichever rows are on the screen.
  private struct Highest {
    let value: Double
    let contribution: Double
    let sampleSize: Double

    init(_ rows: [Movers.Row]) {
      value = rows.map { max($0.now.value, $0.before.value) }.max() ?? 0
      contribution = rows.map { abs($0.contribution) }.max() ?? 0
      sampleSize = rows.map(\.now.sampleSize).max() ?? 0
    }
  }

  private func fields(of row: Movers.Row, _ highest: Highest) -> [DataTable.Field] {
    let quiet: Style? = row.isNoise ? .dim : nil
    func number(_ figure: Movers.Side, _ style: Style) -> DataTable.Field {
      // Without samples there is no rate and no average.
      guard figure.sampleSize > 0 || measure.isAdditive else {
        return .text(NumberText.noData, .dim)
      }
      let text = NumberText.aligned(figure.value, measure, width: 8, upTo: highest.value)
      return .text(text, quiet ?? style)
    }
    let n = NumberText.aligned(row.now.sampleSize, .plays, width: 7, upTo: highest.sampleSize)
    let share = (isChanceAlone ? nil : movers?.share(of: row)).map { share in
      abs(share) < 9.995 ? "\(sign(share))\(Numbers.fixed(abs(share) * 100, 1)) %" : "> 999 %"
    }
    return [
      .runs(name(of: row)), number(row.now, .text), number(row.before, .dim),
      .text(contribution(row.contribution, upTo: highest.contribution), quiet ?? style(of: row)),
      .text(share ?? NumberText.noData, quiet ?? .text), .text(n, .dim),
      .thinBar(highest.contribution > 0 ? abs(row.contribution) / highest.contribution : 0),
    ]
  }

  /// Whether the change as a whole may be chance: shares of it would be of next to nothing.
  private var isChanceAlone: Bool {
    guard let movers, measure.isMoreBetter != nil else { return false }
    return Change(from: movers.before.value, to: movers.now.value, of: measure)?.verdict == .neutral
  }

  /// `country FR France`, `country FR × device phone`.
  private func name(of row: Movers.Row) -> [TextRun] {
    let times = symbols.family == .ascii ? " x " : " × "
    return row.values.enumerated().flatMap { index, value in
      [
        TextRun("\(index == 0 ? "" : times)\(value.dimension.title) ", .dim),
        TextRun(
          names.name(of: value.value, in: value.dimension, isShort: row.values.count > 1),
          row.isNoise ? .dim : .text
        ),
      ]
    }
  }

  /// By how much a row moved the number, with its sign.
  private func contribution(_ value: Double, upTo highest: Double) -> String {
    if measure.unit == .ratio { return "\(sign(value))\(Numbers.fixed(abs(value) * 100, 2)) pt" }
    return sign(value) + NumberText.aligned(abs(value), measure, width: 9, upTo: highest)
  }

  private func sign(_ value: Double) -> String {
    value < 0 ? (symbols.family == .ascii ? "-" : "−") : "+"
  }

  /// What the contribution means for whoever runs the players.
  private func style(of row: Movers.Row) -> Style {
    guard let isMoreBetter = measure.isMoreBetter else { return .text }
    return (row.contribution > 0) == isMoreBetter ? .good : .warn
  }

  private func text(_ value: Double) -> String { NumberText.text(value, measure.unit) }
}
