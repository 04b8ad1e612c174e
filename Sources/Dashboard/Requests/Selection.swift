import PlaybackFacts
import QueryCore

/// What the user chose for all screens: which time, which playbacks, which metric.
struct Selection: Hashable, Sendable {
  /// Where the time that is shown ends.
  enum End: Hashable, Sendable {
    /// With the interval that is open now.
    case now
    /// At the instant at which reading was paused.
    case paused(Timestamp)
    /// At an edge in the past.
    case fixed(Timestamp)
  }

  /// How much time.
  var range: TimeRange
  /// Where the time ends.
  var end: End
  /// Which playbacks.
  var filter: Filter
  /// The metric.
  var measure: Measure
  /// What playbacks are grouped by, on the screens that group them by a dimension of choice.
  var dimension: Dimension
  /// The time that numbers are compared with; nil for none.
  var comparison: ComparedPeriod?
  /// What cuts days and hours.
  var zone: Zone
  /// The start of the interval that is looked at, on screens that narrow to one; nil for the whole time.
  var interval: Timestamp?

  /// Whether the time reaches up to this moment.
  var isNow: Bool {
    switch end {
    case .now, .paused: true
    case .fixed: false
    }
  }

  /// What is ranked by the metric: plays where shares of it make no sense.
  ///
  /// Of ratios the highest are those of what hardly anybody plays.
  var additiveMeasure: Measure { measure.isAdditive ? measure : .plays }
}

extension Measure {
  /// How often play was pressed.
  static let plays: Measure = MetricCatalog.measure("play", .count) ?? MetricCatalog.measures[0]
  /// The most who watched at the same time.
  static let peakViewers: Measure = MetricCatalog.measure("ccv", .peak) ?? plays
  /// Who watches at this moment.
  static let viewersNow: Measure = MetricCatalog.measure("ccv", .live) ?? plays

  /// The metrics that can be drawn over time.
  static let chartable: [Measure] = MetricCatalog.measures.filter {
    $0.seriesName != nil && $0.reach == .everywhere
  }

  /// Whether parts add up to the whole, so that they have shares.
  var isAdditive: Bool {
    switch computation {
    case .sums(let formula): formula.divisors.isEmpty
    case .views: true
    case .peakConcurrency, .averageConcurrency, .percentile: false
    }
  }
}
