public import CellCanvas
public import PlaybackFacts
public import QueryCore
public import Themes

/// All that the dashboard knows and shows; it changes only through ``update(_:)``.
public struct DashboardState: Sendable {
  /// Where the numbers come from.
  public struct Source: Hashable, Sendable {
    /// What the user calls it, such as `local` or a host.
    public let name: String
    /// How long its facts are kept, and in which environment.
    public let retention: Retention

    /// Makes a source.
    public init(name: String, retention: Retention = Retention()) {
      self.name = name.scrubbed
      self.retention = retention
    }
  }

  /// Which time is followed; only the user changes it.
  public enum Mode: Hashable, Sendable {
    /// Now.
    case live
    /// Nothing: what was shown at an instant stays for reading.
    case paused(since: Timestamp)
    /// Nothing: a range in the past, by its end.
    case history(end: Timestamp)
  }

  /// A part of the screen that keys go to.
  public enum Panel: CaseIterable, Hashable, Sendable {
    case chart, countries, devices, media

    /// The dimension that it ranks; nil for the chart.
    var dimension: Dimension? {
      switch self {
      case .chart: nil
      case .countries: .country
      case .devices: .deviceType
      case .media: .mediaID
      }
    }
  }

  /// What lies over the screen.
  public enum Overlay: Hashable, Sendable {
    /// The keys, from a line on.
    case help(firstLine: Int)
    /// The measures of the chart, with one under the cursor.
    case measures(selected: Int)
  }

  /// The row under the cursor: it keeps its place while others are ranked anew around it.
  struct HeldRow: Hashable {
    let dimensionValue: String
    let index: Int
  }

  /// Where the numbers come from.
  public let source: Source
  /// What cuts days and writes times of day.
  public let zone: Zone
  /// The themes that can be chosen, one at least.
  public let themes: [Theme]

  /// The time on the clock.
  public internal(set) var now: Timestamp
  /// Which time is followed.
  public internal(set) var mode = Mode.live
  /// How much time is shown.
  public internal(set) var range = TimeRange.day
  /// The filters, in the order in which they were added.
  public internal(set) var filters: [Filter.Clause] = []
  /// What the chart shows.
  public internal(set) var measure: Measure
  /// Whether the period before is compared.
  public internal(set) var isCompared = true
  /// The panel that keys go to.
  public internal(set) var focus = Panel.chart
  /// Whether that panel fills the screen.
  public internal(set) var isZoomed = false
  /// What lies over the screen.
  public internal(set) var overlay: Overlay?
  /// The glyphs that graphs are made of.
  public internal(set) var symbolFamily: Symbols.Family
  /// The newest answer; it stays when the source fails.
  public internal(set) var snapshot: Snapshot?
  /// What the source last said of its data.
  public internal(set) var data: DataState?
  /// Titles of media items by id.
  public internal(set) var titles: [String: String] = [:]
  /// A sentence for the user, until the next key.
  public internal(set) var notice: String?

  var themeIndex = 0
  var held: HeldRow?
  var fetching = Fetching()

  /// Makes the state of a dashboard that has asked nothing yet.
  ///
  /// - Parameters:
  ///   - source: where the numbers come from.
  ///   - zone: what cuts days and writes times of day.
  ///   - now: the time on the clock.
  ///   - themes: the themes that can be chosen; the first is shown.
  ///   - symbols: the glyphs that graphs are made of.
  ///   - range: how much time is shown.
  public init(
    source: Source,
    zone: Zone,
    now: Timestamp,
    themes: [Theme],
    symbols: Symbols.Family = .blocks,
    range: TimeRange = .day
  ) {
    self.source = source
    self.zone = zone
    self.now = now
    self.themes = themes
    self.range = range
    symbolFamily = symbols
    measure =
      OverviewRequest.chartMeasures.first { $0.metric == "play" }
      ?? MetricCatalog.measures[0]
  }

  /// What colours and weights are drawn with at a colour depth.
  public func palette(_ depth: ColorDepth) -> Palette {
    themes.isEmpty ? .mono : themes[themeIndex % themes.count].palette(depth)
  }

  var symbols: Symbols { .of(symbolFamily) }

  /// What is to be shown, apart from the passing of time.
  var subject: OverviewRequest.Subject {
    OverviewRequest.Subject(
      range: range,
      end: end,
      filter: Filter(filters),
      measure: measure,
      isCompared: isCompared,
      zone: zone
    )
  }

  private var end: OverviewRequest.End {
    switch mode {
    case .live: .now
    case .paused(let since): .paused(since)
    case .history(let end): .fixed(end)
    }
  }

  /// What would be asked now.
  public var request: OverviewRequest {
    OverviewRequest(subject, at: now, retention: source.retention)
  }

  /// The ranking of a dimension as it is shown: the held row stays at its place.
  func rows(of dimension: Dimension) -> [Snapshot.Row] {
    guard let ranking = snapshot?.rankings.first(where: { $0.dimension == dimension }) else {
      return []
    }
    var rows = ranking.rows
    guard focus.dimension == dimension, let held else { return rows }
    let row: Snapshot.Row
    if let index = rows.firstIndex(where: { $0.dimensionValue == held.dimensionValue }) {
      row = rows.remove(at: index)
    } else {
      let isListed = ranking.count <= ranking.rows.count
      row = Snapshot.Row(
        dimensionValue: held.dimensionValue,
        value: isListed ? 0 : nil,
        previous: nil
      )
    }
    rows.insert(row, at: min(held.index, rows.count))
    return rows
  }
}
