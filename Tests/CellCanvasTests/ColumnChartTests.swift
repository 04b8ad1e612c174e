import CellCanvas
import Testing

@Suite("Column chart")
struct ColumnChartTests {
  private func chart(
    _ values: [Double?],
    comparison: [Double?] = [],
    labels: [AxisLabel] = [],
    lastIsOpen: Bool = false,
    cursor: Int? = nil,
    symbols: Symbols = .blocks
  ) -> ColumnChart {
    ColumnChart(
      values,
      comparison: comparison,
      labels: labels,
      lastIsOpen: lastIsOpen,
      cursor: cursor,
      isIntegral: true,
      symbols: symbols
    ) { "\(Int($0))" }
  }

  private func canvas(_ width: Int, _ height: Int, _ view: some View) -> Canvas {
    var canvas = Canvas(size: Size(width: width, height: height))
    canvas.draw(view, in: canvas.bounds)
    return canvas
  }

  @Test func `columns have a dark body and a bright top, and stand apart on a baseline`() {
    let drawn = canvas(
      15,
      6,
      chart([2, 4, 3], labels: [.init(at: 0, "15:00"), .init(at: 2, "17")])
    )

    #expect(
      drawn.lines == [
        "4 ⠁⠁⠁⠁   ⠁⠁⠁⠁⠁⠁", "               ", "2    ⠁   ⠁   ⠁⠁", "               ",
        "0 ▔▔▔▔▔▔▔▔▔▔▔▔▔", "  15:00   17   ",
      ]
    )
    #expect(drawn[x: 6, y: 0]?.style == Style(.text, on: .barTop))
    #expect(drawn[x: 6, y: 1]?.style == Style(.text, on: .bar))
    #expect(drawn[x: 2, y: 3]?.style.ground == .bar)
  }

  @Test func `a smaller comparison is never drawn above the column`() {
    // 56 in the hour in which there are 68 now: drawn a row above it before.
    let drawn = canvas(24, 14, chart([68, 80], comparison: [56, 80]))
    let rows = (0..<14).filter { y in
      drawn[x: 6, y: y].map { $0.style.role == .comparison } ?? false
    }

    let top = (0..<14).first { drawn[x: 3, y: $0]?.style.ground != nil }
    #expect(rows.count == 1)
    #expect((rows.first ?? 0) > (top ?? 99))
  }

  @Test func `an open interval with nothing yet is no row`() {
    #expect(canvas(2, 1, chart([8, 0], lastIsOpen: true)).lines == ["  "])
    #expect(canvas(2, 1, chart([8, 4], lastIsOpen: true)).lines == [" ▄"])
    #expect(canvas(2, 1, chart([8, 8], lastIsOpen: true)).lines == [" ▒"])
  }

  @Test func `what was not measured is a hole in the baseline, and zero is none`() {
    #expect(canvas(3, 3, chart([nil, 0, 1])).lines.last == " ▔▔")
  }

  @Test func `of too many values the newest are shown, and a sign of the others`() {
    let drawn = canvas(4, 2, chart([9, 9, 9, 9, 1, 2, 3, 8]))

    #expect(drawn.lines == ["▁▂▂▆", "<▔▔▔"])
  }

  @Test func `the comparison lies over the column and keeps its ground`() {
    let drawn = canvas(8, 4, chart([8, 8], comparison: [2, 2]))
    let line = drawn[x: 1, y: 2]

    #expect(line?.style == Style(.comparison, on: .bar))
    #expect(line?.scalar == "⠒")
  }

  @Test func `in a column of one cell both share it`() {
    let drawn = canvas(1, 1, chart([4], comparison: [8]))

    // The left dots are the column, the right one is the comparison.
    #expect(drawn.lines == ["⡌"])
  }

  @Test func `the cursor hides nothing`() {
    let plain = canvas(12, 6, chart([3, 8, 5], comparison: [4, 2, 8]))
    let read = canvas(12, 6, chart([3, 8, 5], comparison: [4, 2, 8], cursor: 0))
    var changed: [Cell] = []
    for y in 0..<6 {
      for x in 0..<12 {
        if let cell = plain[x: x, y: y], cell != read[x: x, y: y] { changed.append(cell) }
      }
    }

    #expect(!changed.isEmpty)
    #expect(changed.allSatisfy { [" ", "⠁", "▔"].contains($0.scalar) && $0.style.ground == nil })
  }

  @Test func `without colours columns are blocks, which plain text has too`() {
    var drawn = Canvas(size: Size(width: 8, height: 4), hasColor: false)
    drawn.draw(chart([8, 3], comparison: [2, 8]), in: drawn.bounds)

    #expect(drawn.lines == ["███⢸⠉⠉⠉⠁", "███⡏▁▁▁ ", "⠒⠒⠒⠃███ ", "▔▔▔▔▔▔▔▔"])
  }

  @Test func `ASCII draws the same in ASCII`() {
    let drawn = canvas(
      20,
      8,
      chart([3, 8, 5], comparison: [4, 2, 8], lastIsOpen: true, cursor: 1, symbols: .ascii)
    )

    #expect(drawn.lines.joined().unicodeScalars.allSatisfy { $0.isASCII })
  }

  @Test func `the legend names what is on the chart`() {
    func words(_ isOpen: Bool, _ name: String?) -> String {
      ColumnChart.legend(lastIsOpen: isOpen, comparison: name, .blocks).map(\.text).joined()
    }

    #expect(words(true, "previous 24 h") == "▒ so far   ⠒⠒ previous 24 h")
    #expect(words(false, nil) == "")
  }

  @Test func `the comparison leaves no hole in the hatch of an open interval`() {
    let drawn = canvas(8, 8, chart([8, 8], comparison: [3, 3], lastIsOpen: true))
    let open = (4..<8).flatMap { x in (0..<7).compactMap { drawn[x: x, y: $0] } }
    let line = open.filter { $0.style.role == .comparison }

    #expect(line.count >= 3)
    #expect(line.allSatisfy { $0.style.ground == .bar })
  }

  @Test func `a column knows its interval`() {
    let chart = chart(Array(repeating: 5, count: 4))
    let rect = Rect(x: 10, y: 0, width: 18, height: 7)

    #expect(chart.interval(atColumn: 11, in: rect) == nil)
    #expect(chart.interval(atColumn: 12, in: rect) == 0)
    #expect(chart.interval(atColumn: 27, in: rect) == 3)
    #expect(chart.interval(atColumn: 28, in: rect) == nil)
  }
}

@Suite("Value axis")
struct ValueAxisTests {
  @Test(
    "ticks are round, a whole number of rows apart, and the chart is well filled",
    arguments: [
      (8.6, 12, [0, 3, 6, 9]), (100, 10, [0, 50, 100]), (2, 6, [0, 1, 2]),
      (1, 4, [0, 1]), (7, 3, [0, 5]), (68, 8, [0, 20, 40, 60, 80]),
    ] as [(Double, Int, [Double])]
  )
  func ticks(highest: Double, rows: Int, ticks: [Double]) {
    #expect(ValueAxis(upTo: highest, rows: rows, isIntegral: true).ticks == ticks)
  }

  @Test("every value fits, whatever it is", arguments: 0..<300)
  func bounds(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let scale: Double = [1e-300, 1e-9, 1e-3, 1, 1e6, 1e300].randomElement(using: &random) ?? 1
    let highest = Double.random(in: 0...1, using: &random) * scale
    let rows = Int.random(in: 1...60, using: &random)
    let isIntegral = Bool.random(using: &random)

    let axis = ValueAxis(upTo: highest, rows: rows, isIntegral: isIntegral)

    #expect(axis.maximum >= highest * (1 - 1e-9))
    #expect(axis.step > 0 && axis.rowsPerTick >= 1 && axis.rowsPerTick <= rows)
    #expect(axis.ticks.count >= 2)
    // At least half of the height is used, but for counts below the number of ticks.
    if !isIntegral, highest > 0, rows > 1 { #expect(axis.maximum <= highest * 2) }
    if isIntegral { #expect(axis.ticks.allSatisfy { $0 == $0.rounded() }) }
    #expect(axis.eighths(axis.maximum) == rows * 8)
    #expect(axis.eighths(0) == 0)
  }

  @Test func `a mark holds the highest eighth of a column of the same value`() {
    let axis = ValueAxis(upTo: 100, rows: 10)
    for value in stride(from: 0.5, through: 100, by: 0.5) {
      let eighth = axis.eighths(value)
      #expect((axis.quarter(value) * 2 + 1...axis.quarter(value) * 2 + 2).contains(eighth))
    }
  }
}

@Suite("Joined intervals")
struct JoinedIntervalsTests {
  private let day = 20_000 * 1440

  @Test func `what fits stays as it is`() {
    let joined = JoinedIntervals(of: .hour, startingAt: (0..<24).map { day + $0 * 60 }, in: 24)

    #expect(joined.name == "by hour")
    #expect(joined.groups.count == 24)
  }

  @Test func `longer intervals begin at round times`() {
    // From 14:00 on, for 48 hours.
    let starts = (0..<48).map { day + (14 + $0) * 60 }
    let joined = JoinedIntervals(of: .hour, startingAt: starts, in: 20)

    #expect(joined.name == "by 3 h")
    #expect(joined.groups.first == 0..<1)
    #expect(joined.groups.dropFirst().first == 1..<4)
    #expect(joined.index(of: 3) == 1)
  }

  @Test func `an hour that comes twice belongs to one interval`() {
    let starts = [0, 1, 2, 2, 3, 4, 5].map { day + $0 * 60 }
    let joined = JoinedIntervals(of: .hour, startingAt: starts, in: 2)

    #expect(joined.groups == [0..<4, 4..<7])
  }

  @Test func `weeks begin on Monday`() {
    // 1970-01-05 was one.
    let joined = JoinedIntervals(of: .day, startingAt: (2..<30).map { $0 * 1440 }, in: 6)

    #expect(joined.name == "by week")
    #expect(joined.groups.prefix(2) == [0..<2, 2..<9])
  }

  @Test func `counts are added up, and nothing known is nothing`() {
    let joined = JoinedIntervals(of: .minute, startingAt: (0..<6).map { $0 }, in: 3)

    #expect(joined.name == "by 2 min")
    #expect(joined.values(of: [1, 2, nil, nil, 3, nil], JoinedIntervals.sum) == [3, nil, 3])
  }

  @Test("they always fit", arguments: [1, 2, 7, 60])
  func fit(columns: Int) {
    for unit in [JoinedIntervals.Unit.minute, .hour, .day] {
      let starts = (0..<3000).map { $0 * unit.rawValue }
      let joined = JoinedIntervals(of: unit, startingAt: starts, in: columns)

      #expect(joined.groups.count <= columns)
      #expect(joined.groups.flatMap { Array($0) } == Array(0..<3000))
    }
  }
}
