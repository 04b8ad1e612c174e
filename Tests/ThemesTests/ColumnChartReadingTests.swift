import TestSupport
import Testing
import Themes

@testable import CellCanvas

/// Reads random charts back from what is seen of them: glyphs and looks, by the labels of the axis.
@Suite("A column chart, read back")
struct ColumnChartReadingTests {
  private static let looks: [(theme: String, depth: ColorDepth)] =
    ThemeLibrary().names.flatMap { name in ColorDepth.allCases.map { (name, $0) } }

  @Test("values, comparison and open interval are what is drawn", arguments: looks)
  func reading(theme: String, depth: ColorDepth) throws {
    let palette = try ThemeLibrary().theme(named: theme).palette(depth)
    let first = theme.utf8.reduce(UInt64(depth.rawValue)) { $0 &* 31 &+ UInt64($1) }
    for seed in first..<first + 15 {
      var random = SeededGenerator(seed: seed)
      let sample = Sample(using: &random)
      var canvas = Canvas(size: sample.size, hasColor: palette.hasColor)
      canvas.draw(sample.chart, in: canvas.bounds)

      let reading = try Reading(of: canvas, palette, sample)

      reading.compare(with: sample, "\(theme) \(depth), seed \(seed)")
    }
  }
}

/// A chart of random values in a random size.
private struct Sample {
  let values: [Double?]
  let comparison: [Double?]
  let lastIsOpen: Bool
  let isIntegral: Bool
  let symbols: Symbols
  let size: Size

  init(using random: inout SeededGenerator) {
    let count = Int.random(in: 1...60, using: &random)
    let scale: Double = [3, 90, 5000, 1e6].randomElement(using: &random) ?? 1
    isIntegral = .random(using: &random)
    let isWhole = isIntegral
    func series(using random: inout SeededGenerator) -> [Double?] {
      (0..<count).map { _ -> Double? in
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return nil
        case 1: return 0
        default:
          let value = Double.random(in: 0...scale, using: &random)
          return isWhole ? value.rounded() : value
        }
      }
    }
    values = series(using: &random)
    comparison = Bool.random(using: &random) ? series(using: &random) : []
    lastIsOpen = .random(using: &random)
    symbols = Bool.random(using: &random) ? .blocks : .ascii
    size = Size(
      width: .random(in: 24...200, using: &random),
      height: .random(in: 6...40, using: &random)
    )
  }

  var chart: ColumnChart {
    ColumnChart(
      values,
      comparison: comparison,
      labels: [.init(at: 0, "x")],
      lastIsOpen: lastIsOpen,
      isIntegral: isIntegral,
      symbols: symbols
    ) { "\($0)" }
  }
}

/// What is seen of a chart.
private struct Reading {
  private enum Mark {
    case nothing
    case filled(Int)
    case hatched
    /// The dots of each half, as bits from the lowest; whether the cell is filled behind them.
    case line(left: Int, right: Int, isFilled: Bool)
  }

  private let valueOfRow: Double
  private let plot: Rect
  private let columns: IntervalColumns
  private let marks: [[Mark]]
  private let isASCII: Bool
  private let baseline: [Unicode.Scalar]

  init(of canvas: Canvas, _ palette: Palette, _ sample: Sample) throws {
    // Rows with a number at their left: ticks, evenly spaced in rows and values.
    var ticks: [(y: Int, value: Double, end: Int)] = []
    for (y, line) in canvas.lines.enumerated() {
      let text = line.drop { $0 == " " }.prefix { $0.isNumber || "+-.e".contains($0) }
      guard let value = Double(text) else { continue }
      ticks.append((y, value, line.distance(from: line.startIndex, to: text.endIndex)))
    }
    try #require(ticks.count >= 2, "\(canvas.lines)")
    let distances = Set(zip(ticks, ticks.dropFirst()).map { $1.y - $0.y })
    let rows = try #require(distances.first)
    #expect(distances.count == 1, "uneven ticks: \(ticks)")
    let steps = zip(ticks, ticks.dropFirst()).map { $0.value - $1.value }
    let step = steps[0]
    #expect(steps.allSatisfy { abs($0 - step) <= step * 1e-9 }, "uneven values: \(steps)")
    let last = ticks[ticks.count - 1]
    #expect(last.value == 0)

    valueOfRow = step / Double(rows)
    let left = last.end + 1
    plot = Rect(x: left, y: 0, width: canvas.size.width - left, height: last.y)
    columns = IntervalColumns(sample.values.count, in: plot.width)
    isASCII = sample.symbols.family == .ascii
    let area = plot
    let ascii = isASCII
    marks = (0..<area.height).map { row in
      (0..<area.width).map { column in
        let cell = canvas[x: area.x + column, y: area.maxY - 1 - row] ?? .blank
        return Self.mark(cell.scalar, palette[cell.style], palette, isASCII: ascii)
      }
    }
    baseline = (0..<area.width).compactMap { canvas[x: area.x + $0, y: area.maxY]?.scalar }
  }

  private static func mark(
    _ glyph: Unicode.Scalar,
    _ look: Look,
    _ palette: Palette,
    isASCII: Bool
  ) -> Mark {
    let paper = palette[.text]
    let isFilled = look.background != paper.background || look.attributes.contains(.reverse)
    switch glyph {
    case " ": return isFilled ? .filled(8) : .nothing
    case "▁"..."█": return .filled(Int(glyph.value) - 0x2580)
    case "▒", "/": return .hatched
    case "#" where isASCII: return .filled(8)
    case ".": return .filled(2)
    case ":": return .filled(4)
    case "|": return .filled(6)
    case "_", "-", "~", "^":
      let quarter = Symbols.asciiMarks.firstIndex(of: glyph) ?? 0
      return .line(left: 1 << quarter, right: 1 << quarter, isFilled: false)
    case "⠁" where look == palette[Style(.grid)]: return .nothing
    case "'": return .nothing
    case "\u{2800}"..."\u{28FF}":
      // Comparison and bars are told apart by their looks, too.
      #expect(look.foreground == palette[Style(.comparison)].foreground)
      let pattern = UInt8(glyph.value & 0xFF)
      let halves = (0..<2).map { x in
        (0..<4).reduce(0) { bits, dot in
          pattern & BrailleDots.bit(x: x, fromBottom: dot) == 0 ? bits : bits | 1 << dot
        }
      }
      return .line(left: halves[0], right: halves[1], isFilled: isFilled)
    default:
      Issue.record("'\(glyph)' is no mark of a chart")
      return .nothing
    }
  }

  /// The value of a bar, and how far off it may be.
  private func value(of interval: Int) -> (value: Double, step: Double)? {
    let bar = columns.bar(interval)
    let column = bar.lowerBound
    var eighths = 0
    var step = isASCII ? 0.25 : 0.125
    for row in marks.indices {
      switch marks[row][column] {
      case .nothing: break
      case .filled(let part): eighths = row * 8 + part
      case .hatched: eighths = row * 8 + 8
      case .line(_, _, true): eighths = row * 8 + 8
      case .line(let left, let right, false):
        guard bar.count == 1, eighths == row * 8 else { break }
        if isASCII {
          // The end of the bar is somewhere in this row.
          step = 1.0625
        } else if left != 0 {
          // The left half is the bar, up from the lowest dot.
          #expect(left & (left + 1) == 0 && right.nonzeroBitCount == 1)
          step = 0.25
          eighths = row * 8 + left.nonzeroBitCount * 2
        }
      }
    }
    return (Double(eighths) / 8 * valueOfRow, step * valueOfRow)
  }

  /// The value of the comparison line over a bar.
  private func comparison(of interval: Int) -> Double? {
    let bar = columns.bar(interval)
    let column = bar.lowerBound + bar.count / 2
    for row in marks.indices {
      guard case .line(_, let right, _) = marks[row][column] else { continue }
      #expect(right.nonzeroBitCount == 1)
      return (Double(row) + (Double(right.trailingZeroBitCount) + 0.5) / 4) * valueOfRow
    }
    return nil
  }

  func compare(with sample: Sample, _ comment: Comment) {
    let count = sample.values.count
    #expect(columns.hidden == max(0, count - plot.width))
    for interval in columns.hidden..<count {
      let bar = columns.bar(interval)
      let (value, compared) = (
        sample.values[interval], sample.comparison.isEmpty ? nil : sample.comparison[interval]
      )
      let read = self.value(of: interval)
      let line = comparison(of: interval)
      #expect((line == nil) == (compared == nil), comment)
      if let line, let compared {
        #expect(abs(line - compared) <= valueOfRow * 0.2501, comment)
      }
      if let read {
        let off = abs(read.value - (value ?? 0))
        #expect(
          off <= read.step * 1.0001,
          "\(comment): \(interval) is \(value ?? -1), read \(read)"
        )
      }
      // Nothing, zero and a little are three things.
      let isGap = value == nil
      if columns.hidden == 0 || bar.lowerBound > 0 {
        #expect((baseline[bar.lowerBound] == " ") == isGap, comment)
      }
      if value == 0 { #expect(read?.value == 0, comment) }
      if let line, let read, let value, let compared,
        abs(value - compared) > max(valueOfRow / 2, read.step)
      {
        #expect((line > read.value) == (compared > value), "\(comment): order")
      }
      checkHatching(interval, sample, comment)
    }
  }

  /// The open interval is hatched, and no other is.
  private func checkHatching(_ interval: Int, _ sample: Sample, _ comment: Comment) {
    let isOpen = sample.lastIsOpen && interval == sample.values.count - 1
    let column = columns.bar(interval).lowerBound
    for row in marks {
      if case .hatched = row[column] { #expect(isOpen, comment) }
      if case .filled(8) = row[column] { #expect(!isOpen, comment) }
    }
  }
}
