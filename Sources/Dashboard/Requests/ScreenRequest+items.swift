import PlaybackFacts
import QueryCore

extension ScreenRequest {
  /// The columns of the table of media items.
  static let itemMeasures: [Measure] = [
    MetricCatalog.measure("play", .count), MetricCatalog.measure("play", .rate),
    MetricCatalog.measure("end", .rate), MetricCatalog.measure("watch-time", .average),
    MetricCatalog.measure("error", .rate),
  ].compactMap { $0 }

  /// The questions of the table of media items.
  var itemQueries: [Query] {
    guard subject.view == .media else { return [] }
    return Self.itemMeasures.flatMap { measure in
      [items(measure), previousItems(measure)].compactMap { $0 }
    } + detail.values.map(itemShape)
  }

  /// A column of the table.
  func items(_ measure: Measure) -> Query {
    query(measure, .buckets(.mediaID), window.timeframe, rows: Self.longList)
  }

  /// The first column in the compared period.
  func previousItems(_ measure: Measure) -> Query? {
    guard measure == Self.itemMeasures.first else { return nil }
    return comparable.map { query(measure, .buckets(.mediaID), $0, rows: Self.longList) }
  }

  /// The shape of one item over time.
  func itemShape(_ mediaID: String) -> Query {
    let window = coarseWindow
    return query(
      Self.itemMeasures[0],
      .timeseries(window.interval),
      window.timeframe,
      adding: Filter.Clause(.mediaID, [mediaID])
    )
  }
}
