import PlaybackFacts

extension QueryRequest {
  /// The request that asks a question; reading it back gives the question.
  ///
  /// The timeframe is written out, as is the interval. Whatever else has its default is left out,
  /// but the page, too, is written out where `namesPage` is true. Clauses of one dimension are
  /// merged, and a page holds at most 100 rows, as nothing else can be written.
  public init(_ query: Query, namesPage: Bool = false) {
    self.init(Endpoint(query))
    if let timeframe = query.timeframe, query.measure.reach != .now {
      add(.from, timeframe.from.exactAtom)
      add(.to, timeframe.to.exactAtom)
    }
    if let compared = query.compared { add(.compare, compared.period.rawValue) }
    if query.isUnique, query.measure.canBeUnique { add(.unique, "true") }
    if query.measure.computation == .views, query.viewDuration != .standard {
      add(.viewDuration, query.viewDuration.spelling)
    }
    if case .timeseries(let interval) = query.shape { add(.interval, interval.rawValue) }
    if query.filter.bots != .all { add(.bots, query.filter.bots.rawValue) }
    for clause in query.filter.normalized.clauses where clause.dimension != .bots {
      let filter = FilterParameter(clause.dimension, isNegated: clause.isNegated)
      parameters += clause.values.map { Parameter(filter.repeatableName, $0) }
    }
    if query.zone != Zone.utc.name { add(.timezone, query.zone) }
    guard query.shape != .number, query.shape != .histogram else { return }
    let standard = Query.defaultOrder(of: query.shape)
    if query.order.key != standard.key { add(.sortBy, query.order.key.rawValue) }
    if query.order.isAscending != standard.isAscending {
      let direction: SortDirection = query.order.isAscending ? .ascending : .descending
      add(.sortOrder, direction.rawValue)
    }
    let page = Query.Page()
    let size = min(query.page.size, Query.Page.largestSize)
    if namesPage || query.page.number != page.number {
      add(.currentPage, String(query.page.number))
    }
    if namesPage || size != page.size { add(.pageSize, String(size)) }
  }

  private mutating func add(_ name: ParameterName, _ value: String) {
    parameters.append(Parameter(name, value))
  }
}

extension QueryRequest.Endpoint {
  fileprivate init(_ query: Query) {
    let measure = query.measure
    let name = measure.seriesName ?? measure.metric
    self =
      switch query.shape {
      case .number:
        .metrics(metric: measure.metric, aggregation: measure.aggregation.rawValue)
      case .buckets(let dimension): .buckets(metric: name, breakdown: dimension.breakdownName)
      case .timeseries: .timeseries(metric: name)
      case .histogram: .histogram(metric: measure.metric)
      }
  }

  /// The endpoint's own name, followed by the parts of the path up to the first that is missing.
  package var parts: [String] {
    let (name, parts) =
      switch self {
      case .metrics(let metric, let aggregation): ("metrics", [metric, aggregation])
      case .buckets(let metric, let breakdown): ("buckets", [metric, breakdown])
      case .timeseries(let metric): ("timeseries", [metric])
      case .histogram(let metric): ("histogram", [metric])
      }
    return [name] + parts.prefix { $0 != nil }.compactMap { $0 }
  }
}

extension Timestamp {
  /// An ATOM date-time in UTC, with milliseconds where there are any.
  fileprivate var exactAtom: String {
    let fraction = floored(to: Milliseconds.second) - self
    guard fraction != 0 else { return atom }
    let digits = String(-fraction)
    let padding = String(repeating: "0", count: 3 - digits.count)
    return "\(atom.dropLast(6)).\(padding)\(digits)\(atom.suffix(6))"
  }
}
