/// The rows that answer a question, in their order, on one page; of very many only the first.
struct OrderedRows: Hashable, Sendable {
  let rows: QueryResult.Rows
  /// How many rows there are, those that were left out among them.
  let total: Int

  /// The answer to a question for one number.
  static func number(_ value: MetricValue) -> OrderedRows {
    OrderedRows(rows: .number(value), total: 1)
  }

  /// Rows by value, of a total that is their count unless there are more.
  static func buckets(_ buckets: [QueryResult.Bucket], total: Int? = nil) -> OrderedRows {
    OrderedRows(rows: .buckets(buckets), total: total ?? buckets.count)
  }

  /// Rows by time.
  static func timeseries(_ points: [QueryResult.Point]) -> OrderedRows {
    OrderedRows(rows: .timeseries(points), total: points.count)
  }

  /// Whether the first rows are all there, so many or as many as there are.
  func reach(_ count: Int) -> Bool {
    switch rows {
    case .number: true
    case .buckets(let buckets): buckets.count >= min(count, total)
    case .timeseries(let points): points.count >= min(count, total)
    }
  }
}
