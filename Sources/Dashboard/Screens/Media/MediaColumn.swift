import QueryCore

/// The columns of numbers in the table of media items.
enum MediaColumn: Int, CaseIterable, Sendable {
  case plays, playRate, completed, averageWatchTime, errorRate

  /// What it shows.
  var measure: Measure {
    let measure =
      switch self {
      case .plays: Measure.plays
      case .playRate: MetricCatalog.measure("play", .rate)
      case .completed: MetricCatalog.measure("end", .rate)
      case .averageWatchTime: MetricCatalog.measure("watch-time", .average)
      case .errorRate: MetricCatalog.measure("error", .rate)
      }
    return measure ?? .plays
  }

  /// What stands above it.
  var heading: String {
    switch self {
    case .plays: "plays"
    case .playRate: "play rate"
    case .completed: "to end"
    case .averageWatchTime: "avg watch"
    case .errorRate: "errors"
    }
  }

  /// The same column to sort by.
  var sort: RowSort.Column { RowSort.Column(measure.title.lowercased()) }

  /// The column that is sorted by; nil for titles and changes.
  init?(_ column: RowSort.Column) {
    guard let found = Self.allCases.first(where: { $0.sort == column }) else { return nil }
    self = found
  }

  /// The measures of all columns, in their order.
  static let measures = allCases.map(\.measure)
}

extension RowSort.Column {
  static let mediaTitle = RowSort.Column("title", isName: true)
}

extension Snapshot.TableRow {
  /// A media item of which nothing is known yet.
  static func unknownMedia(_ id: String) -> Snapshot.TableRow {
    let values = [Double?](repeating: nil, count: MediaColumn.allCases.count)
    return Snapshot.TableRow(id: id, values: values, previous: nil)
  }

  /// The number of a column; nil where there was nothing to measure.
  subscript(column: MediaColumn) -> Double? {
    values.indices.contains(column.rawValue) ? values[column.rawValue] : nil
  }

  /// By how much plays are more than before; nil where that is not known.
  var changeOfPlays: Double? {
    Change.amount(from: previous, to: self[.plays], of: MediaColumn.plays.measure)
  }
}
