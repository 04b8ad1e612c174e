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
      [
        items(measure), previousItems(measure),
        shownItems(measure), previousShownItems(measure),
      ].compactMap { $0 }
    } + detail.values.map(itemShape)
  }

  /// A column of the table.
  func items(_ measure: Measure) -> Query {
    var query = query(measure, .buckets(.mediaID), window.timeframe, rows: Self.longList)
    query.order.isAscending = measure == detail.lowestFirst
    return query
  }

  /// The first column in the compared period.
  func previousItems(_ measure: Measure) -> Query? {
    guard measure == Self.itemMeasures.first else { return nil }
    return comparable.map { query(measure, .buckets(.mediaID), $0, rows: Self.longList) }
  }

  /// A column of the rows that are shown; nil where the lists hold all items.
  func shownItems(_ measure: Measure) -> Query? {
    shown(measure, window.timeframe)
  }

  /// The first column of the rows that are shown in the compared period.
  func previousShownItems(_ measure: Measure) -> Query? {
    guard measure == Self.itemMeasures.first else { return nil }
    return comparable.flatMap { shown(measure, $0) }
  }

  private func shown(_ measure: Measure, _ timeframe: Timeframe) -> Query? {
    guard detail.hasNumbers, !detail.values.isEmpty else { return nil }
    return query(
      measure,
      .buckets(.mediaID),
      timeframe,
      adding: Filter.Clause(.mediaID, detail.values),
      rows: detail.values.count
    )
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
