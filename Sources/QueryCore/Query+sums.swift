import PlaybackFacts

extension Query {
  /// This question about one page that reaches as far as it needs: pages of an answer are rows of the same.
  ///
  /// It is longer than the page that is asked for, so that those who turn pages rarely ask a backend.
  var ofAllPages: Query {
    var query = self
    query.page = Page(size: Self.endless)
    guard addsUpOrderedRows else { return query }
    let (last, overflows) = page.number.multipliedReportingOverflow(by: page.size)
    guard !overflows, last < Self.longestPart else { return query }
    query.page.size = Self.shortestPart
    while query.page.size < last { query.page.size *= 2 }
    return query
  }

  /// Whether it has rows by value whose order follows from sums.
  private var addsUpOrderedRows: Bool {
    guard case .buckets = shape, compared == nil, order.key == .metricValue else { return false }
    return switch measure.computation {
    case .sums: true
    case .views: !isUnique
    case .peakConcurrency, .averageConcurrency, .percentile: false
    }
  }

  /// The size of a page that all rows lie on.
  static let endless = Int.max
  private static let shortestPart = 128
  /// Beyond so many rows all are asked for.
  private static let longestPart = 1 << 20

  /// The question that finds this one's rows among those that are cached, however many are wanted.
  var ofAnyPage: Query {
    var query = self
    query.page = Page(size: Self.endless)
    return query
  }

  /// Which rows of ``ofAllPages`` a backend is asked for; nil for all.
  var leading: LeadingRows? {
    guard addsUpOrderedRows, page.size < Self.endless else { return nil }
    let formula =
      switch measure.computation {
      case .sums(let formula): formula
      case .views, .peakConcurrency, .averageConcurrency, .percentile: Formula(viewDuration.sum)
      }
    return LeadingRows(formula, isAscending: order.isAscending, count: page.size)
  }

  /// Where the intervals of a timeseries begin and end; nil for other shapes.
  ///
  /// - Throws: ``QueryError/invalidParameter(name:detail:)`` for a zone that there is not.
  func edges() throws(QueryError) -> IntervalEdges? {
    guard case .timeseries(let interval) = shape else { return nil }
    guard let zone = Zone(zone) else {
      throw .invalidParameter(name: ParameterName.timezone.rawValue, detail: Detail.notZone)
    }
    return timeframe.map { IntervalEdges(interval, of: $0, in: zone) }
  }

  /// What a backend has to count to answer this question.
  func sumQuery(_ edges: IntervalEdges?) -> SumQuery {
    let grouping: SumQuery.Grouping =
      switch shape {
      case .number, .histogram: .none
      case .buckets(let dimension): .dimension(dimension)
      case .timeseries: edges.map { .intervals($0.times) } ?? .none
      }
    var sumQuery = SumQuery(
      span: timeframe.map { .timeframe($0) } ?? .allTime,
      filter: filter,
      grouping: grouping,
      sums: []
    )
    if shape == .histogram, let counting = measure.histogramCounting {
      sumQuery.counting = counting
      return sumQuery
    }
    switch measure.computation {
    case .sums(let formula):
      sumQuery.sums = Set(formula.sums)
      sumQuery.leading = leading.map { [$0] } ?? []
    case .views where isUnique: sumQuery.counting = .viewers(of: viewDuration)
    case .views:
      sumQuery.sums = [viewDuration.sum]
      sumQuery.leading = leading.map { [$0] } ?? []
    case .peakConcurrency, .averageConcurrency:
      sumQuery.counting = .concurrency(of: isUnique ? .viewers : .playbacks)
    case .percentile: sumQuery.counting = .impressionTimes
    }
    return sumQuery
  }

  /// The rows of the answer, in order, on one page: all, or of very many the first that this question
  /// reaches.
  ///
  /// - Throws: ``QueryError/unavailable(reason:)`` for sums in another shape than was asked for.
  func rows(of sums: SumRows, _ edges: IntervalEdges?) throws(QueryError) -> OrderedRows {
    if shape == .histogram {
      switch sums {
      case .impressionTimes(.total(let histogram)):
        return .histogram(
          histogram.entries.map {
            QueryResult.Bin(bounds: Histogram.bounds(of: $0.bucket), value: .integer($0.count))
          }
        )
      case .watchTimes(let times): return .histogram(times.bins)
      default: throw .otherShape
      }
    }
    switch (shape, try figures(of: sums, edges)) {
    case (.number, .total(let figure)):
      return .number(figure.value)
    case (.buckets, .byValue(let figures)):
      let rows = ordered(
        present(figures).map { QueryResult.Bucket(value: $1.value, dimensionValue: $0) }
      )
      guard case .leading(let leading) = sums else { return .buckets(rows) }
      guard let asked = self.leading, let total = leading.counts[asked] else { throw .otherShape }
      return .buckets(Array(rows.prefix(asked.count)), total: total)
    case (.timeseries, .byInterval(let figures)):
      guard let edges else { return .timeseries([]) }
      return .timeseries(ordered(present(figures).map { point($0, $1.value, edges) }))
    default: throw .otherShape
    }
  }

  /// The rows of the page that is wanted.
  func page(of rows: OrderedRows) -> QueryResult {
    let wanted: QueryResult.Rows =
      switch rows.rows {
      case .number: rows.rows
      case .buckets(let buckets): .buckets(wanted(buckets))
      case .timeseries(let points): .timeseries(wanted(points))
      case .histogram: rows.rows
      }
    return QueryResult(query: self, rows: wanted, itemsTotal: rows.total)
  }

  // MARK: - Steps

  /// A number, and whether the group that it is of is part of an answer.
  private struct Figure {
    var value: MetricValue
    var isPresent: Bool
  }

  /// Computes the measure of each group.
  private func figures(
    of rows: SumRows,
    _ edges: IntervalEdges?
  ) throws(QueryError) -> Grouped<Figure> {
    switch (measure.computation, rows) {
    case (.sums(let formula), .sums(let sums)): figures(formula, sums)
    case (.sums(let formula), .leading(let leading)): figures(formula, .byValue(leading.sums))
    case (.views, .sums(let sums)): figures(Formula(viewDuration.sum), sums)
    case (.views, .leading(let leading)):
      figures(Formula(viewDuration.sum), .byValue(leading.sums))
    case (.views, .viewers(let viewers)):
      viewers.mapped { count, _ in Figure(value: .integer(count), isPresent: count != 0) }
    case (.peakConcurrency, .concurrency(let slots)):
      slots.mapped { slots, _ in
        Figure(value: .integer(slots.peak), isPresent: slots.total != 0)
      }
    case (.averageConcurrency, .concurrency(let slots)):
      slots.mapped { slots, interval in
        let stretch = interval.flatMap { edges?.stretch(ofInterval: $0) } ?? timeframe
        let count = stretch.map(slotCount) ?? 0
        return Figure(
          value: .decimal(count == 0 ? 0 : Double(slots.total) / Double(count)),
          isPresent: slots.total != 0
        )
      }
    case (.percentile(let percent), .impressionTimes(let histograms)):
      histograms.mapped { histogram, _ in
        Figure(
          value: .integer(histogram.percentile(percent) ?? 0),
          isPresent: !histogram.isEmpty
        )
      }
    default: throw .otherShape
    }
  }

  private func figures(_ formula: Formula, _ sums: Grouped<Sums>) -> Grouped<Figure> {
    sums.mapped { sums, _ in
      Figure(value: formula.value(of: sums), isPresent: formula.isPresent(in: sums))
    }
  }

  /// Leaves out the groups in which nothing that the measure reads happened.
  private func present<Group>(_ figures: [Group: Figure]) -> [(Group, Figure)] {
    figures.compactMap { $0.value.isPresent ? ($0.key, $0.value) : nil }
  }

  private func point(
    _ number: Int,
    _ value: MetricValue,
    _ edges: IntervalEdges
  ) -> QueryResult.Point {
    QueryResult.Point(
      emittedAt: edges.times[number],
      offsetSeconds: edges.offsetSeconds(ofInterval: number),
      value: value
    )
  }

  /// Sorts by the key that is wanted; rows that are equal in it ascend by their name.
  func ordered<Row: NamedRow>(_ rows: [Row]) -> [Row] {
    switch (order.key, order.isAscending) {
    case (.metricValue, true):
      rows.sorted { $0.value != $1.value ? $0.value < $1.value : $0.isNamed(before: $1) }
    case (.metricValue, false):
      rows.sorted { $0.value != $1.value ? $0.value > $1.value : $0.isNamed(before: $1) }
    case (.change, let isAscending):
      // What can't be compared comes last in either order.
      rows.sorted {
        guard let change = $0.change else { return $1.change == nil && $0.isNamed(before: $1) }
        guard let other = $1.change else { return true }
        return change != other ? (change < other) == isAscending : $0.isNamed(before: $1)
      }
    case (.dimensionValue, true), (.emittedAt, true):
      rows.sorted { $0.isNamed(before: $1) }
    case (.dimensionValue, false), (.emittedAt, false):
      rows.sorted { $1.isNamed(before: $0) }
    }
  }

  func wanted<Row>(_ rows: [Row]) -> [Row] {
    let (first, overflows) = (page.number - 1).multipliedReportingOverflow(by: page.size)
    guard !overflows, first < rows.count else { return [] }
    return Array(rows[first...].prefix(page.size))
  }
}

extension Grouped {
  /// The same groups with other values; an interval's number is told.
  fileprivate func mapped<Other>(_ transform: (Value, Int?) -> Other) -> Grouped<Other> {
    switch self {
    case .total(let value): .total(transform(value, nil))
    case .byValue(let values): .byValue(values.mapValues { transform($0, nil) })
    case .byInterval(let values):
      .byInterval(
        Dictionary(uniqueKeysWithValues: values.map { ($0.key, transform($0.value, $0.key)) })
      )
    }
  }
}

extension QueryError {
  fileprivate static let otherShape = QueryError.unavailable(
    reason: "The backend added up in another shape than was asked for."
  )
}

/// A row of an answer, which has a name beside its value.
protocol NamedRow {
  var value: MetricValue { get }
  /// By how much the value differs from the one that it is compared with; nil where it is not.
  var change: Double? { get }
  /// Whether the name of this row comes before that of another.
  func isNamed(before other: Self) -> Bool
  /// The row with another value.
  func replacing(value: MetricValue) -> Self
}

extension NamedRow {
  var change: Double? { nil }
}

extension QueryResult.Bucket: NamedRow {
  func isNamed(before other: Self) -> Bool {
    dimensionValue.precedes(other.dimensionValue)
  }

  func replacing(value: MetricValue) -> Self {
    Self(value: value, dimensionValue: dimensionValue)
  }
}

extension QueryResult.Bin: NamedRow {
  func isNamed(before other: Self) -> Bool { bounds.lowerBound < other.bounds.lowerBound }

  func replacing(value: MetricValue) -> Self { Self(bounds: bounds, value: value) }
}

extension QueryResult.Point: NamedRow {
  func isNamed(before other: Self) -> Bool { emittedAt < other.emittedAt }

  func replacing(value: MetricValue) -> Self {
    Self(emittedAt: emittedAt, offsetSeconds: offsetSeconds, value: value)
  }
}
