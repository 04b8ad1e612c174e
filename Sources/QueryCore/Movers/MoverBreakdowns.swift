import PlaybackFacts

/// Asks for the parts of a measure by the values of dimensions, in both timeframes.
///
/// Of a dimension with many values the largest of each timeframe are looked at; what only one of the answers has is
/// asked for by name, so that all numbers of a value are known.
struct MoverBreakdowns {
  let request: Movers.Request
  let parts: MoverParts
  let answering: any QueryAnswering

  /// The rows of one answer: those on one page over HTTP.
  private static let length = Query.Page.largestSize
  /// The most values of one dimension that are looked at.
  private static let mostValues = 2 * Query.Page.largestSize

  /// A dimension, and the playbacks that are broken down by it.
  struct Place: Hashable {
    let dimension: Dimension
    let filter: Filter
  }

  /// One answer that is needed.
  private struct Part: Hashable {
    let place: Place
    let measure: Int
    let isNow: Bool
  }

  private func timeframe(_ isNow: Bool) -> Timeframe {
    isNow ? request.timeframe : request.before
  }

  private func query(
    _ measure: Int,
    _ isNow: Bool,
    _ filter: Filter,
    _ shape: Query.Shape = .number
  ) -> Query {
    Query(
      parts.measures[measure],
      shape,
      viewDuration: request.viewDuration,
      in: timeframe(isNow),
      filter: filter,
      page: Query.Page(size: Self.length)
    )
  }

  /// What all playbacks add up to, and the data that shows it.
  func total() async throws(QueryError) -> (amounts: MoverAmounts, state: DataState) {
    let count = parts.measures.count
    let answer = try await answering.answer(
      [true, false].flatMap { isNow in (0..<count).map { query($0, isNow, request.filter) } }
    )
    let values = answer.results.map { result in
      if case .number(let value) = result.rows { value.double } else { 0.0 }
    }
    guard values.count == 2 * count else { throw Self.incomplete }
    let amounts = MoverAmounts(
      now: parts.amount(Array(values[..<count])),
      before: parts.amount(Array(values[count...]))
    )
    return (amounts, answer.state)
  }

  /// What the playbacks of each value of each place add up to.
  func values(of places: [Place]) async throws(QueryError) -> [Place: [String: MoverAmounts]] {
    let asked = places.flatMap { place in
      parts.measures.indices.flatMap { measure in
        [true, false].map { Part(place: place, measure: measure, isNow: $0) }
      }
    }
    var known: [Part: [String: Double]] = [:]
    var isWhole: [Part: Bool] = [:]
    for (part, result) in try await answers(to: asked.map { ($0, $0.place.filter) }) {
      known[part] = Self.values(result)
      isWhole[part] = result.itemsTotal <= (known[part]?.count ?? 0)
    }
    var names: [Place: Set<String>] = [:]
    for place in places { names[place] = largest(in: place, known) }
    let missing = asked.compactMap { part -> (Part, Filter)? in
      guard isWhole[part] == false, let wanted = names[part.place] else { return nil }
      let values = wanted.subtracting((known[part] ?? [:]).keys)
      guard !values.isEmpty else { return nil }
      let clause = Filter.Clause(part.place.dimension, Array(values))
      return (part, part.place.filter.adding(clause))
    }
    for (part, result) in try await answers(to: missing) {
      known[part, default: [:]].merge(Self.values(result)) { first, _ in first }
    }
    return Dictionary(
      uniqueKeysWithValues: places.map { ($0, amounts(names[$0] ?? [], $0, known)) }
    )
  }

  private func answers(
    to asked: [(part: Part, filter: Filter)]
  ) async throws(QueryError) -> [(Part, QueryResult)] {
    guard !asked.isEmpty else { return [] }
    let queries = asked.map { part, filter in
      var query = query(part.measure, part.isNow, filter, .buckets(part.place.dimension))
      if filter != part.place.filter { query.page.size = Self.mostValues }
      return query
    }
    let results = try await answering.answer(queries).results
    guard results.count == asked.count else { throw Self.incomplete }
    return zip(asked, results).map { ($0.part, $1) }
  }

  /// The names of the values that are looked at: those that are the most in either timeframe.
  private func largest(in place: Place, _ known: [Part: [String: Double]]) -> Set<String> {
    var sizes: [String: Double] = [:]
    for measure in parts.measures.indices {
      for isNow in [true, false] {
        let values = known[Part(place: place, measure: measure, isNow: isNow)] ?? [:]
        // Sizes of different measures compare as parts of their largest.
        let most = values.values.max() ?? 0
        for (name, value) in values where most > 0 {
          sizes[name] = max(sizes[name] ?? 0, value / most)
        }
      }
    }
    let first = sizes.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
    return Set(first.prefix(Self.mostValues).map(\.key))
  }

  private func amounts(
    _ names: Set<String>,
    _ place: Place,
    _ known: [Part: [String: Double]]
  ) -> [String: MoverAmounts] {
    func amount(_ name: String, _ isNow: Bool) -> MoverParts.Amount {
      parts.amount(
        parts.measures.indices.map { measure in
          known[Part(place: place, measure: measure, isNow: isNow)]?[name] ?? 0
        }
      )
    }
    return Dictionary(
      uniqueKeysWithValues: names.map {
        ($0, MoverAmounts(now: amount($0, true), before: amount($0, false)))
      }
    )
  }

  private static func values(_ result: QueryResult) -> [String: Double] {
    guard case .buckets(let buckets) = result.rows else { return [:] }
    return Dictionary(buckets.map { ($0.dimensionValue, $0.value.double) }) { first, _ in first }
  }

  private static let incomplete = QueryError.unavailable(reason: "The query was not answered.")
}
