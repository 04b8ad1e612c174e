public import PlaybackFacts

/// The answer to a ``Query``.
public struct QueryResult: Hashable, Sendable {
  /// One value of a dimension.
  public struct Bucket: Hashable, Sendable {
    /// The number.
    public let value: MetricValue
    /// The dimension's value.
    public let dimensionValue: String

    /// Makes a row.
    public init(value: MetricValue, dimensionValue: String) {
      self.value = value
      self.dimensionValue = dimensionValue
    }
  }

  /// One interval of time.
  public struct Point: Hashable, Sendable {
    /// The start of the interval, also where the timeframe begins inside it.
    public let emittedAt: Timestamp
    /// The offset of the query's zone then, in seconds.
    public let offsetSeconds: Int
    /// The number.
    public let value: MetricValue

    /// Makes a row.
    public init(emittedAt: Timestamp, offsetSeconds: Int, value: MetricValue) {
      self.emittedAt = emittedAt
      self.offsetSeconds = offsetSeconds
      self.value = value
    }
  }

  /// The values of one size.
  public struct Bin: Hashable, Sendable {
    /// The sizes, in the unit of the measure: from the first, without the last.
    public let bounds: Range<Int64>
    /// How many there are.
    public let value: MetricValue

    /// Makes a row.
    public init(bounds: Range<Int64>, value: MetricValue) {
      self.bounds = bounds
      self.value = value
    }
  }

  /// The numbers, in the shape of the query.
  public enum Rows: Hashable, Sendable {
    case number(MetricValue)
    case buckets([Bucket])
    case timeseries([Point])
    case histogram([Bin])
  }

  /// The question.
  public let query: Query
  /// The rows of the page that was asked for.
  public let rows: Rows
  /// For each row, or for the number, the value of the compared timeframe, nil where there is none;
  /// nil where nothing is compared.
  public let compared: [MetricValue?]?
  /// How many rows there are on all pages; 1 for a number.
  public let itemsTotal: Int

  /// Makes an answer.
  public init(query: Query, rows: Rows, compared: [MetricValue?]? = nil, itemsTotal: Int) {
    self.query = query
    self.rows = rows
    self.compared = compared
    self.itemsTotal = itemsTotal
  }

  /// How many pages there are, ≥ 1.
  public var pagesTotal: Int { query.page.pagesTotal(of: itemsTotal) }
}

/// Answers to several questions over the same data.
public struct QueryAnswer: Sendable {
  /// The data that all of them show.
  public let state: DataState
  /// One for each question, in their order.
  public let results: [QueryResult]
  /// How long to wait with the next questions, because the source limits how often it is asked.
  public let rest: Duration

  /// Makes an answer.
  public init(state: DataState, results: [QueryResult], rest: Duration = .zero) {
    self.state = state
    self.results = results
    self.rest = rest
  }
}

extension MetricValue: Comparable {
  /// Whether `lhs` is the smaller number; whole numbers are compared exactly.
  public static func < (lhs: MetricValue, rhs: MetricValue) -> Bool {
    switch (lhs, rhs) {
    case (.integer(let lhs), .integer(let rhs)): lhs < rhs
    default: lhs.double < rhs.double
    }
  }
}

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

  /// Rows by size.
  static func histogram(_ bins: [QueryResult.Bin]) -> OrderedRows {
    OrderedRows(rows: .histogram(bins), total: bins.count)
  }

  /// Whether the first rows are all there, so many or as many as there are.
  func reach(_ count: Int) -> Bool {
    switch rows {
    case .number: true
    case .buckets(let buckets): buckets.count >= min(count, total)
    case .timeseries(let points): points.count >= min(count, total)
    case .histogram: true
    }
  }
}
