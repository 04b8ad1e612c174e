import CellCanvas
import Testing

@Suite("Views at any size")
struct ViewFuzzTests {
  private static let sizes = [
    Size(width: 0, height: 0), Size(width: 1, height: 1), Size(width: 2, height: 1),
    Size(width: 1, height: 9), Size(width: 7, height: 4), Size(width: 8, height: 4),
    Size(width: 20, height: 5), Size(width: 60, height: 15), Size(width: 80, height: 24),
    Size(width: 250, height: 80),
  ]

  @Test("every view stays inside its rectangle", arguments: sizes, 0..<4)
  func views(size: Size, seed: UInt64) {
    var random = SeededRandom(seed: seed &* 1000 &+ UInt64(size.width))
    for view in Self.views(using: &random) {
      let rect = Rect(
        x: .random(in: -3...3, using: &random),
        y: .random(in: -3...3, using: &random),
        width: size.width,
        height: size.height
      )
      var canvas = Canvas(size: Size(width: size.width + 4, height: size.height + 4))
      canvas.fill(canvas.bounds, with: "~", style: .border)

      canvas.draw(view, in: rect)

      for y in 0..<canvas.size.height {
        for x in 0..<canvas.size.width where !rect.contains(x: x, y: y) {
          #expect(canvas[x: x, y: y]?.scalar == "~", "at \(x), \(y)")
        }
      }
      #expect(canvas.lines.allSatisfy { CharacterWidth.columns(of: $0) == canvas.size.width })
    }
  }

  private static func views(using random: inout SeededRandom) -> [any View] {
    let symbols = Symbols.of(Symbols.Family.allCases.randomElement(using: &random) ?? .blocks)
    let rows = Int.random(in: 0..<30, using: &random)
    let table = (0..<rows).map { _ -> [DataTable.Field] in
      [
        .text(text(using: &random)), .runs([TextRun(text(using: &random), .good)]),
        .thinBar(value(using: &random) ?? 0), .trend(series(using: &random)),
      ]
    }
    return [
      TextLine(
        [TextRun(text(using: &random)), TextRun(text(using: &random))],
        right: [TextRun(text(using: &random))]
      ),
      Panel(
        title: [TextRun(text(using: &random))],
        right: [TextRun(text(using: &random))],
        isFocused: true,
        symbols: symbols
      ),
      ColumnChart(
        series(using: &random),
        comparison: series(using: &random),
        labels: (-1..<5).map { AxisLabel(at: $0 * 7, text(using: &random)) },
        lastIsOpen: .random(using: &random),
        cursor: Int.random(in: -2..<50, using: &random),
        isIntegral: .random(using: &random),
        symbols: symbols
      ) { "\($0)" },
      CurveChart(
        (0..<Int.random(in: 0..<4, using: &random)).map { _ in series(using: &random) },
        labels: (-1..<5).map { AxisLabel(at: $0 * 7, text(using: &random)) },
        lastIsOpen: .random(using: &random),
        cursor: Int.random(in: -2..<50, using: &random),
        symbols: symbols
      ) { "\($0)" },
      Trend(
        series(using: &random),
        maximum: value(using: &random),
        lastIsOpen: .random(using: &random),
        cursor: Int.random(in: -2..<50, using: &random),
        symbols: symbols
      ),
      RowShare(
        value(using: &random) ?? 0,
        comparison: value(using: &random),
        row: 1,
        symbols: symbols
      ),
      ThinBar(value(using: &random) ?? 0, comparison: value(using: &random), symbols: symbols),
      SmallMultiples(
        (0..<Int.random(in: 0..<9, using: &random)).map { _ in
          SmallMultiples.Item(
            text(using: &random),
            value: text(using: &random),
            series(using: &random),
            range: text(using: &random)
          )
        },
        labels: (-1..<5).map { AxisLabel(at: $0 * 7, text(using: &random)) },
        lastIsOpen: .random(using: &random),
        cursor: Int.random(in: -2..<50, using: &random),
        symbols: symbols
      ),
      Heatmap(
        rows: (0..<Int.random(in: 0..<9, using: &random)).map { _ in
          (text(using: &random), series(using: &random))
        },
        headings: (-1..<5).map { AxisLabel(at: $0 * 7, text(using: &random)) },
        cursor: (Int.random(in: -2..<9, using: &random), Int.random(in: -2..<50, using: &random)),
        symbols: symbols
      ) { "\($0)" },
      Histogram(
        edges: (0..<rows).map { Double($0 + 1) },
        counts: series(using: &random).map { $0 ?? 0 },
        marks: [.init(value(using: &random) ?? 1, text(using: &random))],
        symbols: symbols
      ) { "\($0)" },
      BigDigits(text(using: &random), symbols: symbols),
      DataTable(
        columns: [
          .init("Title", .flexible(min: 4)), .init("plays", .fixed(7), .right),
          .init("", .flexible(min: 3, weight: 2).optional(rank: 1)),
          .init("trend", .fixed(10).optional()),
        ],
        count: rows,
        firstRow: Int.random(in: -2..<40, using: &random),
        selected: Int.random(in: -2..<40, using: &random),
        symbols: symbols,
        share: { .init(Double($0) / 7, comparison: 0.5) },
        fields: { table[$0] }
      ),
    ]
  }

  private static func text(using random: inout SeededRandom) -> String {
    let pieces = ["plays", "日本語", " ", "e\u{301}", "👍", "\u{1B}[2J", "…", "🇫🇷", "\u{202E}"]
    return (0..<Int.random(in: 0..<8, using: &random)).reduce("") { text, _ in
      text + (pieces.randomElement(using: &random) ?? "")
    }
  }

  private static func value(using random: inout SeededRandom) -> Double? {
    let odd: [Double?] = [
      nil, .nan, .infinity, -.infinity, 0, -1e300, 1e300, .leastNonzeroMagnitude, 1,
    ]
    return Bool.random(using: &random)
      ? odd.randomElement(using: &random) ?? nil : .random(in: -10...1000, using: &random)
  }

  private static func series(using random: inout SeededRandom) -> [Double?] {
    (0..<Int.random(in: 0..<400, using: &random)).map { _ in value(using: &random) }
  }
}
