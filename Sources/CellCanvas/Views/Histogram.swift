import Glibc

/// How often values of a size occur: a column for each log-spaced bucket, with marks such as percentiles.
///
/// ```
///       p50 0.8 s   p75 1.3 s      p95 2.9 s
///       │           │              │
///  40 ⠁⠁█⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁│⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁⠁│
///     ▄█████▆▄▃▂▁
///   0▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔▔
///    0.1 s      1 s         10 s
/// ```
public struct Histogram: View {
  /// A value to point out.
  public struct Mark: Hashable, Sendable {
    /// Where it is.
    public var value: Double
    /// What is written over it.
    public var text: String

    /// Makes a mark.
    public init(_ value: Double, _ text: String) {
      self.value = value
      self.text = text
    }
  }

  private let edges: [Double]
  private let counts: [Double]
  private let marks: [Mark]
  private let symbols: Symbols
  private let format: (Double) -> String

  /// Makes a histogram.
  ///
  /// - Parameters:
  ///   - edges: the borders of the buckets, rising and > 0; one more than there are counts.
  ///   - counts: how many values each bucket has.
  ///   - marks: values to point out, in order; those beyond the edges stand at the border.
  ///   - symbols: the glyphs to use.
  ///   - format: the text of an edge.
  public init(
    edges: [Double],
    counts: [Double],
    marks: [Mark] = [],
    symbols: Symbols = .blocks,
    format: @escaping (Double) -> String
  ) {
    self.edges = edges
    self.counts = Array(counts.prefix(max(0, edges.count - 1)))
    self.marks = marks
    self.symbols = symbols
    self.format = format
  }

  /// Draws the marks' texts in the top rows, and the columns below; neighbours are joined to fit the width.
  public func draw(in rect: Rect, on canvas: inout Canvas) {
    guard !rect.isEmpty, !counts.isEmpty else { return }
    let joined = joined(in: rect.width)
    let chart = ColumnChart(
      joined.counts,
      labels: labels(joined.edges),
      isIntegral: true,
      symbols: symbols
    ) { Self.count($0) }
    let texts = rect.height >= 7 ? min(marks.count, 3) : 0
    let area = rect.inset(top: texts)
    canvas.draw(chart, in: area)
    let plot = chart.frame(in: area)
    // The last first: texts of lower marks lie in higher rows, and nothing crosses them.
    for (index, mark) in marks.enumerated().reversed() {
      let x = plot.plot.x + column(of: mark.value, plot.columns, joined.edges)
      for y in area.y..<plot.plot.maxY { cross(x, y, on: &canvas) }
      guard index < texts else { continue }
      for y in rect.y + index + 1..<area.y { cross(x, y, on: &canvas) }
      let width = CharacterWidth.columns(of: mark.text)
      let start = max(rect.x, min(x, rect.maxX - width))
      canvas.write(mark.text, x: start, y: rect.y + index, width: width, style: .accent)
    }
  }

  /// A piece of the line of a mark; what lies below stays to be seen.
  private func cross(_ x: Int, _ y: Int, on canvas: inout Canvas) {
    guard let cell = canvas[x: x, y: y] else { return }
    let isFree = cell.scalar == " " || cell.style.role == .grid
    guard isFree else { return }
    canvas.put(symbols.vertical, x: x, y: y, style: Style(.accent, on: cell.style.ground))
  }

  /// The buckets, as many neighbours joined as the width asks for.
  private func joined(in width: Int) -> (edges: [Double], counts: [Double]) {
    let room = max(1, width - 8)
    let factor = (counts.count + room - 1) / room
    guard factor > 1 else { return (Array(edges.prefix(counts.count + 1)), counts) }
    let starts = Array(stride(from: 0, to: counts.count, by: factor))
    return (
      starts.map { edges[$0] } + [edges[counts.count]],
      starts.map { counts[$0..<min($0 + factor, counts.count)].reduce(0, +) }
    )
  }

  /// Texts at the edges that are nearest to 1, 2 and 5 times a power of ten.
  private func labels(_ edges: [Double]) -> [AxisLabel] {
    guard let low = edges.first, let high = edges.last, low > 0, high > low else { return [] }
    var labels: [AxisLabel] = []
    var power = pow(10, floor(log10(low)))
    while power <= high, power > 0 {
      for value in [power, 2 * power, 5 * power] where value >= low && value < high {
        let bucket = edges.dropLast().lastIndex { $0 <= value * 1.0001 } ?? 0
        if labels.last?.interval != bucket { labels.append(.init(at: bucket, format(value))) }
      }
      power *= 10
    }
    return labels
  }

  private func column(of value: Double, _ columns: IntervalColumns, _ edges: [Double]) -> Int {
    let bucket = min(edges.count - 2, max(0, (edges.lastIndex { $0 <= value } ?? 0)))
    let bar = columns.bar(bucket)
    let (low, high) = (edges[bucket], edges[bucket + 1])
    let share = value > low && low > 0 ? min(1, log(value / low) / log(high / low)) : 0
    return bar.lowerBound + min(max(0, bar.count - 1), Int(share * Double(bar.count)))
  }

  private static func count(_ value: Double) -> String {
    switch value {
    case ..<10_000: "\(Int(value))"
    case ..<1e6: "\(Int(value / 1000)) k"
    default: "\(Int(min(value / 1e6, 1e9))) M"
    }
  }
}
