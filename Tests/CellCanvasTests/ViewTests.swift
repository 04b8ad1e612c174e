import CellCanvas
import Testing

/// What a view draws on an otherwise blank canvas.
func lines(_ width: Int, _ height: Int, _ view: some View) -> [String] {
  var canvas = Canvas(size: Size(width: width, height: height))
  canvas.draw(view, in: canvas.bounds)
  return canvas.lines
}

@Suite("Text line")
struct TextLineTests {
  @Test(
    "right runs keep their place, left ones are cut",
    arguments: [
      "LIVE  14:05:32", "LI… 14:05:32", " 14:05:32", "14:05:32", "14:0…", "…",
    ]
  )
  func widths(line: String) {
    #expect(
      lines(line.count, 1, TextLine([TextRun("LIVE")], right: [TextRun("14:05:32")])) == [line]
    )
  }

  @Test func `a run that is left out leaves an ellipsis`() {
    let line = TextLine([TextRun("ab"), TextRun("cd"), TextRun("ef")])

    #expect(lines(6, 1, line) == ["abcdef"])
    #expect(lines(5, 1, line) == ["abcd…"])
    #expect(lines(4, 1, line) == ["abc…"])
    #expect(lines(2, 1, line) == ["a…"])
  }
}

@Suite("Panel")
struct PanelTests {
  @Test func `focus is a sign, not only a colour`() {
    let title = [TextRun("Country", .title)]

    #expect(lines(12, 1, Panel(title: title)) == ["  Country   "])
    #expect(lines(12, 1, Panel(title: title, isFocused: true)) == ["▸ Country   "])
    #expect(lines(12, 1, Panel(title: title, isFocused: true, symbols: .ascii)) == ["> Country   "])
  }

  @Test func `the content begins below the title`() {
    #expect(
      Panel.content(of: Rect(x: 2, y: 3, width: 4, height: 5))
        == Rect(x: 2, y: 4, width: 4, height: 4)
    )
  }
}

@Suite("Data table")
struct DataTableTests {
  private let rows: [[DataTable.Field]] = [
    [.text("France"), .text("40.1 k"), .thinBar(1)], [.text("Germany"), .text("18.9 k"), .thinBar(0.5)],
    [.text("Österreich"), .runs([TextRun("9 "), TextRun("k")]), .trend([1, 2])],
  ]

  private func table(first: Int = 0, selected: Int? = nil) -> DataTable {
    DataTable(
      columns: [
        .init("Country", .flexible(min: 6)), .init("plays", .fixed(6), .right),
        .init("", .fixed(4).optional()),
      ],
      count: rows.count,
      firstRow: first,
      selected: selected
    ) { rows[$0] }
  }

  @Test func `columns are aligned below their heading`() {
    #expect(
      lines(20, 5, table()) == [
        "Country   plays     ",
        "France   40.1 k ━━━━",
        "Germany  18.9 k ━━  ",
        "Österre…    9 k ⣶⣶⣿⣿",
        "                    ",
      ]
    )
  }

  @Test func `an optional column vanishes`() {
    #expect(lines(14, 2, table()) == ["Country  plays", "France  40.1 k"])
  }

  @Test func `one row has no heading`() {
    #expect(lines(13, 1, table(first: 1)) == ["Germa… 18.9 k"])
  }

  @Test func `the selected row is marked over its whole width`() {
    var canvas = Canvas(size: Size(width: 16, height: 3))
    canvas.draw(table(selected: 1), in: canvas.bounds)

    #expect((0..<16).allSatisfy { canvas[x: $0, y: 2]?.style == .selection })
    #expect(canvas[x: 0, y: 1]?.style == .text)
  }

  @Test(
    "the first row moves as little as possible",
    arguments: [
      (0, 100, 11, 0, 0), (9, 100, 11, 0, 0), (10, 100, 11, 0, 1), (50, 100, 11, 0, 41),
      (45, 100, 11, 41, 41), (40, 100, 11, 41, 40), (99, 100, 11, 41, 90), (2, 3, 11, 2, 0),
      (0, 0, 11, 5, 0), (5, 10, 0, 0, 5),
    ]
  )
  func scrolling(selected: Int, count: Int, height: Int, before: Int, first: Int) {
    #expect(
      DataTable.firstRow(showing: selected, of: count, in: height, before: before) == first
    )
  }
}
