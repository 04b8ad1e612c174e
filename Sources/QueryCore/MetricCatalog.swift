public import PlaybackFacts

/// A metric with everything that is said about it anywhere: API, command line, screen and manual.
public struct Metric: Hashable, Sendable {
  /// The name on the wire, such as `watch-time`.
  public let name: String
  /// What it means, as one sentence.
  public let meaning: String
  /// Whether the hosted API has it in its core, has it elsewhere, or only Playhead has it.
  public let level: Level
  /// The metric under each of its aggregations, in the order in which they are listed.
  public let measures: [Measure]

  /// Since when, or where, a metric exists.
  public enum Level: String, Hashable, Sendable {
    case core, extended, playhead
  }
}

/// Every metric, once.
public enum MetricCatalog {
  /// All metrics, in the order in which they are listed.
  public static let metrics: [Metric] = [
    Metric(
      "impression",
      "The player loaded the media and was ready to play; once per playback.",
      [
        .init(.count, "Impressions", .count, Formula(.impressions), series: "impression")
      ]
    ),
    Metric(
      "impression-time",
      "Time from the source being set to the first frame being ready.",
      [
        .init(
          .average,
          "First frame",
          .milliseconds,
          Formula(.impressionMilliseconds, over: [.timedImpressions]),
          series: "impression-time-average",
          isMoreBetter: false
        ),
        .init(
          .sum,
          "First frame, sum",
          .milliseconds,
          Formula(.impressionMilliseconds),
          reach: .numberOnly,
          isMoreBetter: nil
        ),
        .percentile(.p50),
        .percentile(.p75),
        .percentile(.p95),
      ]
    ),
    Metric(
      "play",
      "Play was requested; once per playback.",
      [
        .init(.count, "Plays", .count, Formula(.plays), series: "play"),
        .init(.sum, "Plays", .count, Formula(.plays), reach: .numberOnly),
        .init(
          .rate,
          "Play rate",
          .ratio,
          Formula(.plays, over: [.impressions]),
          series: "play-rate"
        ),
        .init(
          .total,
          "Plays, all time",
          .count,
          Formula(.plays),
          series: "play-total",
          reach: .allTime
        ),
      ]
    ),
    Metric(
      "start",
      "Playback really moved: the first progress after the play; once per playback.",
      [
        .init(.count, "Starts", .count, Formula(.starts), series: "start"),
        .init(
          .rate,
          "Start rate",
          .ratio,
          Formula(.starts, over: [.plays]),
          series: "start-rate"
        ),
      ]
    ),
    Metric(
      "end",
      "The media was watched to its end; once per playback.",
      [
        .init(.count, "Ends", .count, Formula(.ends), series: "end"),
        .init(
          .rate,
          "Watched to end",
          .ratio,
          Formula(.ends, over: [.starts]),
          series: "end-rate"
        ),
      ]
    ),
    Metric(
      "watch-time",
      "Time spent watching.",
      [
        .init(
          .sum,
          "Watch time",
          .seconds,
          Formula(.watchedMilliseconds, perUnit: 1000),
          series: "watch-time-sum"
        ),
        .init(
          .average,
          "Avg watch time",
          .seconds,
          Formula(.watchedMilliseconds, over: [.starts], perUnit: 1000),
          series: "watch-time-average"
        ),
      ]
    ),
    Metric(
      "view",
      "Playbacks that were watched for at least viewDuration: 3, 5, 10 or 30 seconds.",
      level: .extended,
      [
        .init(.count, "Views", .count, .views, series: "view")
      ]
    ),
    Metric(
      "ccv",
      "Concurrent viewers: playbacks with watched time in one slot of 20 seconds.",
      level: .extended,
      [
        .init(.peak, "Peak viewers", .viewers, .peakConcurrency, series: "ccv-peak"),
        .init(.average, "Avg viewers", .viewers, .averageConcurrency, series: "ccv-average"),
        .init(.live, "Watching now", .viewers, .peakConcurrency, reach: .now),
      ]
    ),
    Metric(
      "error",
      "The player reported a fatal error; once per playback.",
      level: .playhead,
      [
        .init(.count, "Errors", .count, Formula(.errors), series: "error", isMoreBetter: false),
        .init(
          .rate,
          "Error rate",
          .ratio,
          Formula(.errors, over: [.impressions], isAtMostOne: true),
          series: "error-rate",
          isMoreBetter: false
        ),
      ]
    ),
    Metric(
      "stall-time",
      "Time a playback stood still while it should have been playing.",
      level: .playhead,
      [
        .init(
          .sum,
          "Stall time",
          .seconds,
          Formula(.stalledMilliseconds, perUnit: 1000),
          series: "stall-time-sum",
          isMoreBetter: false
        ),
        .init(
          .rate,
          "Stall rate",
          .ratio,
          Formula(.stalledMilliseconds, over: [.watchedMilliseconds, .stalledMilliseconds]),
          series: "stall-time-rate",
          isMoreBetter: false
        ),
      ]
    ),
  ]

  /// The dimensions that a measure can be broken down by.
  public static let breakdowns: [Dimension] = Dimension.allCases

  /// Every measure, in the order of the metrics.
  public static let measures: [Measure] = metrics.flatMap(\.measures)

  /// The metric of that name.
  public static func metric(named name: String) -> Metric? {
    metrics.first { $0.name == name }
  }

  /// The measure that breakdowns and timeseries know by that name.
  public static func measure(seriesNamed name: String) -> Measure? {
    measures.first { $0.seriesName == name }
  }

  /// The measure of a metric and an aggregation; nil where they do not go together.
  public static func measure(_ metric: String, _ aggregation: Aggregation) -> Measure? {
    self.metric(named: metric)?.measures.first { $0.aggregation == aggregation }
  }
}

extension Metric {
  /// What a measure adds to its metric.
  fileprivate struct Row {
    let aggregation: Aggregation
    let title: String
    let unit: MetricUnit
    let computation: Measure.Computation
    let series: String?
    let reach: Measure.Reach
    let isMoreBetter: Bool?

    init(
      _ aggregation: Aggregation,
      _ title: String,
      _ unit: MetricUnit,
      _ formula: Formula,
      series: String? = nil,
      reach: Measure.Reach = .everywhere,
      isMoreBetter: Bool? = true
    ) {
      self.init(
        aggregation,
        title,
        unit,
        .sums(formula),
        series: series,
        reach: reach,
        isMoreBetter: isMoreBetter
      )
    }

    init(
      _ aggregation: Aggregation,
      _ title: String,
      _ unit: MetricUnit,
      _ computation: Measure.Computation,
      series: String? = nil,
      reach: Measure.Reach = .everywhere,
      isMoreBetter: Bool? = true
    ) {
      self.aggregation = aggregation
      self.title = title
      self.unit = unit
      self.computation = computation
      self.series = series
      self.reach = reach
      self.isMoreBetter = isMoreBetter
    }

    /// A percentile of the time to the first frame.
    static func percentile(_ aggregation: Aggregation) -> Row {
      Row(
        aggregation,
        "First frame, \(aggregation.rawValue)",
        .milliseconds,
        .percentile(aggregation.percentile ?? 50),
        series: "impression-time-\(aggregation.rawValue)",
        isMoreBetter: false
      )
    }
  }

  fileprivate init(_ name: String, _ meaning: String, level: Level = .core, _ rows: [Row]) {
    self.name = name
    self.meaning = meaning
    self.level = level
    measures = rows.map { row in
      Measure(
        metric: name,
        aggregation: row.aggregation,
        seriesName: row.series,
        title: row.title,
        unit: row.unit,
        computation: row.computation,
        reach: row.reach,
        isMoreBetter: row.isMoreBetter
      )
    }
  }
}
