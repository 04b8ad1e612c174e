public import PlaybackFacts
public import QueryCore

extension FactBuilder {
  /// A random question about facts of a timeframe: odd edges, filters, negations, all groupings.
  public mutating func query(in timeframe: Timeframe) -> SumQuery {
    if generator.chance(0.06) { return totalsQuery() }
    let asked = subframe(of: timeframe)
    var filter = Filter()
    while generator.chance(0.45) { filter = filter.adding(clause()) }
    if generator.chance(0.3) { filter = filter.counting(pick([.exclude, .only])) }
    let grouping: SumQuery.Grouping =
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: .none
      case 1: .dimension(pick(Dimension.allCases))
      default: .intervals(edges(of: asked))
      }
    if generator.chance(0.05) { return SumQuery(.watchTimes, in: asked, filter: filter) }
    if generator.chance(0.4) {
      let counting: SumQuery.Counting =
        generator.chance(0.4)
        ? .viewers(of: pick(ViewDuration.allCases))
        : pick([.concurrency(of: .playbacks), .concurrency(of: .viewers), .impressionTimes])
      return SumQuery(counting, in: asked, filter: filter, grouping: grouping)
    }
    let sums = generator.chance(0.3) ? Sum.allCases : (0..<3).map { _ in pick(Sum.allCases) }
    var query = SumQuery(
      span: .timeframe(asked),
      filter: filter,
      grouping: grouping,
      sums: Set(sums)
    )
    if case .dimension = grouping {
      while generator.chance(0.4) {
        let leading = self.leading()
        query.leading.insert(leading)
        query.sums.formUnion(leading.formula.sums)
      }
    }
    return query
  }

  /// A random order of rows, of which few are wanted.
  public mutating func leading() -> LeadingRows {
    let formulas = MetricCatalog.bucketMeasures.compactMap { measure in
      if case .sums(let formula) = measure.computation { formula } else { nil }
    }
    return LeadingRows(
      pick(formulas),
      isAscending: generator.chance(0.4),
      count: pick([1, 1, 2, 3, 5, 100])
    )
  }

  /// A random clause over values that the builder's playbacks have, and some that they have not.
  public mutating func clause() -> Filter.Clause {
    let dimension = pick(Dimension.allCases)
    var values = [value(of: dimension)]
    if generator.chance(0.5) { values.append(value(of: dimension)) }
    if generator.chance(0.1) { values.append("nowhere") }
    return Filter.Clause(dimension, values, isNegated: generator.chance(0.35))
  }

  /// Items with some of few tags, for those of the builder's media ids that a chance hits.
  public mutating func describedMedia() -> [MediaItem] {
    let ids = Set((0..<200).map { _ in playback().mediaID }).sorted()
    return ids.filter { _ in generator.chance(0.7) }.map { id in
      MediaItem(id: id, title: "The \(id)", tags: Self.tags.filter { _ in generator.chance(0.4) })
    }
  }

  private static let tags = ["news", "News", "sport", "ελλάδα"]

  private mutating func value(of dimension: Dimension) -> String {
    dimension == .tag ? pick(Self.tags) : playback()[dimension]
  }

  private mutating func totalsQuery() -> SumQuery {
    var filter = Filter()
    let dimension = pick([Dimension.mediaID, .mediaType])
    if generator.chance(0.5) {
      let values = [value(of: dimension)]
      filter = filter.adding(
        Filter.Clause(dimension, values, isNegated: generator.chance(0.3))
      )
    }
    return SumQuery(
      span: .allTime,
      filter: filter,
      grouping: generator.chance(0.5) ? .none : .dimension(.mediaID),
      sums: [.plays]
    )
  }

  /// A part of a timeframe whose edges lie on milliseconds, slots, minutes, hours or days.
  private mutating func subframe(of timeframe: Timeframe) -> Timeframe {
    let first = instant(in: timeframe)
    let second = instant(in: timeframe)
    let grid = pick([
      1, Milliseconds.slot, Milliseconds.minute, Milliseconds.hour, Milliseconds.day,
    ])
    return Timeframe(
      from: min(first, second).floored(to: grid),
      to: max(first, second).ceiled(to: grid)
    )
  }

  private mutating func edges(of timeframe: Timeframe) -> [Timestamp] {
    // Half and quarter hours too: there are zones whose days begin there.
    let shift = pick([0, 0, 0, 30, 45]) * Milliseconds.minute
    let width = pick([Milliseconds.hour, Milliseconds.hour, Milliseconds.day])
    let isShort = timeframe.duration <= 2 * Milliseconds.hour
    let step = isShort && generator.chance(0.5) ? Milliseconds.minute : width
    let first = (timeframe.from - shift).floored(to: step) + shift
    var edges = [first, first + step]
    while let last = edges.last, last < timeframe.to { edges.append(last + step) }
    return edges
  }
}
