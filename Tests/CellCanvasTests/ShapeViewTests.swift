import CellCanvas
import Testing

private func canvas(_ width: Int, _ height: Int, _ view: some View, color: Bool = true) -> Canvas {
  var canvas = Canvas(size: Size(width: width, height: height), hasColor: color)
  canvas.draw(view, in: canvas.bounds)
  return canvas
}

@Suite("Trend")
struct TrendTests {
  @Test func `zero is the lowest level and a gap is blank`() {
    #expect(canvas(3, 1, Trend([0, 0, nil, nil, 1, 0])).lines == ["⣀ ⣇"])
    #expect(
      canvas(4, 1, Trend([0, nil, 0.5, 1], symbols: .ascii)).lines == ["_ =#"]
    )
  }

  @Test func `the open interval has a cell of its own`() {
    let drawn = canvas(3, 1, Trend([1, 1, 1, 1, 0], lastIsOpen: true))

    #expect(drawn.lines == ["⣿⣿⣀"])
    #expect(drawn[x: 2, y: 0]?.style == Style(.barTop, .dim))
    #expect(drawn[x: 1, y: 0]?.style == Style(.barTop))
  }

  @Test func `more values than points are shown by their means`() {
    // A peak of 8 among zeros is a quarter of the four eights.
    #expect(
      canvas(2, 1, Trend([8, 0, 0, 0, 8, 8, 8, 8], symbols: .ascii)).lines == [":#"]
    )
  }

  @Test func `fewer values are stretched evenly, up to the right edge`() {
    #expect(canvas(4, 1, Trend([1, 0])).lines == ["⣿⣿⣀⣀"])
    #expect(canvas(4, 1, Trend([1, 0, 1])).lines == [" ⣿⣀⣿"])
    #expect(Trend.capacity(in: 10, lastIsOpen: false, .blocks) == 20)
    #expect(Trend.capacity(in: 10, lastIsOpen: true, .ascii) == 10)
  }

  @Test func `the cursor marks one cell`() {
    let drawn = canvas(2, 1, Trend([1, 1, 1, 1], cursor: 1))

    #expect(drawn[x: 0, y: 0]?.style == Style(.accent, .reverse))
    #expect(drawn[x: 1, y: 0]?.style == Style(.barTop))
  }
}

@Suite("Shares of rows")
struct ShareTests {
  @Test func `a share tints the row below its text, every other row differently`() {
    var canvas = Canvas(size: Size(width: 10, height: 2))
    for row in 0..<2 {
      canvas.write("France 42", x: 0, y: row, style: .title)
      canvas.draw(RowShare(0.5, row: row), in: canvas.bounds.row(row))
    }

    #expect(canvas.lines == ["France 42 ", "France 42 "])
    #expect(canvas[x: 4, y: 0]?.style == Style(.title, on: .share))
    #expect(canvas[x: 4, y: 1]?.style == Style(.title, on: .shareBetween))
    #expect(canvas[x: 5, y: 0]?.style == .title)
  }

  @Test func `what is above nothing tints a cell`() {
    let drawn = canvas(10, 1, RowShare(0.001, row: 0))

    #expect(drawn[x: 0, y: 0]?.style.ground == .share)
    #expect(canvas(10, 1, RowShare(0, row: 0))[x: 0, y: 0] == .blank)
  }

  @Test func `the comparison is a mark that hides no text`() {
    var canvas = Canvas(size: Size(width: 10, height: 1))
    canvas.write("abc", x: 0, y: 0)
    canvas.draw(RowShare(0.8, comparison: 0.1, row: 0), in: canvas.bounds)
    canvas.draw(RowShare(0.8, comparison: 0.5, row: 0), in: canvas.bounds)

    #expect(canvas.lines == ["abc  │    "])
    #expect(canvas[x: 5, y: 0]?.style == Style(.comparison, on: .share))
  }

  @Test(
    "a thin bar ends at half a cell and has a mark",
    arguments: [
      (0.5, nil, "━━━━    "), (0.44, nil, "━━━╸    "), (0.01, nil, "╸       "),
      (0, nil, "        "),
      (0.5, 0.8, "━━━━  │ "), (1, 0.25, "━━┿━━━━━"), (.nan, .nan, "│       "), (7, 7, "━━━━━━━┿"),
    ] as [(Double, Double?, String)]
  )
  func thin(fraction: Double, comparison: Double?, line: String) {
    #expect(canvas(8, 1, ThinBar(fraction, comparison: comparison)).lines == [line])
  }

  @Test func `a table tints its rows`() {
    let table = DataTable(
      columns: [.init("Country", .flexible()), .init("", .fixed(4)), .init("", .fixed(2))],
      count: 2,
      share: { .init($0 == 0 ? 1 : 0.5) },
      fields: { _ in [.text("x"), .thinBar(0.5, comparison: 1), .trend([0, 0, 1, 1])] }
    )
    let drawn = canvas(20, 3, table)

    #expect(drawn.lines[1].hasSuffix(" ━━ │ ⣀⣿"))
    #expect(drawn[x: 19, y: 1]?.style.ground == .share)
    #expect(drawn[x: 9, y: 2]?.style.ground == .shareBetween)
    #expect(drawn[x: 10, y: 2]?.style.ground == nil)
  }

  @Test func `a ground without colour is underlined or reversed`() {
    #expect(Palette.mono[Style(.text, on: .share)] == Look(attributes: .underline))
    #expect(Palette.mono[Style(.comparison, on: .bar)] == Look(attributes: [.bold, .reverse]))
  }

  @Test func `a ground with a colour is the background`() {
    let palette = Palette(
      depth: .sixteen,
      looks: [.bar: Look(foreground: 4), .text: Look(foreground: 7, background: 0)]
    )

    #expect(palette[Style(.text, on: .bar)] == Look(foreground: 7, background: 4))
    #expect(palette[.text] == Look(foreground: 7, background: 0))
  }
}

@Suite("Small multiples")
struct SmallMultiplesTests {
  private let items = [
    SmallMultiples.Item("Plays", value: "138", [0, 1, 2, 3], range: "0–3"),
    SmallMultiples.Item("Error rate", value: "2.0 %", [nil, 0, 1, nil], range: "0–6 %"),
  ]

  @Test func `each has label, value, shape and range on one time axis`() {
    let view = SmallMultiples(items, labels: [.init(at: 0, "15"), .init(at: 2, "17")])
    let drawn = canvas(50, 4, view)

    #expect(drawn.lines[0].hasPrefix("Plays        138 "))
    #expect(drawn.lines[0].hasSuffix(" 0–3  "))
    #expect(drawn.lines[2].hasPrefix("Error rate 2.0 % "))
    #expect(drawn.lines[3].contains("15"))
  }

  @Test func `one cursor reads all of them`() {
    let view = SmallMultiples(items, cursor: 2)
    let drawn = canvas(50, 3, view)
    let reversed = [0, 2].map { y in
      (0..<50).filter { drawn[x: $0, y: y]?.style.role == .accent }
    }

    #expect(reversed[0].count == 1 && reversed[0] == reversed[1])
  }

  @Test func `rows and columns know what they show`() {
    let view = SmallMultiples(items)
    let rect = Rect(x: 0, y: 0, width: 50, height: 3)

    #expect(view.item(atRow: 0, in: rect) == 0)
    #expect(view.item(atRow: 2, in: rect) == 1)
    #expect(view.item(atRow: 9, in: rect) == nil)
    #expect(view.interval(atColumn: 0, in: rect) == nil)
    #expect(view.interval(atColumn: 42, in: rect) == 3)
  }
}

@Suite("Heatmap")
struct HeatmapTests {
  private func heatmap(
    cursor: (row: Int, column: Int)? = nil,
    symbols: Symbols = .blocks
  ) -> Heatmap {
    Heatmap(
      rows: [("Mon", [0, 100, 250, nil]), ("Tue", [399, 400, 450, 500])],
      headings: [.init(at: 0, "00"), .init(at: 2, "12")],
      cursor: cursor,
      isIntegral: true,
      symbols: symbols
    ) { "\(Int($0))" }
  }

  @Test func `five shades from 0, and blanks where nothing was measured`() {
    let drawn = canvas(8, 3, heatmap(), color: false)

    #expect(drawn.lines == ["    00  ", "Mon ·░▒ ", "Tue ▓███"])
  }

  @Test func `the legend has a value at every step`() {
    let plain = Canvas(size: Size(width: 1, height: 1), hasColor: false)
    let words = heatmap().legend(on: plain).map(\.text).joined()

    #expect(words == "·· 0  ░░ 100  ▒▒ 200  ▓▓ 300  ██ 400")
  }

  @Test func `in colour the shades are colours`() {
    let drawn = canvas(8, 3, heatmap())

    #expect(Set((4..<8).compactMap { drawn[x: $0, y: 2]?.scalar }) == ["█"])
    #expect(drawn[x: 4, y: 1]?.style.role == .gradient1)
    #expect(drawn[x: 7, y: 2]?.style.role == .gradient8)
  }

  @Test func `the cursor marks a cell, and a place knows its cell`() {
    let rect = Rect(x: 0, y: 0, width: 12, height: 3)
    let drawn = canvas(12, 3, heatmap(cursor: (1, 1)), color: false)

    #expect(drawn.lines[2] == "Tue ▓▓[]████")
    let cell = heatmap().cell(atColumn: 7, row: 2, in: rect)
    #expect(cell?.row == 1 && cell?.column == 1)
    #expect(heatmap().cell(atColumn: 3, row: 2, in: rect) == nil)
  }
}

@Suite("Histogram")
struct HistogramTests {
  @Test func `buckets are columns and percentiles are marked where they are`() {
    let view = Histogram(
      edges: [1, 10, 100, 1000],
      counts: [4, 8, 2],
      marks: [.init(10, "p50 10"), .init(500, "p95 500")]
    ) { "\(Int($0))" }
    let drawn = canvas(32, 10, view)

    #expect(drawn.lines[0].contains("p50 10"))
    #expect(drawn.lines[1].contains("p95 500"))
    #expect(drawn.lines.last?.contains("100") ?? false)
    let mark = drawn.lines[0].prefix { $0 == " " }.count
    #expect(drawn[x: mark, y: 1]?.scalar == "│")
  }

  @Test func `more buckets than columns are joined, and none is lost`() {
    let edges = (0...200).map { Double(1 + $0) }
    let view = Histogram(edges: edges, counts: Array(repeating: 1, count: 200)) { "\(Int($0))" }
    let drawn = canvas(60, 8, view)

    // 200 buckets in 52 columns: four to a column.
    #expect(drawn.lines[0].first == "4")
  }
}

@Suite("Big digits")
struct BigDigitsTests {
  @Test func `a number is three rows high`() {
    #expect(canvas(9, 3, BigDigits("18")).lines == [" ▄█  █▀▀█", "  █  █▀▀█", " ▄█▄ █▄▄█"])
  }

  @Test func `what doesn't fit is written small`() {
    #expect(canvas(8, 3, BigDigits("128.4 k")).lines == ["        ", "128.4 k ", "        "])
    #expect(canvas(30, 1, BigDigits("12")).lines[0].hasPrefix("12 "))
  }

  @Test func `twice as large is twice as high and wide, in the same shape`() {
    let digits = BigDigits("1.4", scale: 2)
    #expect(digits.width == 2 * BigDigits("1.4").width && digits.height == 6)

    let small = canvas(11, 3, BigDigits("1.4")).lines.map(Array.init)
    let large = canvas(22, 6, digits).lines.map(Array.init)

    // What is upper in a row is two half rows, and so a whole one.
    for (y, line) in small.enumerated() {
      for (x, glyph) in line.enumerated() {
        let upper = glyph == "█" || glyph == "▀"
        let lower = glyph == "█" || glyph == "▄"
        for column in [2 * x, 2 * x + 1] {
          #expect(large[2 * y][column] == (upper ? "█" : " "))
          #expect(large[2 * y + 1][column] == (lower ? "█" : " "))
        }
      }
    }
    #expect(canvas(21, 6, digits).lines.allSatisfy { !$0.contains("█") })
    #expect(canvas(30, 3, BigDigits("12", symbols: .ascii)).lines[1].hasPrefix("12 "))
  }

  @Test func `all digits and signs differ and are equally high`() {
    let texts = "0123456789.,:-+=%?kMmshd▲▼".map { String($0) }
    let drawn = texts.map { canvas(6, 3, BigDigits($0)).lines }

    #expect(Set(drawn).count == texts.count)
  }
}
