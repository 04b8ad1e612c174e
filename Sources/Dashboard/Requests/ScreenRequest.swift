public import PlaybackFacts
public import QueryCore

/// All that the overview asks, so that one answer fills every panel.
public struct OverviewRequest: Hashable, Sendable {
  /// What the user chose, apart from the passing of time.
  public struct Subject: Hashable, Sendable {
    /// How much time.
    public var range: TimeRange
    /// Where the time ends.
    public var end: End
    /// Which playbacks.
    public var filter: Filter
    /// What the chart shows.
    public var measure: Measure
    /// Whether the period before is asked for too.
    public var isCompared: Bool
    /// What cuts days and hours.
    public var zone: Zone
  }

  /// Where the time that is shown ends.
  public enum End: Hashable, Sendable {
    /// With the interval that is open now.
    case now
    /// At the instant at which reading was paused.
    case paused(Timestamp)
    /// At an edge in the past.
    case fixed(Timestamp)
  }

  /// What the user chose.
  public let subject: Subject
  /// The time that is shown.
  public let window: TimeWindow
  /// The time it is compared with; nil if it is not, or if facts of then are no longer kept.
  public let previous: TimeWindow?
  /// The part of ``previous`` that single numbers are compared with.
  public let comparable: Timeframe?

  /// Makes the request for what was chosen, as of an instant.
  init(_ subject: Subject, at now: Timestamp, retention: Retention) {
    self.subject = subject
    let zone = subject.zone
    let whole =
      switch subject.end {
      // An interval that begins now is open already.
      case .now: TimeWindow(subject.range, upTo: now + 1, in: zone)
      case .paused(let time): TimeWindow(subject.range, upTo: time, in: zone, isCut: true)
      case .fixed(let time): TimeWindow(subject.range, upTo: time, in: zone)
      }
    let edge = retention.edge(at: now)
    window = whole.clipped(from: edge)
    let before = whole.previous(in: zone)
    let isCompared = subject.isCompared && before.timeframe.from >= edge
    previous = isCompared ? before : nil
    comparable = isCompared ? window.comparable(in: before, at: now) : nil
  }

  /// A measure that is shown as a number.
  struct Tile: Hashable {
    let measure: Measure
    /// A title where there is no room for the measure's own.
    let shortTitle: String

    init?(_ metric: String, _ aggregation: Aggregation, _ shortTitle: String) {
      guard let measure = MetricCatalog.measure(metric, aggregation) else { return nil }
      self.measure = measure
      self.shortTitle = shortTitle
    }
  }

  /// The tiles, the most telling first.
  static let tiles: [Tile] = [
    Tile("play", .count, "Plays"),
    Tile("play", .rate, "Play rate"),
    Tile("impression", .count, "Impressions"),
    Tile("watch-time", .average, "Avg watch"),
    Tile("end", .rate, "To end"),
    Tile("impression-time", .average, "First frame"),
    Tile("error", .rate, "Errors"),
    Tile("stall-time", .rate, "Stalls"),
  ].compactMap { $0 }

  /// The measures of the tiles.
  static let tileMeasures: [Measure] = tiles.map(\.measure)

  /// The measures that can be drawn over time.
  static let chartMeasures: [Measure] = MetricCatalog.measures.filter {
    $0.seriesName != nil && $0.reach == .everywhere
  }

  /// The dimensions that are ranked.
  static let dimensions: [Dimension] = [.country, .deviceType, .mediaID]

  /// What the rankings count: the chosen measure if shares of it make sense, else plays.
  var rankedMeasure: Measure {
    subject.measure.isCounted
      ? subject.measure : Self.tileMeasures.first ?? subject.measure
  }

  /// Every question, none of them twice.
  public var queries: [Query] {
    var seen: Set<Query> = []
    return (tileQueries + chartQueries + rankingQueries).filter { seen.insert($0).inserted }
  }

  private var tileQueries: [Query] {
    Self.tileMeasures.flatMap { measure in
      [number(measure), previousNumber(measure), shape(measure)].compactMap { $0 }
    }
  }

  private var chartQueries: [Query] {
    series(subject.measure, window) + (previous.map { series(subject.measure, $0) } ?? [])
  }

  private var rankingQueries: [Query] {
    [number(rankedMeasure)]
      + Self.dimensions.flatMap { [ranking($0), previousRanking($0)].compactMap { $0 } }
  }

  /// One number for the whole window.
  func number(_ measure: Measure) -> Query {
    query(measure, .number, window.timeframe)
  }

  /// One number for the period before.
  func previousNumber(_ measure: Measure) -> Query? {
    comparable.map { query(measure, .number, $0) }
  }

  /// The intervals of a tile.
  var coarseWindow: TimeWindow {
    window.coarser(subject.range.coarseInterval, in: subject.zone)
  }

  /// The small shape in a tile.
  func shape(_ measure: Measure) -> Query {
    let window = coarseWindow
    return query(measure, .timeseries(window.interval), window.timeframe)
  }

  /// The intervals of the chart, in as many questions as are needed.
  func series(_ measure: Measure, _ window: TimeWindow) -> [Query] {
    window.pieces.map { query(measure, .timeseries(window.interval), $0) }
  }

  /// The values of a dimension.
  func ranking(_ dimension: Dimension) -> Query {
    query(rankedMeasure, .buckets(dimension), window.timeframe, rows: 100)
  }

  /// The values of a dimension in the period before: more, because ranks change.
  func previousRanking(_ dimension: Dimension) -> Query? {
    comparable.map { query(rankedMeasure, .buckets(dimension), $0, rows: 1000) }
  }

  private func query(
    _ measure: Measure,
    _ shape: Query.Shape,
    _ timeframe: Timeframe,
    rows: Int = 1000
  ) -> Query {
    Query(
      measure,
      shape,
      in: timeframe,
      filter: subject.filter,
      zone: subject.zone.name,
      page: Query.Page(size: rows)
    )
  }
}
