import PlaybackFacts

extension Query {
  /// The questions about all pages whose rows make up the answer: one, or one for each timeframe.
  var questions: [Query] { [current] + (before.map { [$0] } ?? []) }

  /// The answer, made of the rows of ``questions``; nil where rows are missing.
  func result(of rows: [Query: OrderedRows]) -> QueryResult? {
    guard let now = rows[current] else { return nil }
    guard compared != nil else { return page(of: now) }
    let former = before.flatMap { rows[$0]?.rows }
    switch (now.rows, former) {
    case (.number, .number(let value)):
      return QueryResult(query: self, rows: now.rows, compared: [value], itemsTotal: 1)
    case (.number, _):
      return QueryResult(query: self, rows: now.rows, compared: [nil], itemsTotal: 1)
    case (.buckets(let now), .buckets(let former)):
      return page(of: joined(now, former, by: \.dimensionValue)) { .buckets($0) }
    case (.buckets(let now), _):
      return page(of: joined(now, nil, by: \.dimensionValue)) { .buckets($0) }
    case (.timeseries(let now), .timeseries(let former)):
      return page(of: joined(now, moved(former), by: \.emittedAt)) { .timeseries($0) }
    case (.timeseries(let now), _):
      return page(of: joined(now, nil, by: \.emittedAt)) { .timeseries($0) }
    case (.histogram(let now), .histogram(let former)):
      return page(of: joined(now, former, by: \.bounds)) { .histogram($0) }
    case (.histogram(let now), _):
      return page(of: joined(now, nil, by: \.bounds)) { .histogram($0) }
    }
  }

  /// The question about its own timeframe.
  private var current: Query {
    var query = ofAllPages
    query.compared = nil
    if query.order.key == .change { query.order = Self.defaultOrder(of: shape) }
    return query
  }

  /// The question about the compared timeframe, all of which has passed.
  private var before: Query? {
    compared?.timeframe.map { timeframe in
      var query = current
      query.timeframe = timeframe
      query.openSlot = nil
      return query
    }
  }

  /// Puts rows of one name side by side; what is in one of them only counts 0 in the other, where that
  /// is what being left out means.
  private func joined<Row: NamedRow, Name: Hashable>(
    _ now: [Row],
    _ former: [Row]?,
    by name: (Row) -> Name
  ) -> [ComparedRow<Row>] {
    guard let former else { return now.map { ComparedRow(row: $0, before: nil) } }
    let none: MetricValue? =
      measure.isZeroWhereAbsent || shape == .histogram
      ? (hasWholeValues ? .integer(0) : .decimal(0)) : nil
    let before = Dictionary(former.map { (name($0), $0) }) { first, _ in first }
    let names = Set(now.map(name))
    return now.map { ComparedRow(row: $0, before: before[name($0)]?.value ?? none) }
      + former.compactMap { row in
        guard let none, !names.contains(name(row)) else { return nil }
        return ComparedRow(row: row.replacing(value: none), before: row.value)
      }
  }

  /// Points of the compared timeframe under the names of this one's intervals: noon is noon where it is moved
  /// by days, though clocks have changed, else first to first.
  private func moved(_ points: [QueryResult.Point]) -> [QueryResult.Point] {
    // The zone was read when the questions were answered.
    guard let edges = try? current.edges(), let formerEdges = try? before?.edges(),
      let zone = Zone(zone), let timeframe, let formerTimeframe = before?.timeframe
    else { return [] }
    let days = zone.days(from: timeframe, to: formerTimeframe)
    let former = Dictionary(points.map { ($0.emittedAt, $0.value) }) { first, _ in first }
    return (0..<edges.count).compactMap { number in
      let time =
        days.map { zone.moved(edges.times[number], byDays: $0) }
        ?? (number < formerEdges.count ? formerEdges.times[number] : nil)
      return time.flatMap { former[$0] }.map { value in
        QueryResult.Point(
          emittedAt: edges.times[number],
          offsetSeconds: edges.offsetSeconds(ofInterval: number),
          value: value
        )
      }
    }
  }

  private func page<Row: NamedRow>(
    of rows: [ComparedRow<Row>],
    _ shaped: ([Row]) -> QueryResult.Rows
  ) -> QueryResult {
    let wanted = shape == .histogram ? ordered(rows) : wanted(ordered(rows))
    return QueryResult(
      query: self,
      rows: shaped(wanted.map(\.row)),
      compared: wanted.map(\.before),
      itemsTotal: rows.count
    )
  }
}

/// A row, with the value of the compared timeframe.
private struct ComparedRow<Row: NamedRow>: NamedRow {
  let row: Row
  let before: MetricValue?

  var value: MetricValue { row.value }
  var change: Double? { before.map { value.double - $0.double } }

  func isNamed(before other: Self) -> Bool { row.isNamed(before: other.row) }

  func replacing(value: MetricValue) -> Self {
    ComparedRow(row: row.replacing(value: value), before: before)
  }
}
