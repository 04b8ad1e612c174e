/// A part of a screen, by its name: screens declare their own.
///
/// Keys go to those that are in ``Screen/panels``; others, such as tiles, are only looked at.
///
/// ```swift
/// extension ScreenPanel {
///   static let countries = ScreenPanel("countries", .rows)
/// }
/// ```
struct ScreenPanel: Hashable, Sendable {
  /// What keys and clicks do in it.
  enum Kind: Hashable, Sendable {
    /// Values over time: a click reads an interval; up and down choose the metric, where that can be chosen.
    case chart(choosesMetric: Bool)
    /// Rows under a cursor.
    case rows
    /// Lines that are searched and scrolled.
    case lines
    /// Lines that are scrolled.
    case scrolled
    /// What its screen does with commands and clicks, and nothing else.
    case plain
  }

  /// What exported files are called after it.
  let name: String
  let kind: Kind

  init(_ name: String, _ kind: Kind) {
    self.name = name
    self.kind = kind
  }

  /// Whether it shows values over time.
  var isChart: Bool {
    switch kind {
    case .chart: true
    case .rows, .lines, .scrolled, .plain: false
    }
  }
}
