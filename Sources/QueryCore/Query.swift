public import PlaybackFacts

/// A validated question.
///
/// ```
/// SELECT   measure                       -- what
/// BY       shape                         -- one number, by dimension, or by interval
/// WHERE    timeframe AND filter          -- which facts
/// ORDER BY order                         -- buckets and timeseries only
/// LIMIT    page                          -- buckets and timeseries only
/// ```
public struct Query: Hashable, Sendable {
  /// Into how many numbers the answer falls.
  public enum Shape: Hashable, Sendable {
    /// One.
    case number
    /// One for each value of a dimension.
    case buckets(Dimension)
    /// One for each interval.
    case timeseries(Interval)
    /// How many values there are of each size: a count for each bucket of a ``Histogram``, or of
    /// ``WatchTimes``, that has any.
    case histogram
  }

  /// What the rows of an answer are sorted by.
  public enum SortKey: String, Hashable, Sendable {
    case metricValue, dimensionValue, emittedAt
    /// By how much the number differs from the one that it is compared with.
    case change
  }

  /// The order of the rows.
  public struct Order: Hashable, Sendable {
    /// What they are sorted by.
    public var key: SortKey
    /// Whether the lowest comes first.
    public var isAscending: Bool

    /// Makes an order.
    public init(_ key: SortKey, isAscending: Bool) {
      self.key = key
      self.isAscending = isAscending
    }
  }

  /// Which rows of an answer are wanted.
  public struct Page: Hashable, Sendable {
    /// The page's number, ≥ 1.
    public var number: Int
    /// Rows on a page, 1–100; the dashboard may ask for more.
    public var size: Int

    /// Makes a page.
    public init(number: Int = 1, size: Int = 25) {
      self.number = number
      self.size = size
    }
  }

  /// What is asked for.
  public var measure: Measure
  /// Into how many numbers.
  public var shape: Shape
  /// Whether viewers are counted, each once a UTC day or slot, where playbacks are otherwise.
  public var isUnique: Bool
  /// What is a view; says nothing of other metrics.
  public var viewDuration: ViewDuration
  /// When; nil for totals, which are of all time.
  public var timeframe: Timeframe?
  /// Where a slot begins that is open when the question is asked, for averages over slots, which leave
  /// out those after it; nil where all slots of the timeframe have begun.
  public var openSlot: Timestamp?
  /// What the numbers are compared with; nil for nothing.
  public var compared: ComparedTimeframe?
  /// Which playbacks.
  public var filter: Filter
  /// The IANA name of the zone that cuts intervals and names instants.
  public var zone: String
  /// The order of the rows.
  public var order: Order
  /// The rows that are wanted.
  public var page: Page

  /// Makes a question; without an order, the default of its shape.
  public init(
    _ measure: Measure,
    _ shape: Shape = .number,
    isUnique: Bool = false,
    viewDuration: ViewDuration = .standard,
    in timeframe: Timeframe?,
    openSlot: Timestamp? = nil,
    compared: ComparedTimeframe? = nil,
    filter: Filter = Filter(),
    zone: String = "UTC",
    order: Order? = nil,
    page: Page = Page()
  ) {
    self.measure = measure
    self.shape = shape
    self.isUnique = isUnique
    self.viewDuration = viewDuration
    self.timeframe = timeframe
    self.openSlot = openSlot
    self.compared = compared
    self.filter = filter
    self.zone = zone
    self.order = order ?? Self.defaultOrder(of: shape)
    self.page = page
  }

  /// The order in which rows come unless another is asked for.
  public static func defaultOrder(of shape: Shape) -> Order {
    switch shape {
    case .number, .buckets: Order(.metricValue, isAscending: false)
    case .timeseries: Order(.emittedAt, isAscending: true)
    case .histogram: Order(.dimensionValue, isAscending: true)
    }
  }
}

/// The width of the parts of a timeseries.
public enum Interval: String, CaseIterable, Hashable, Sendable {
  case minute, hour, day
}

extension Query.Page {
  /// How many pages of this size so many rows lie on, ≥ 1.
  package func pagesTotal(of items: Int) -> Int { max(1, (items + size - 1) / size) }

  /// How many rows lie on the pages before this one; nil where they are more than can be counted.
  package var firstRow: Int? {
    let (row, isTooFar) = (number - 1).multipliedReportingOverflow(by: size)
    return isTooFar ? nil : row
  }
}

extension Query {
  /// Whether the numbers of its answer are whole.
  package var hasWholeValues: Bool { shape == .histogram || measure.isWhole }

  /// What an answer calls the metric: `play-rate`, `view-5`, `unique-view-10`, `unique-ccv-peak`; for
  /// a number, whose aggregation is told beside it, `play`, `view-5`, `unique-ccv`.
  public var contextMetric: String {
    var name =
      switch shape {
      case .number, .histogram: measure.metric
      case .buckets, .timeseries: measure.seriesName ?? measure.metric
      }
    if measure.computation == .views { name += "-\(viewDuration.seconds)" }
    return isUnique && measure.canBeUnique ? "unique-" + name : name
  }
}
