public import PlaybackFacts
public import QueryCore

extension Snapshot {
  /// Reads the answer to all questions of a request.
  ///
  /// - Parameters:
  ///   - request: what was asked.
  ///   - answer: one result for each of ``OverviewRequest/queries``, in their order.
  ///   - asOf: when it was asked.
  public init(_ request: OverviewRequest, _ answer: QueryAnswer, asOf: Timestamp) {
    let results = Results(
      results: Dictionary(zip(request.queries, answer.results)) { first, _ in first },
      request: request,
      now: asOf
    )
    self.init(
      request: request,
      data: answer.state,
      asOf: asOf,
      tiles: results.tiles,
      chart: results.chart,
      rankings: OverviewRequest.dimensions.map(results.ranking)
    )
  }
}

/// The results of a request by their questions.
private struct Results {
  let results: [Query: QueryResult]
  let request: OverviewRequest
  let now: Timestamp

  var tiles: [Snapshot.Tile] {
    // Where nothing at all was measured before, there is nothing to compare with.
    let hadData = OverviewRequest.tileMeasures.contains { measure in
      measure.unit == .count && (number(request.previousNumber(measure)) ?? 0) > 0
    }
    return OverviewRequest.tileMeasures.map { measure in
      let shape = values(of: [request.shape(measure)], in: request.coarseWindow, measure)
      let value = number(request.number(measure))
      let previous = number(request.previousNumber(measure))
      let isMeasured = measure.isCounted || shape.contains { $0 != nil }
      let wasMeasured = hadData && (previous != 0 || measure.unit != .milliseconds)
      return Snapshot.Tile(
        measure: measure,
        value: isMeasured ? value : nil,
        previous: wasMeasured ? previous : nil,
        shape: shape
      )
    }
  }

  var chart: Snapshot.Chart {
    let measure = request.subject.measure
    let previous = request.previous.map { window in
      values(of: request.series(measure, window), in: window, measure)
    }
    return Snapshot.Chart(
      values: values(of: request.series(measure, request.window), in: request.window, measure),
      previous: previous ?? []
    )
  }

  func ranking(_ dimension: Dimension) -> Snapshot.Ranking {
    let result = results[request.ranking(dimension)]
    let previous = request.previousRanking(dimension).flatMap { results[$0] }
    let before = Dictionary(buckets(previous).map { ($0.dimensionValue, $0.value.double) }) {
      first,
      _ in first
    }
    // A value that is absent from a complete list was 0; from the top of a list, it is not known.
    let isComplete = previous.map { $0.itemsTotal <= buckets($0).count } ?? false
    return Snapshot.Ranking(
      dimension: dimension,
      measure: request.rankedMeasure,
      rows: buckets(result).map { bucket in
        Snapshot.Row(
          dimensionValue: bucket.dimensionValue,
          value: bucket.value.double,
          previous: before[bucket.dimensionValue] ?? (isComplete ? 0 : nil)
        )
      },
      count: result?.itemsTotal ?? 0,
      total: number(request.number(request.rankedMeasure)) ?? 0
    )
  }

  private func number(_ query: Query?) -> Double? {
    guard let query, case .number(let value) = results[query]?.rows else { return nil }
    return value.double
  }

  private func buckets(_ result: QueryResult?) -> [QueryResult.Bucket] {
    guard case .buckets(let buckets) = result?.rows else { return [] }
    return buckets
  }

  /// One value for each interval: what an answer leaves out is 0 if it is counted, else missing.
  private func values(
    of queries: [Query],
    in window: TimeWindow,
    _ measure: Measure
  ) -> [Double?] {
    var values = window.edges.dropLast().map { start -> Double? in
      let isKept = start >= window.timeframe.from && start <= now && start < window.timeframe.to
      return isKept && measure.isCounted ? 0 : nil
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

extension Measure {
  /// Whether it is added up, so that nothing is 0 and parts have shares.
  var isCounted: Bool { formula.divisors.isEmpty }
}
