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
    case .overview: Self.overviewTiles
    case .live: Self.liveTiles
    case .breakdown, .time, .media, .map, .health: []
    }
  }

  static let overviewTiles: [Tile] = [
    Tile("play", .count, "Plays"),
    Tile("play", .rate, "Play rate"),
    Tile("impression", .count, "Impressions"),
    Tile("watch-time", .average, "Avg watch"),
    Tile("end", .rate, "To end"),
    Tile("impression-time", .average, "First frame"),
    Tile("error", .rate, "Errors"),
    Tile("stall-time", .rate, "Stalls"),
  ].compactMap { $0 }

  static let liveTiles: [Tile] = [
    Tile("play", .count, "Plays"),
    Tile("error", .rate, "Errors"),
    Tile("stall-time", .rate, "Stalls"),
  ].compactMap { $0 }

  func queries(of tile: Tile) -> [Query] {
    [number(tile.measure), previousNumber(tile.measure), shape(tile.measure)].compactMap { $0 }
  }

  /// One number for the whole window.
  func number(_ measure: Measure) -> Query { number(measure, window.timeframe) }

  /// One number for the compared period.
  func previousNumber(_ measure: Measure) -> Query? {
    comparable.map { number(measure, $0) }
  }

  /// The intervals of a tile.
  var coarseWindow: TimeWindow {
    subject.view == .live
      ? window : window.coarser(subject.range.coarseInterval, in: subject.zone)
  }

  /// The small shape in a tile; nil for what is not known over time.
  func shape(_ measure: Measure) -> Query? {
    guard measure.seriesName != nil else { return nil }
    let window = coarseWindow
    return query(measure, .timeseries(window.interval), window.timeframe)
  }
}
