public import PlaybackFacts

/// Turns what was written, over HTTP or on the command line, into a question.
///
/// Every rule about questions is here, so whoever holds a ``Query`` need not check it again.
public struct QueryParser: Sendable {
  /// How far back questions may go.
  public let retention: Retention
  /// How much of referrers collectors store; a filter finds that, and the whole.
  public let referrers: ReferrerDetail
  /// Whether playbacks of bots count where a question does not say.
  public let bots: Bots

  /// Makes a parser for the questions to one store.
  public init(
    retention: Retention = Retention(),
    referrers: ReferrerDetail = .page,
    bots: Bots = .all
  ) {
    self.retention = retention
    self.referrers = referrers
    self.bots = bots
  }

  /// The question that a request asks at an instant.
  ///
  /// - Throws: ``QueryError/invalidAttribute(name:detail:)`` for the path, else
  ///   ``QueryError/invalidParameter(name:detail:)`` for the first rule that is broken.
  public func parse(_ request: QueryRequest, now: Timestamp) throws(QueryError) -> Query {
    let target = try QueryTarget(request.endpoint)
    let given = try GivenParameters(request.parameters, for: target)
    let timeframe = try timeframe(given, of: target.measure, now: now)
    let shape = try shape(given, of: target, timeframe)
    let zone = try zone(given)
    return Query(
      target.measure,
      shape,
      isUnique: try given.truth(.unique) ?? false,
      viewDuration: try viewDuration(given),
      in: timeframe,
      openSlot: target.measure.computation == .averageConcurrency
        ? Query.openSlot(in: timeframe, at: now) : nil,
      compared: try compared(given, timeframe, zone, now: now),
      filter: try given.filter(referrers: referrers)
        .counting(target.parameterNames.contains(.bots) ? try bots(given) : .all),
      zone: zone.name,
      order: try order(given, of: shape),
      page: try page(given)
    )
  }

  /// When: a day up to now unless told otherwise, never before the retention's edge.
  private func timeframe(
    _ given: GivenParameters,
    of measure: Measure,
    now: Timestamp
  ) throws(QueryError) -> Timeframe? {
    switch measure.reach {
    case .allTime: return nil
    case .now: return Query.liveTimeframe(at: now)
    case .everywhere, .numberOnly: break
    }
    let edge = retention.edge(at: now)
    let to = try given.dateTime(.to) ?? now.ceiled(to: Milliseconds.second)
    let from = try given.dateTime(.from) ?? max(to - Milliseconds.day, edge)
    guard from < to else { throw given.refusal(.from, Detail.notBeforeTo) }
    guard from >= edge else { throw given.refusal(.from, Detail.before(edge)) }
    return Timeframe(from: from, to: to)
  }

  /// Into how many numbers: for a timeseries, by hour up to two days, else by day.
  private func shape(
    _ given: GivenParameters,
    of target: QueryTarget,
    _ timeframe: Timeframe?
  ) throws(QueryError) -> Query.Shape {
    switch target.kind {
    case .number: return .number
    case .buckets(let dimension): return .buckets(dimension)
    case .histogram: return .histogram
    case .timeseries: break
    }
    let duration = timeframe?.duration ?? 0
    guard let text = given[.interval] else {
      return .timeseries(duration <= 2 * Milliseconds.day ? .hour : .day)
    }
    guard let interval = Interval(rawValue: text) else {
      throw given.refusal(.interval, Detail.notInterval)
    }
    if interval == .minute, duration > 60 * Milliseconds.minute {
      throw given.refusal(.interval, Detail.tooLongForMinutes)
    }
    return .timeseries(interval)
  }

  /// Whether bots count: as the source has it unless told otherwise.
  private func bots(_ given: GivenParameters) throws(QueryError) -> Bots {
    guard let text = given[.bots] else { return bots }
    guard let bots = Bots(rawValue: text) else {
      throw given.refusal(.bots, Detail.notPart(of: Bots.allCases.map(\.rawValue)))
    }
    return bots
  }

  /// What is a view: 5 seconds unless told otherwise.
  private func viewDuration(_ given: GivenParameters) throws(QueryError) -> ViewDuration {
    guard let text = given[.viewDuration] else { return .standard }
    guard let duration = ViewDuration(spelling: text) else {
      throw given.refusal(.viewDuration, Detail.notViewDuration)
    }
    return duration
  }

  /// The zone that cuts intervals and names instants: UTC unless told otherwise.
  private func zone(_ given: GivenParameters) throws(QueryError) -> Zone {
    guard let text = given[.timezone] else { return .utc }
    guard let zone = Zone(text) else { throw given.refusal(.timezone, Detail.notZone) }
    return zone
  }

  /// What numbers are compared with: nothing unless told otherwise; of a time whose facts are no longer
  /// kept nothing is known.
  private func compared(
    _ given: GivenParameters,
    _ timeframe: Timeframe?,
    _ zone: Zone,
    now: Timestamp
  ) throws(QueryError) -> ComparedTimeframe? {
    guard let text = given[.compare], let timeframe else { return nil }
    guard let period = ComparedPeriod(rawValue: text) else {
      throw given.refusal(.compare, Detail.notPart(of: ComparedPeriod.allCases.map(\.rawValue)))
    }
    let compared = period.timeframe(before: timeframe, in: zone)
    return ComparedTimeframe(period, compared.from >= retention.edge(at: now) ? compared : nil)
  }

  /// The order of the rows: that of their shape, of which key and direction can be changed each.
  private func order(
    _ given: GivenParameters,
    of shape: Query.Shape
  ) throws(QueryError) -> Query.Order {
    var order = Query.defaultOrder(of: shape)
    if let text = given[.sortBy] {
      let keys = shape.sortKeys + (given[.compare] == nil ? [] : [.change])
      guard let key = keys.first(where: { $0.rawValue == text }) else {
        throw given.refusal(.sortBy, Detail.notPart(of: keys.map(\.rawValue)))
      }
      order.key = key
    }
    if let text = given[.sortOrder] {
      guard let direction = SortDirection(rawValue: text) else {
        throw given.refusal(
          .sortOrder,
          Detail.notPart(of: SortDirection.allCases.map(\.rawValue))
        )
      }
      order.isAscending = direction == .ascending
    }
    return order
  }

  /// The rows that are wanted: the first 25 unless told otherwise.
  private func page(_ given: GivenParameters) throws(QueryError) -> Query.Page {
    let standard = Query.Page()
    return Query.Page(
      number: try given.integer(.currentPage, in: 1...Int(Int32.max)) ?? standard.number,
      size: try given.integer(.pageSize, in: 1...Query.Page.largestSize) ?? standard.size
    )
  }
}

/// A direction in its spelling over HTTP.
package enum SortDirection: String, CaseIterable {
  case ascending = "asc"
  case descending = "desc"
}

extension Query.Page {
  /// The most rows on a page that can be asked for over HTTP and on the command line.
  public static let largestSize = 100
}

extension Query.Shape {
  /// What its rows can be sorted by.
  package var sortKeys: [Query.SortKey] {
    switch self {
    case .number, .histogram: []
    case .buckets: [.metricValue, .dimensionValue]
    case .timeseries: [.emittedAt, .metricValue]
    }
  }
}
