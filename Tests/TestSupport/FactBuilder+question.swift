public import PlaybackFacts
public import QueryCore

extension FactBuilder {
  /// A random question that can be written: every measure, shape, filter, zone, order and page.
  public mutating func question(in timeframe: Timeframe) -> Query {
    let shape = pick([
      Query.Shape.number, .buckets(pick(Dimension.allCases)), .timeseries(pick([.hour, .day])),
      .timeseries(.minute), .histogram,
    ])
    var asked = subframe(of: timeframe)
    if shape == .timeseries(.minute) {
      asked.to = min(asked.to, asked.from + 60 * Milliseconds.minute)
    }
    switch shape {
    case .number: return number(in: asked)
    case .buckets(let dimension):
      let measure = pick(MetricCatalog.bucketMeasures.filter { $0.breakdowns.contains(dimension) })
      return rows(of: measure, shape, in: asked, keys: [.metricValue, .dimensionValue])
    case .timeseries:
      let measure = pick(MetricCatalog.timeseriesMeasures)
      return rows(of: measure, shape, in: asked, keys: [.metricValue, .emittedAt])
    case .histogram:
      let measure = pick(MetricCatalog.histogramMeasures)
      return Query(measure, shape, in: asked, filter: filter(for: measure), zone: zone())
    }
  }

  private mutating func number(in timeframe: Timeframe) -> Query {
    let measure = pick(MetricCatalog.measures)
    let asked: Timeframe? =
      switch measure.reach {
      case .allTime: nil
      case .now: Query.liveTimeframe(at: timeframe.to)
      case .everywhere, .numberOnly: timeframe
      }
    return Query(
      measure,
      isUnique: isUnique(measure),
      viewDuration: viewDuration(measure),
      in: asked,
      filter: filter(for: measure),
      zone: zone()
    )
  }

  private mutating func rows(
    of measure: Measure,
    _ shape: Query.Shape,
    in timeframe: Timeframe,
    keys: [Query.SortKey]
  ) -> Query {
    Query(
      measure,
      shape,
      isUnique: isUnique(measure),
      viewDuration: viewDuration(measure),
      in: measure.reach == .allTime ? nil : timeframe,
      filter: filter(for: measure),
      zone: zone(),
      order: generator.chance(0.4)
        ? nil : Query.Order(pick(keys), isAscending: generator.chance(0.5)),
      page: Query.Page(
        number: Int.random(in: 1...3, using: &generator),
        size: pick([1, 3, 25, 100])
      )
    )
  }

  private mutating func filter(for measure: Measure) -> Filter {
    var filter = Filter()
    while generator.chance(0.4) {
      let clause = clause()
      let isFirst = filter.clauses.allSatisfy {
        $0.dimension != clause.dimension || $0.isNegated != clause.isNegated
      }
      let isListed = clause.dimension.listedValues.map { listed in
        clause.values.allSatisfy(listed.contains)
      }
      if isFirst, isListed ?? true, measure.filters.contains(clause.dimension) {
        filter = filter.adding(clause)
      }
    }
    guard measure.reach != .allTime, generator.chance(0.3) else { return filter }
    return filter.counting(pick([.exclude, .only]))
  }

  private mutating func isUnique(_ measure: Measure) -> Bool {
    measure.canBeUnique && generator.chance(0.5)
  }

  private mutating func viewDuration(_ measure: Measure) -> ViewDuration {
    measure.computation == .views ? pick(ViewDuration.allCases) : .standard
  }

  private mutating func zone() -> String {
    pick(["UTC", "UTC", "Europe/Paris", "Asia/Kathmandu", "America/St_Johns"])
  }

  private mutating func subframe(of timeframe: Timeframe) -> Timeframe {
    let ends = [instant(in: timeframe), instant(in: timeframe)].sorted()
    let grid = pick([1, Milliseconds.second, Milliseconds.hour])
    return Timeframe(from: ends[0].floored(to: grid), to: (ends[1] + 1).ceiled(to: grid))
  }
}
