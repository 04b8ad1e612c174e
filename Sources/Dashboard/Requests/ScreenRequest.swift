public import PlaybackFacts
public import QueryCore

/// All that one screen asks, so that one answer fills every panel.
public struct ScreenRequest: Hashable, Sendable {
  /// What the user chose, apart from the passing of time.
  public struct Subject: Hashable, Sendable {
    /// Which screen.
    public var view: DashboardView
    /// How much time.
    public var range: TimeRange
    /// Where the time ends.
    public var end: End
    /// Which playbacks.
    public var filter: Filter
    /// What is shown.
    public var measure: Measure
    /// What the breakdown and split curves are by.
    public var dimension: Dimension
    /// The measures whose curves lie over each other, beside ``measure``.
    public var companions: [Measure]
    /// Whether the curves are those of values of ``dimension``.
    public var isSplit: Bool
    /// The time that numbers are compared with; nil for none.
    public var comparison: ComparedPeriod?
    /// What cuts days and hours.
    public var zone: Zone

    /// Whether another subject differs at most in where its time ends.
    func isAlike(_ other: Self) -> Bool {
      var same = self
      same.end = other.end
      return same == other
    }
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

  /// What a first answer makes worth asking: it never makes a screen outdated.
  public struct Detail: Hashable, Sendable {
    /// The values whose curves are drawn: media items of the table, or values of a split.
    public var values: [String] = []
    /// Whether the numbers of the values are asked for as well, because they are not all in the lists.
    public var hasNumbers = false
    /// The measure whose list begins with the lowest, because not all values are in the lists.
    public var lowestFirst: Measure?
    /// The measure that is being explained.
    public var explained: Measure?
    /// Whether it is explained for the moment that the screen ends with.
    public var explainsMoment = false
  }

  /// What the user chose.
  public let subject: Subject
  /// What is asked on top.
  public let detail: Detail
  /// The time that is shown.
  public let window: TimeWindow
  /// The time it is compared with; nil if it is not, or if facts of then are no longer kept.
  public let previous: TimeWindow?
  /// The part of ``previous`` that single numbers are compared with.
  public let comparable: Timeframe?
  /// Whether the user wants it now, whatever was kept and whatever the source said.
  public var asksAnew = false

  /// The slot of 20 s that is open, or was when reading was paused.
  let slot: Timestamp

  /// Makes the request for what was chosen, as of an instant.
  init(_ subject: Subject, _ detail: Detail = Detail(), at now: Timestamp, retention: Retention) {
    self.subject = subject
    self.detail = detail
    let zone = subject.zone
    let range = subject.view == .live ? .hour : subject.range
    let whole =
      switch subject.end {
      // An interval that begins now is open already.
      case .now: TimeWindow(range, upTo: now + 1, in: zone)
      case .paused(let time): TimeWindow(range, upTo: time, in: zone, isCut: true)
      case .fixed(let time): TimeWindow(range, upTo: time, in: zone)
      }
    slot =
      switch subject.end {
      case .now: now.floored(to: Milliseconds.slot)
      case .paused(let time), .fixed(let time): (time - 1).floored(to: Milliseconds.slot)
      }
    let edge = retention.edge(at: now)
    window = whole.clipped(from: edge)
    let before =
      subject.view.isComparing
      ? subject.comparison.map { whole.compared($0, of: subject.range, in: zone) } : nil
    previous = before.flatMap { $0.timeframe.from >= edge ? $0 : nil }
    let window = window
    comparable = previous.map { window.comparable(in: $0, at: now) }
  }

  /// What the rankings count: the chosen measure.
  var rankedMeasure: Measure {
    // Of ratios the highest are those of what hardly anybody plays.
    guard subject.view == .overview || subject.view == .time else { return subject.measure }
    return subject.measure.isAdditive ? subject.measure : Self.plays
  }

  static let plays: Measure =
    MetricCatalog.measure("play", .count) ?? MetricCatalog.measures[0]

  /// The measures that can be drawn over time.
  static let chartMeasures: [Measure] = MetricCatalog.measures.filter {
    $0.seriesName != nil && $0.reach == .everywhere
  }

  /// Every question, none of them twice.
  public var queries: [Query] {
    var seen: Set<Query> = []
    return
      (tiles.flatMap(queries) + curves.flatMap(queries) + rankings.flatMap(queries)
      + itemQueries + explanationQueries)
      .filter { seen.insert($0).inserted }
  }

  func query(
    _ measure: Measure,
    _ shape: Query.Shape,
    _ timeframe: Timeframe,
    adding clause: Filter.Clause? = nil,
    rows: Int = 1000
  ) -> Query {
    Query(
      measure,
      shape,
      in: timeframe,
      openSlot: measure.computation == .averageConcurrency
        ? Query.openSlot(in: timeframe, at: slot) : nil,
      filter: clause.map(subject.filter.adding) ?? subject.filter,
      zone: subject.zone.name,
      page: Query.Page(size: rows)
    )
  }

  /// One number for a timeframe.
  func number(_ measure: Measure, _ timeframe: Timeframe) -> Query {
    query(measure, .number, timeframe)
  }
}

extension ScreenRequest {
  /// Whether numbers are compared with those of another time, or would be if facts were kept.
  var isComparing: Bool { subject.comparison != nil && subject.view.isComparing }
}
