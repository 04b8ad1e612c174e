import PlaybackFacts
import QueryCore

extension ScreenRequest {
  /// A measure that is shown as a number with its shape.
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

  /// The tiles of the screen, the most telling first.
  var tiles: [Tile] {
    switch subject.view {
    case .overview: isNow ? Self.overviewTiles : Self.pastTiles
    case .live: isNow ? Self.liveTiles : Array(Self.liveTiles.dropFirst())
    case .breakdown, .time, .media, .map, .health: []
    }
  }

  /// Whether the screen reaches up to this moment.
  var isNow: Bool {
    switch subject.end {
    case .now, .paused: true
    case .fixed: false
    }
  }

  /// Whether it asks who watches at this very moment, which passes even where no ping arrives.
  var asksForNow: Bool { tiles.contains { $0.measure.reach == .now } }

  static let overviewTiles: [Tile] = tiles(Tile("ccv", .live, "Watching"))

  /// In the past, nobody watches now: the most who did are told.
  static let pastTiles: [Tile] = tiles(Tile("ccv", .peak, "Peak"))

  private static func tiles(_ viewers: Tile?) -> [Tile] {
    [
      Tile("play", .count, "Plays"),
      Tile("play", .rate, "Play rate"),
      viewers,
      Tile("watch-time", .average, "Avg watch"),
      Tile("end", .rate, "To end"),
      Tile("impression-time", .average, "First frame"),
      Tile("error", .rate, "Errors"),
      Tile("stall-time", .rate, "Stalls"),
    ].compactMap { $0 }
  }

  /// Who watches now is the first: in the past, nobody does.
  static let liveTiles: [Tile] = [
    Tile("ccv", .live, "Watching"),
    Tile("ccv", .peak, "Peak"),
    Tile("ccv", .average, "Average"),
    Tile("play", .count, "Plays"),
    Tile("error", .rate, "Errors"),
    Tile("stall-time", .rate, "Stalls"),
  ].compactMap { $0 }

  func queries(of tile: Tile) -> [Query] {
    [number(tile.measure), previousNumber(tile.measure), shape(tile.measure)].compactMap { $0 }
  }

  /// One number for the whole window, or for this moment.
  func number(_ measure: Measure) -> Query {
    number(measure, measure.reach == .now ? Query.liveTimeframe(at: slot) : window.timeframe)
  }

  /// One number for the compared period; for this moment, for the same one of that period.
  func previousNumber(_ measure: Measure) -> Query? {
    guard measure.reach == .now else { return comparable.map { number(measure, $0) } }
    return previous.map { previous in
      let then = slot - (window.edges[0] - previous.edges[0])
      // What was live then is the peak of the same two slots.
      return number(Self.peakViewers ?? measure, Query.liveTimeframe(at: then))
    }
  }

  static let peakViewers = MetricCatalog.measure("ccv", .peak)

  /// The intervals of a tile.
  var coarseWindow: TimeWindow {
    subject.view == .live
      ? window : window.coarser(subject.range.coarseInterval, in: subject.zone)
  }

  /// The small shape in a tile; nil for what is not known over time.
  func shape(_ measure: Measure) -> Query? {
    let shaped = measure.reach == .now ? Self.peakViewers : measure
    guard let measure = shaped, measure.seriesName != nil else { return nil }
    let window = coarseWindow
    return query(measure, .timeseries(window.interval), window.timeframe)
  }
}
