import CellCanvas
import Testing

@Suite("Line chart")
struct LineChartTests {
  private func chart(
    _ series: [LineChart.Series],
    labels: [LineChart.Label] = [],
    lastIsOpen: Bool = false,
    cursor: Int? = nil,
    symbols: Symbols = .blocks
  ) -> LineChart {
    LineChart(
      series,
      labels: labels,
      lastIsOpen: lastIsOpen,
      cursor: cursor,
      isIntegral: true,
      symbols: symbols
    ) { "\(Int($0))" }
  }

  @Test func `columns grow between labelled axes`() {
    let chart = chart(
      [.init([0, 1, 2, 3, 4, 5, 6, 7, 8, 10])],
      labels: [.init(at: 0, "Mon"), .init(at: 5, "Tue")]
    )

    #expect(
      lines(14, 7, chart) == [
        "10 ┤         █",
        "   │       ▄██",
        " 5 ┤     ▄████",
        "   │   ▄██████",
        "   │▁▄████████",
        " 0 ┼┬────┬────",
        "    Mon  Tue  ",
      ]
    )
  }

  @Test func `lines have colours or dashes, and samples of them`() {
    let chart = chart([.init([2, 2, 2]), .init([0, 0, 0])], symbols: .braille)
    func draw(hasColor: Bool) -> (lines: [String], samples: [String]) {
      var canvas = Canvas(size: Size(width: 6, height: 2), hasColor: hasColor)
      canvas.draw(chart, in: canvas.bounds)
      let samples = (0..<5).map { LineChart.sample(of: $0, .braille, on: canvas) }
      return (canvas.lines, samples)
    }

    let (colored, plain) = (draw(hasColor: true), draw(hasColor: false))

    #expect(colored.lines == [" ⠉⠉⠉⠉⠁", " ⣀⣀⣀⣀⡀"])
    #expect(Set(colored.samples) == ["──"])
    #expect(plain.lines == [" ⠉⠉⠉⠉⠁", " ⣀⣀ ⣀⡀"])
    #expect(Set(plain.samples).count == 5)
  }

  @Test func `dashes leave out nothing that stands alone`() {
    let values: [Double?] = [1, nil, 2, nil, 3, nil, 4, nil]
    let series = (0..<5).map { LineChart.Series($0 == 4 ? values : [], style: .series($0)) }
    var canvas = Canvas(size: Size(width: 16, height: 4), hasColor: false)

    canvas.draw(chart(series, symbols: .braille), in: canvas.bounds)

    #expect(canvas.lines.joined().filter { $0 >= "\u{2801}" && $0 <= "\u{28FF}" }.count == 4)
  }

  @Test func `an open interval that shares its column with others lies over them`() {
    let chart = chart([.init([1, 1, 1, 1, 1, 8, 2])], lastIsOpen: true)

    #expect(lines(2, 4, chart) == [" ▂", " █", " █", "▃▒"])
  }

  @Test func `a gap stays a gap and a zero is drawn`() {
    #expect(lines(4, 1, chart([.init([10, nil, 0, 5])])) == ["█ ▁▄"])
  }

  @Test func `the interval still open is shaded`() {
    #expect(lines(4, 2, chart([.init([10, 10, 10, 5])], lastIsOpen: true)) == ["███ ", "███▒"])
  }

  @Test func `the compared period lies behind, and is cut out of full columns`() {
    let chart = chart([
      .init([10, 10, 0, 0]), .init([4, 4, 4, 4], style: .dim, isCompared: true),
    ])
    var canvas = Canvas(size: Size(width: 4, height: 3))

    canvas.draw(chart, in: canvas.bounds)

    #expect(canvas.lines == ["██  ", "┄┄┄┄", "██▁▁"])
    #expect(canvas[x: 1, y: 1]?.style == Style(.series1, .reverse))
    #expect(canvas[x: 2, y: 1]?.style == .dim)
  }

  @Test func `braille joins points with a line and breaks it at a gap`() {
    let rising = chart([.init([0, 10])], symbols: .braille)
    let broken = chart([.init([10, nil, 10, 10])], symbols: .braille)

    #expect(lines(4, 2, rising) == ["  ⡰⠁", " ⡰⠁ "])
    #expect(lines(4, 1, broken) == ["⠈ ⠈⠉"])
  }

  @Test func `several series in blocks have a mark each`() {
    let chart = chart([.init([10, 10, 0, 0]), .init([0, 0, 10, 10], style: .series(1))])

    #expect(lines(4, 2, chart) == ["●●▪▪", "▪▪●●"])
  }

  @Test func `ASCII draws the same in ASCII`() {
    let chart = chart(
      [.init([0, 5, 10, 10])],
      labels: [.init(at: 0, "a")],
      lastIsOpen: true,
      symbols: .ascii
    )

    #expect(lines(12, 5, chart).allSatisfy { $0.allSatisfy(\.isASCII) })
  }

  @Test func `the cursor marks its interval on all rows`() {
    #expect(lines(4, 2, chart([.init([10, 0, 5, 0])], cursor: 1)) == ["█│  ", "█▁█▁"])
  }

  @Test func `labels that would overlap are left out, the last is moved inside`() {
    let chart = chart(
      [.init(Array(repeating: 1, count: 20))],
      labels: [.init(at: 0, "15:00"), .init(at: 3, "16:00"), .init(at: 18, "18:00")]
    )

    #expect(
      lines(23, 4, chart).suffix(2) == ["0 ┼┬─────────────────┬─", "   15:00          18:00"]
    )
  }

  @Test(
    "values that cannot be drawn are gaps",
    arguments: [
      [.nan, .infinity, -.infinity, 1], [nil, nil, nil, 1],
    ] as [[Double?]]
  )
  func odd(values: [Double?]) {
    #expect(lines(4, 1, chart([.init(values)])) == ["   █"])
  }

  @Test func `columns of negative values rise from the lowest tick`() {
    #expect(lines(2, 2, chart([.init([-1, 1])])) == [" ▄", "▄█"])
  }

  @Test func `a column knows its interval`() {
    let chart = chart([.init(Array(repeating: 5, count: 10))])
    let rect = Rect(x: 10, y: 0, width: 14, height: 7)

    #expect(chart.interval(atColumn: 12, in: rect) == nil)
    #expect(chart.interval(atColumn: 13, in: rect) == 0)
    #expect(chart.interval(atColumn: 23, in: rect) == 9)
    #expect(chart.interval(atColumn: 24, in: rect) == nil)
  }
}
