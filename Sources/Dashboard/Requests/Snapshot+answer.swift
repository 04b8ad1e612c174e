public import PlaybackFacts
public import QueryCore

extension Snapshot {
  /// Reads the answer to all questions of a request.
  ///
  /// - Parameters:
  ///   - request: what was asked.
  ///   - answer: one result for each of ``ScreenRequest/queries``, in their order.
  ///   - asOf: when it was asked.
  public init(_ request: ScreenRequest, _ answer: QueryAnswer, asOf: Timestamp) {
    let results = Results(
      results: Dictionary(zip(request.queries, answer.results)) { first, _ in first },
      request: request,
      state: answer.state,
      now: asOf
    )
    let items = results.items
    self.init(
      request: request,
      data: answer.state,
      asOf: asOf,
      rest: answer.rest,
      tiles: results.tiles,
      curves: request.curves.map(results.curve),
      rankings: request.rankings.map(results.ranking),
      items: items.listed,
      unlistedItems: items.others,
      listedIDs: results.hasAllItems ? [] : Set(items.listed.map(\.mediaID)),
      itemCount: results.itemCount,
      hasAllItems: results.hasAllItems,
      itemShapes: results.itemShapes,
      explanation: results.explanation
    )
  }
}

/// The results of a request by their questions.
private struct Results {
  let results: [Query: QueryResult]
  let request: ScreenRequest
  let state: DataState
  let now: Timestamp

  /// Whether the compared time is one in which somebody listened from its beginning.
  private var hasBefore: Bool {
    request.comparable.map { state.reaches(backTo: $0.from) } ?? false
  }

  var tiles: [Snapshot.Tile] {
    let measures = request.tiles.map(\.measure)
    // Where nothing at all was measured before, there is nothing to compare with.
    let hadData = measures.contains { measure in
      hasBefore && measure.unit == .count && (number(request.previousNumber(measure)) ?? 0) > 0
    }
    return measures.map { measure in
      let window = request.coarseWindow
      let shape = request.shape(measure).map { values(of: [$0], in: window, measure) } ?? []
      let value = number(request.number(measure))
      let previous = number(request.previousNumber(measure))
      let isMeasured =
        measure.isZeroWhereAbsent ? isCollected(measure) : shape.contains { $0 != nil }
      let wasMeasured = hadData && (previous != 0 || measure.unit != .milliseconds)
      return Snapshot.Tile(
        measure: measure,
        // Facts may be imported of a time in which nobody listened.
        value: isMeasured || (value ?? 0) != 0 ? value : nil,
        previous: wasMeasured ? previous : nil,
        shape: shape
      )
    }
  }

  /// Whether somebody listened when a measure is about.
  private func isCollected(_ measure: Measure) -> Bool {
    measure.reach == .now
      ? state.isCollecting(at: now) : state.isCollected(request.window.timeframe)
  }

  func curve(_ curve: ScreenRequest.Curve) -> Snapshot.Curve {
    let previous = curve.isCompared && hasBefore ? request.previous : nil
    return Snapshot.Curve(
      measure: curve.measure,
      value: curve.clause?.values.first,
      values: values(
        of: request.series(curve, request.window),
        in: request.window,
        curve.measure
      ),
      previous: previous.map { window in
        let before = values(of: request.series(curve, window), in: window, curve.measure)
        let (edges, zone) = (request.window.edges, request.subject.zone)
        let days = zone.days(
          from: Timeframe(from: edges[0], to: request.window.end),
          to: Timeframe(from: window.edges[0], to: window.end)
        )
        return edges.dropLast().enumerated().map { number, edge in
          let index = days.map { window.index(of: zone.moved(edge, byDays: $0)) } ?? number
          return index.flatMap { before.indices.contains($0) ? before[$0] : nil }
        }
      } ?? []
    )
  }

  func ranking(_ ranking: ScreenRequest.Ranking) -> Snapshot.Ranking {
    let result = results[request.values(of: ranking)]
    let before = Before(
      hasBefore ? request.previousValues(of: ranking).flatMap { results[$0] } : nil,
      of: ranking.measure
    )
    return Snapshot.Ranking(
      panel: ranking.panel,
      dimension: ranking.dimension,
      measure: ranking.measure,
      rows: (result?.buckets ?? []).map { bucket in
        Snapshot.Row(
          dimensionValue: bucket.dimensionValue,
          value: bucket.value.double,
          previous: before[bucket.dimensionValue]
        )
      },
      count: result?.itemsTotal ?? 0,
      total: number(request.total(of: ranking)) ?? 0
    )
  }

  /// The table of media items, and those that were asked for and are in none of its lists.
  var items: (listed: [Snapshot.Item], others: [String: Snapshot.Item]) {
    guard request.subject.view == .media, let first = ScreenRequest.itemMeasures.first else {
      return ([], [:])
    }
    let before = Before(
      hasBefore ? request.previousItems(first).flatMap { results[$0] } : nil,
      of: first
    )
    let shownBefore = request.previousShownItems(first)
      .map { Before(hasBefore ? results[$0] : nil, of: first) }
    let shown = request.detail.hasNumbers ? Set(request.detail.values) : []
    var values: [String: [Double?]] = [:]
    let none = [Double?](repeating: nil, count: ScreenRequest.itemMeasures.count)
    func take(_ query: Query?, _ column: Int) {
      for bucket in query.flatMap({ results[$0]?.buckets }) ?? [] {
        values[bucket.dimensionValue, default: none][column] = bucket.value.double
      }
    }
    for (column, measure) in ScreenRequest.itemMeasures.enumerated() {
      take(request.items(measure), column)
    }
    let others = shown.filter { values[$0] == nil }
    for id in others { values[id] = none }
    for (column, measure) in ScreenRequest.itemMeasures.enumerated() {
      take(request.shownItems(measure), column)
    }
    let isWhole = results[request.items(first)]?.isWhole ?? false
    let items = values.map { mediaID, values in
      var values = values
      // What a whole answer leaves out was not counted: none.
      if isWhole || shown.contains(mediaID) { values[0] = values[0] ?? 0 }
      return Snapshot.Item(
        mediaID: mediaID,
        values: values,
        previous: shown.contains(mediaID) ? shownBefore?[mediaID] : before[mediaID]
      )
    }
    return (
      items.filter { !others.contains($0.mediaID) }
        .sorted { ($1.values[0] ?? 0, $0.mediaID) < ($0.values[0] ?? 0, $1.mediaID) },
      Dictionary(
        items.filter { others.contains($0.mediaID) }.map { ($0.mediaID, $0) }
      ) { first, _ in first }
    )
  }

  var itemCount: Int { itemLists.map(\.itemsTotal).max() ?? 0 }

  var hasAllItems: Bool { itemLists.allSatisfy(\.isWhole) }

  private var itemLists: [QueryResult] {
    guard request.subject.view == .media else { return [] }
    return ScreenRequest.itemMeasures.compactMap { results[request.items($0)] }
  }

  var itemShapes: [String: [Double?]] {
    guard request.subject.view == .media, let measure = ScreenRequest.itemMeasures.first else {
      return [:]
    }
    var shapes: [String: [Double?]] = [:]
    for mediaID in request.detail.values {
      shapes[mediaID] = values(
        of: [request.itemShape(mediaID)],
        in: request.coarseWindow,
        measure
      )
    }
    return shapes
  }

  var explanation: Snapshot.Explanation? {
    request.detail.explained.map { measure in
      let parts = ScreenRequest.parts(of: measure).compactMap { part in
        explained(part).map { Snapshot.Explanation.Part(measure: part, value: $0) }
      }
      // What is divided by nothing was not measured.
      let value = explained(measure)
      let isMeasured =
        measure.isZeroWhereAbsent
        ? isCollected(measure) || (value ?? 0) != 0 : parts.dropFirst().contains { $0.value != 0 }
      return Snapshot.Explanation(
        measure: measure,
        value: isMeasured ? value : nil,
        parts: isMeasured ? parts : []
      )
    }
  }

  private func explained(_ measure: Measure) -> Double? {
    number(request.explainedNumber(measure, isOfMoment: request.detail.explainsMoment))
  }

  private func number(_ query: Query?) -> Double? {
    guard let query, case .number(let value) = results[query]?.rows else { return nil }
    return value.double
  }

  /// One value for each interval: what an answer leaves out is 0 if it is counted and somebody listened,
  /// else missing.
  private func values(
    of queries: [Query],
    in window: TimeWindow,
    _ measure: Measure
  ) -> [Double?] {
    var values = zip(window.edges, window.edges.dropFirst()).map { start, end -> Double? in
      let isKept = start >= window.timeframe.from && start <= now && start < window.timeframe.to
      let isMeasured =
        measure.isZeroWhereAbsent && state.isCollected(Timeframe(from: start, to: end))
      return isKept && isMeasured ? 0 : nil
    }
    for query in queries {
      guard case .timeseries(let points) = results[query]?.rows else { continue }
      for point in points {
        guard let index = window.index(of: point.emittedAt) else { continue }
        values[index] = point.value.double
      }
    }
    return values
  }
}

/// The values of the compared period.
private struct Before {
  private let values: [String: Double]
  /// What a value was that is not among them: from the top of a list, it is not known.
  private let absent: Double?

  init(_ result: QueryResult?, of measure: Measure) {
    let buckets = result?.buckets ?? []
    values = Dictionary(buckets.map { ($0.dimensionValue, $0.value.double) }) { first, _ in first }
    let isComplete = result.map { $0.itemsTotal <= buckets.count } ?? false
    absent = isComplete && measure.isZeroWhereAbsent ? 0 : nil
  }

  subscript(value: String) -> Double? { values[value] ?? absent }
}

extension QueryResult {
  /// Whether no row was cut off.
  fileprivate var isWhole: Bool { buckets.count >= itemsTotal }

  fileprivate var buckets: [Bucket] {
    guard case .buckets(let buckets) = rows else { return [] }
    return buckets
  }
}

extension Measure {
  /// Whether parts add up to the whole, so that they have shares.
  var isAdditive: Bool {
    switch computation {
    case .sums(let formula): formula.divisors.isEmpty
    case .views: true
    case .peakConcurrency, .averageConcurrency, .percentile: false
    }
  }
}
