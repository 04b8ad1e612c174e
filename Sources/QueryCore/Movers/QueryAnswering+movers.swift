import PlaybackFacts

extension QueryAnswering {
  /// Which values explain how a number changed.
  ///
  /// It asks for breakdowns in both timeframes: 18 questions for a count and all dimensions, twice as many for a
  /// ratio, and for pairs up to ten times as many, which read groups. Memory is bounded: of each dimension at most 200
  /// values are looked at, the largest.
  ///
  /// - Parameter request: what is asked.
  /// - Returns: the change and its rows.
  /// - Throws: ``QueryError/invalidAttribute(name:detail:)`` for a measure that is not made of parts, and what
  ///   ``answer(_:)`` throws.
  public func movers(_ request: Movers.Request) async throws(QueryError) -> Movers {
    guard let parts = MoverParts(request.measure) else {
      throw .invalidAttribute(
        name: "metric",
        detail: Detail.notPart(of: Movers.measures.compactMap(\.seriesName))
      )
    }
    let breakdowns = MoverBreakdowns(request: request, parts: parts, answering: self)
    let (all, state) = try await breakdowns.total()
    var search = MoverSearch(request, parts, all)
    let singles = search.dimensions.map {
      MoverBreakdowns.Place(dimension: $0, filter: request.filter)
    }
    for (place, values) in try await breakdowns.values(of: singles) {
      for (value, amounts) in values {
        search.add([Movers.Value(place.dimension, value)], amounts)
      }
    }
    var places: [MoverBreakdowns.Place: Movers.Value] = [:]
    for (value, dimensions) in search.pairs {
      let filter = request.filter.adding(Filter.Clause(value.dimension, [value.value]))
      for dimension in dimensions {
        places[MoverBreakdowns.Place(dimension: dimension, filter: filter)] = value
      }
    }
    for (place, values) in try await breakdowns.values(of: Array(places.keys)) {
      guard let first = places[place] else { continue }
      for (value, amounts) in values {
        search.add([first, Movers.Value(place.dimension, value)], amounts)
      }
    }
    return search.movers(state)
  }
}

/// Puts values and pairs of them in order.
struct MoverRanking {
  private let request: Movers.Request
  private let all: MoverAmounts
  private let isShare: Bool
  private var singles: [Movers.Value: Movers.Row] = [:]
  private var pairs: [Set<Movers.Value>: Movers.Row] = [:]

  /// So many values are taken apart: those that contribute most, and the largest.
  private static let candidateCount = 4
  private static let largestCount = 2
  /// A pair has to explain so much of what either of its values does.
  private static let pairPart = 0.6
  /// It has to be so much more of the change for its size.
  private static let pairConcentration = 1.4
  /// It has to be more than chance makes of one of many pairs, in standard errors.
  private static let pairErrors = 3.0

  init(_ request: Movers.Request, _ all: MoverAmounts) {
    self.request = request
    self.all = all
    isShare = request.measure.unit == .ratio
  }

  mutating func add(_ values: [Movers.Value], _ amounts: MoverAmounts) {
    let contribution = amounts.contribution(to: all)
    let error = amounts.standardError(in: all, isShare: isShare)
    let most = max(amounts.now.sampleSize, amounts.before.sampleSize)
    let errors = values.count == 1 ? 2 : Self.pairErrors
    let row = Movers.Row(
      values: values,
      now: amounts.now.side,
      before: amounts.before.side,
      contribution: contribution,
      weight: amounts.weight(in: all),
      isNoise: most < 10 || abs(contribution) < errors * error
    )
    if values.count == 1 {
      singles[values[0]] = row
    } else {
      pairs[Set(values)] = row
    }
  }

  /// The values that may have a part which explains more.
  var candidates: [Movers.Value] {
    let known = singles.values.filter { !$0.values[0].dimension.isOfTags }
    let first = known.filter { !$0.isNoise && $0.contribution != 0 }.sorted(by: isOrdered)
      .prefix(Self.candidateCount)
    let largest = known.filter { $0.weight < 0.9 }.sorted { left, right in
      left.weight != right.weight ? left.weight > right.weight : isNamed(left, before: right)
    }.prefix(Self.largestCount)
    var values: [Movers.Value] = []
    for row in first + largest where !values.contains(row.values[0]) {
      values.append(row.values[0])
    }
    return values
  }

  /// All rows that are worth telling, in their order.
  var rows: [Movers.Row] {
    let better = pairs.values.filter(isBetter)
    let sharpest = better.filter { pair in !better.contains { isSharper($0, than: pair) } }
    let told = singles.values.filter { $0.contribution != 0 } + sharpest
    return Array(told.sorted(by: isOrdered).prefix(max(0, request.limit)))
  }

  /// Whether a pair with a value of another explains as much with less: FR on phones makes EU on phones needless.
  private func isSharper(_ pair: Movers.Row, than other: Movers.Row) -> Bool {
    guard pair.values != other.values, !Set(pair.values).isDisjoint(with: other.values) else {
      return false
    }
    return abs(pair.contribution) >= 0.9 * abs(other.contribution)
      && pair.contribution.sign == other.contribution.sign
      && concentration(pair) >= Self.pairConcentration * concentration(other)
  }

  /// Whether a pair explains the change better than either of its values.
  private func isBetter(_ pair: Movers.Row) -> Bool {
    guard !pair.isNoise else { return false }
    let change = max(
      abs(all.now.value - all.before.value),
      singles.values.map { abs($0.contribution) }.max() ?? 0
    )
    guard abs(pair.contribution) >= 0.1 * change else { return false }
    return pair.values.allSatisfy { value in
      // One that is not among the largest is no large part of anything.
      guard let single = singles[value] else { return true }
      let isMostOfIt = abs(pair.contribution) >= Self.pairPart * abs(single.contribution)
      return isMostOfIt
        && concentration(pair) >= Self.pairConcentration * concentration(single)
    }
  }

  /// How much is contributed for the size.
  private func concentration(_ row: Movers.Row) -> Double {
    row.weight == 0 ? 0 : abs(row.contribution) / row.weight
  }

  /// What may be noise comes last; of what contributes the same, that which is a smaller part of all comes first.
  private func isOrdered(_ left: Movers.Row, before right: Movers.Row) -> Bool {
    if left.isNoise != right.isNoise { return right.isNoise }
    if abs(left.contribution) != abs(right.contribution) {
      return abs(left.contribution) > abs(right.contribution)
    }
    if left.weight != right.weight { return left.weight < right.weight }
    return isNamed(left, before: right)
  }

  private func isNamed(_ left: Movers.Row, before right: Movers.Row) -> Bool {
    let (first, second) = (left.values.map(\.name), right.values.map(\.name))
    return first.lexicographicallyPrecedes(second)
  }
}

extension Movers.Value {
  fileprivate var name: String { "\(dimension.rawValue) \(value)" }
}

extension Dimension {
  fileprivate var isOfTags: Bool { self == .tag }

  /// Whether neither dimension follows from the other.
  func isIndependent(of other: Dimension) -> Bool {
    let media: Set<Dimension> = [.mediaID, .mediaType, .tag]
    let places: Set<Dimension> = [.continent, .country]
    if self == .tag || self == other { return false }
    return !(media.contains(self) && media.contains(other))
      && !(places.contains(self) && places.contains(other))
  }
}
