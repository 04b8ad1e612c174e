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

@Suite("Bar")
struct BarTests {
  @Test(
    "a bar is drawn in eighths",
    arguments: [
      (1.0, "████"), (0.5, "██  "), (0.28, "█▏  "), (0.001, "▏   "), (0, "    "), (-1, "    "),
      (.nan, "    "), (.infinity, "████"), (7, "████"),
    ]
  )
  func fractions(fraction: Double, line: String) {
    #expect(lines(4, 1, Bar(fraction)) == [line])
  }

  @Test func `ASCII has halves at least`() {
    #expect(lines(4, 1, Bar(0.63, symbols: .ascii)) == ["==- "])
    #expect(lines(4, 1, Bar(0.01, symbols: .ascii)) == ["-   "])
  }
}

@Suite("Sparkline")
struct SparklineTests {
  @Test func `values are scaled to the highest`() {
    #expect(lines(9, 1, Sparkline([0, 1, 2, 3, 4, 5, 6, 7, 8])) == ["▁▁▂▃▄▅▆▇█"])
  }

  @Test func `a missing value is a gap, a zero is not`() {
    #expect(lines(4, 1, Sparkline([8, nil, 0, 4])) == ["█ ▁▄"])
  }

  @Test func `peaks survive when there are more values than columns`() {
    #expect(lines(3, 1, Sparkline([1, 8, 1, 1, nil, 4])) == ["█▁▄"])
  }

  @Test func `few values are stretched`() {
    #expect(lines(4, 1, Sparkline([4, 8])) == ["▄▄██"])
  }

  @Test func `two rows have sixteen levels`() {
    #expect(lines(3, 2, Sparkline([4, 12, 16])) == [" ▄█", "▄██"])
  }

  @Test(
    "odd values do no harm",
    arguments: [
      ([], "   "), ([nil, nil, nil], "   "), ([0, 0, 0], "▁▁▁"), ([.nan, .infinity, 1], "  █"),
      ([-5, -1, 0], "▁▁▁"),
    ] as [([Double?], String)]
  )
  func odd(values: [Double?], line: String) {
    #expect(lines(3, 1, Sparkline(values)) == [line])
  }

  @Test func `braille has two values in a cell`() {
    #expect(lines(3, 1, Sparkline([1, 2, 3, 4, nil, 0], symbols: .braille)) == ["⣠⣾⢀"])
  }

  @Test func `a maximum makes sparklines comparable`() {
    #expect(lines(2, 1, Sparkline([4, 16], maximum: 8)) == ["▄█"])
  }
}

@Suite("Data table")
struct DataTableTests {
  private let rows: [[DataTable.Field]] = [
    [.text("France"), .text("40.1 k"), .bar(1)], [.text("Germany"), .text("18.9 k"), .bar(0.5)],
    [.text("Österreich"), .runs([TextRun("9 "), TextRun("k")]), .sparkline([1, 2])],
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
        "France   40.1 k ████",
        "Germany  18.9 k ██  ",
        "Österre…    9 k ▄▄██",
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
