import PlaybackFacts

extension Query {
  /// This question about the first page: all pages of an answer are rows of the same one.
  var ofAllPages: Query {
    var query = self
    query.page = Page()
    return query
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

  /// What a backend has to add up to answer this question.
  func sumQuery(_ edges: IntervalEdges?) -> SumQuery {
    let grouping: SumQuery.Grouping =
      switch shape {
      case .number: .none
      case .buckets(let dimension): .dimension(dimension)
      case .timeseries: edges.map { .intervals($0.times) } ?? .none
      }
    return SumQuery(
      span: timeframe.map { .timeframe($0) } ?? .allTime,
      filter: filter,
      grouping: grouping,
      sums: Set(measure.formula.sums)
    )
  }

  /// The rows of the answer, in order, on one endless page.
  ///
  /// - Throws: ``QueryError/unavailable(reason:)`` for sums in another shape than was asked for.
  func rows(of sums: SumRows, _ edges: IntervalEdges?) throws(QueryError) -> QueryResult.Rows {
    switch (shape, sums) {
    case (.number, .total(let sums)):
      return .number(measure.formula.value(of: sums))
    case (.buckets, .byValue(let sums)):
      return .buckets(ordered(present(sums).map(bucket)))
    case (.timeseries, .byInterval(let sums)):
      guard let edges else { return .timeseries([]) }
      return .timeseries(ordered(present(sums).map { point($0, $1, edges) }))
    default:
      throw .unavailable(reason: "The backend added up in another shape than was asked for.")
    }
  }

  /// The rows of the page that is wanted.
  func page(of rows: QueryResult.Rows) -> QueryResult {
    switch rows {
    case .number: QueryResult(query: self, rows: rows, itemsTotal: 1)
    case .buckets(let all):
      QueryResult(query: self, rows: .buckets(wanted(all)), itemsTotal: all.count)
    case .timeseries(let all):
      QueryResult(query: self, rows: .timeseries(wanted(all)), itemsTotal: all.count)
    }
  }

  // MARK: - Steps

  /// Leaves out the groups in which nothing that the measure reads happened.
  private func present<Group>(_ sums: [Group: Sums]) -> [(Group, Sums)] {
    sums.compactMap { measure.formula.isPresent(in: $0.value) ? ($0.key, $0.value) : nil }
  }

  private func bucket(_ dimensionValue: String, _ sums: Sums) -> QueryResult.Bucket {
    QueryResult.Bucket(
      value: measure.formula.value(of: sums),
      dimensionValue: dimensionValue
    )
  }

  private func point(_ number: Int, _ sums: Sums, _ edges: IntervalEdges) -> QueryResult.Point {
    QueryResult.Point(
      emittedAt: edges.times[number],
      offsetSeconds: edges.offsetSeconds(ofInterval: number),
      value: measure.formula.value(of: sums)
    )
  }

  /// Sorts by the key that is wanted; rows that are equal in it ascend by their name.
  private func ordered<Row: NamedRow>(_ rows: [Row]) -> [Row] {
    switch (order.key, order.isAscending) {
    case (.metricValue, true):
      rows.sorted { $0.value != $1.value ? $0.value < $1.value : $0.isNamed(before: $1) }
    case (.metricValue, false):
      rows.sorted { $0.value != $1.value ? $0.value > $1.value : $0.isNamed(before: $1) }
    case (.dimensionValue, true), (.emittedAt, true):
      rows.sorted { $0.isNamed(before: $1) }
    case (.dimensionValue, false), (.emittedAt, false):
      rows.sorted { $1.isNamed(before: $0) }
    }
  }

  private func wanted<Row>(_ rows: [Row]) -> [Row] {
    let (first, overflows) = (page.number - 1).multipliedReportingOverflow(by: page.size)
    guard !overflows, first < rows.count else { return [] }
    return Array(rows[first...].prefix(page.size))
  }
}

/// A row of an answer, which has a name beside its value.
private protocol NamedRow {
  var value: MetricValue { get }
  /// Whether the name of this row comes before that of another.
  func isNamed(before other: Self) -> Bool
}

extension QueryResult.Bucket: NamedRow {
  fileprivate func isNamed(before other: Self) -> Bool {
    // By bytes: Swift compares strings by their canonical form, which other backends don't.
    dimensionValue.utf8.lexicographicallyPrecedes(other.dimensionValue.utf8)
  }
}

extension QueryResult.Point: NamedRow {
  fileprivate func isNamed(before other: Self) -> Bool { emittedAt < other.emittedAt }
}
