/// Metrics in the text format of Prometheus.
///
/// ```
/// # HELP playhead_pings_total Pings that came, by what became of them.
/// # TYPE playhead_pings_total counter
/// playhead_pings_total{environment="production",outcome="accepted"} 1204
/// ```
struct PrometheusText {
  /// What a metric is, and how it is written.
  enum Kind: String {
    case counter
    case gauge
    case histogram
  }

  /// A metric with its samples.
  private struct Family {
    var help: String
    var kind: Kind
    var lines: [String] = []
  }

  typealias Labels = [(name: String, value: String)]

  private var families: [String: Family] = [:]

  /// The text, ordered by the names of metrics.
  var text: String {
    families.sorted { $0.key < $1.key }
      .map { name, family in
        "# HELP \(name) \(Self.escaped(family.help, quotes: false))\n"
          + "# TYPE \(name) \(family.kind.rawValue)\n" + family.lines.joined()
      }
      .joined()
  }

  /// Adds a number of a counter or gauge.
  ///
  /// - Parameters:
  ///   - value: The number.
  ///   - name: The metric's name: lower case, with its unit, and `_total` at the end of a counter.
  ///   - kind: What the metric is.
  ///   - help: What is counted or measured, as a sentence.
  ///   - labels: What tells this number from others of the metric.
  mutating func add(
    _ value: some LosslessStringConvertible,
    to name: String,
    _ kind: Kind,
    help: String,
    labels: Labels = []
  ) {
    families[name, default: Family(help: help, kind: kind)].lines
      .append("\(name)\(Self.braced(labels)) \(value)\n")
  }

  /// Adds a distribution.
  mutating func add(
    _ histogram: Histogram,
    to name: String,
    help: String,
    labels: Labels
  ) {
    var lines: [String] = []
    for (bound, count) in zip(histogram.bounds, histogram.cumulativeCounts) {
      lines.append("\(name)_bucket\(Self.braced(labels + [("le", "\(bound)")])) \(count)\n")
    }
    lines.append("\(name)_bucket\(Self.braced(labels + [("le", "+Inf")])) \(histogram.count)\n")
    lines.append("\(name)_sum\(Self.braced(labels)) \(histogram.sum)\n")
    lines.append("\(name)_count\(Self.braced(labels)) \(histogram.count)\n")
    families[name, default: Family(help: help, kind: .histogram)].lines += lines
  }

  private static func braced(_ labels: Labels) -> String {
    if labels.isEmpty { return "" }
    let pairs = labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }
    return "{\(pairs.joined(separator: ","))}"
  }

  private static func escaped(_ text: String, quotes: Bool) -> String {
    var escaped = ""
    for character in text.unicodeScalars {
      switch character {
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\"" where quotes: escaped += "\\\""
      default: escaped.unicodeScalars.append(character)
      }
    }
    return escaped
  }
}

/// How often values up to some bounds were seen.
struct Histogram: Hashable, Sendable {
  /// The upper bounds of the buckets, ascending; what is above the last counts in ``count`` alone.
  let bounds: [Double]
  /// How many values lie in each bucket, those of lower buckets not included.
  private var counts: [Int]
  /// How many values there were.
  private(set) var count = 0
  /// What they add up to.
  private(set) var sum = 0.0

  init(bounds: [Double]) {
    self.bounds = bounds
    counts = Array(repeating: 0, count: bounds.count)
  }

  /// How many values were at most each bound.
  var cumulativeCounts: [Int] {
    var sum = 0
    return counts.map { count in
      sum += count
      return sum
    }
  }

  /// Counts a value.
  mutating func record(_ value: Double) {
    count += 1
    sum += value
    if let bucket = bounds.firstIndex(where: { value <= $0 }) { counts[bucket] += 1 }
  }
}
