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
    self.init(
      request: request,
      data: answer.state,
      asOf: asOf,
      rest: answer.rest,
      tiles: results.tiles,
      curves: request.curves.map(results.curve),
      rankings: request.questions.rankings.map(results.ranking),
      table: request.questions.table.map(results.table),
      explanation: results.explanation,
      others: Dictionary(
        (request.questions.others + request.detail.others).map { question in
          (question, request.queries(of: question).compactMap { results.results[$0] })
        }
      ) { first, _ in first }
    )
  }
}

/// The results of a request by their questions.
private struct Results {
  let results: [Query: QueryResult]
  let request: ScreenRequest
  let state: DataState
  let now: Timestamp

  /// Whether a collector ran from the beginning of the compared time.
  private var hasBefore: Bool {
    request.comparable.map { state.reaches(backTo: $0.from) } ?? false
  }

  var tiles: [Snapshot.Tile] {
    let measures = request.questions.tiles.map(\.measure)
    // Where nothing at all was measured before, there is nothing to compare with.
    let hadData = measures.contains { measure in
      hasBefore && measure.unit == .count && (number(request.previousNumber(measure)) ?? 0) > 0
    }
    return measures.map { measure in
      let window = request.coarseWindow
      let trend = request.trend(measure).map { values(of: [$0], in: window, measure) } ?? []
      let value = number(request.number(measure))
      let previous = number(request.previousNumber(measure))
      let isMeasured =
        measure.isZeroWhereAbsent ? isCollected(measure) : trend.contains { $0 != nil }
      let wasMeasured = hadData && (previous != 0 || measure.unit != .milliseconds)
      return Snapshot.Tile(
        measure: measure,
        // Facts may be imported of a time without a collector.
        value: isMeasured || (value ?? 0) != 0 ? value : nil,
        previous: wasMeasured ? previous : nil,
        trend: trend
      )
    }
  }

  /// Whether a collector ran in the time that a measure is about.
  private func isCollected(_ measure: Measure) -> Bool {
    measure.reach == .now
      ? state.isCollecting(at: now) : state.isCollected(request.window.timeframe)
  }

  func curve(_ curve: CurveQuestion) -> Snapshot.Curve {
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
        let (edges, zone) = (request.window.edges, request.selection.zone)
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

  func ranking(_ ranking: RankingQuestion) -> Snapshot.Ranking {
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

  func table(_ table: TableQuestion) -> Snapshot.Table {
    let lists = table.measures.compactMap { results[request.list($0, of: table)] }
    let isWhole = lists.allSatisfy(\.isWhole)
    let rows = rows(of: table)
    let listed = rows.filter { !$0.isUnlisted }.map(\.row)
      .sorted { ($1.values[0] ?? 0, $0.id) < ($0.values[0] ?? 0, $1.id) }
    let unlisted = rows.filter(\.isUnlisted).map { ($0.row.id, $0.row) }
    return Snapshot.Table(
      question: table,
      rows: listed,
      unlistedRows: Dictionary(unlisted) { first, _ in first },
      listedIDs: isWhole ? [] : Set(listed.map(\.id)),
      count: lists.map(\.itemsTotal).max() ?? 0,
      isWhole: isWhole,
      trends: trends(of: table)
    )
  }

  /// The rows of all lists, and those that were asked for and are in none of them.
  private func rows(of table: TableQuestion) -> [(row: Snapshot.TableRow, isUnlisted: Bool)] {
    let first = table.measures[0]
    let before = Before(
      hasBefore ? request.previousList(first, of: table).flatMap { results[$0] } : nil,
      of: first
    )
    let shownBefore = request.previousShownRows(first, of: table)
      .map { Before(hasBefore ? results[$0] : nil, of: first) }
    let shown = request.detail.hasNumbers ? Set(request.detail.rows) : []
    var values: [String: [Double?]] = [:]
    let none = [Double?](repeating: nil, count: table.measures.count)
    func take(_ query: Query?, _ column: Int) {
      for bucket in query.flatMap({ results[$0]?.buckets }) ?? [] {
        values[bucket.dimensionValue, default: none][column] = bucket.value.double
      }
    }
    for (column, measure) in table.measures.enumerated() {
      take(request.list(measure, of: table), column)
    }
    let unlisted = shown.filter { values[$0] == nil }
    for id in unlisted { values[id] = none }
    for (column, measure) in table.measures.enumerated() {
      take(request.shownRows(measure, of: table), column)
    }
    let isWhole = results[request.list(first, of: table)]?.isWhole ?? false
    return values.map { id, values in
      var values = values
      // What a whole answer leaves out was not counted: none.
      if isWhole || shown.contains(id) { values[0] = values[0] ?? 0 }
      let row = Snapshot.TableRow(
        id: id,
        values: values,
        previous: shown.contains(id) ? shownBefore?[id] : before[id]
      )
      return (row, unlisted.contains(id))
    }
  }

  private func trends(of table: TableQuestion) -> [String: [Double?]] {
    var trends: [String: [Double?]] = [:]
    for id in request.detail.rows {
      trends[id] = values(
        of: [request.rowTrend(id, of: table)],
        in: request.coarseWindow,
        table.measures[0]
      )
    }
    return trends
  }

  var explanation: Snapshot.Explanation? {
    request.detail.explained.map { measure in
      let parts = ScreenRequest.parts(of: measure).compactMap { part in
        explained(part).map { Snapshot.Explanation.Part(measure: part, value: $0) }
      }
      let frames = request.firstFrames(of: measure).flatMap { results[$0] }
        .flatMap { FirstFrames([$0]) }
      // What is divided by nothing was not measured.
      let value = explained(measure)
      let isMeasured =
        measure.isZeroWhereAbsent
        ? isCollected(measure) || (value ?? 0) != 0
        : parts.dropFirst().contains { $0.value != 0 } || frames.map { !$0.times.isEmpty } ?? false
      return Snapshot.Explanation(
        measure: measure,
        value: isMeasured ? value : nil,
        parts: isMeasured ? parts : [],
        firstFrames: frames
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

  /// One value for each interval: what an answer leaves out is 0 if it is counted and a collector ran, else
  /// missing.
  private func values(
    of queries: [Query],
    in window: TimeWindow,
    _ measure: Measure
  ) -> [Double?] {
    var values = zip(window.edges, window.edges.dropFirst()).map { start, end -> Double? in
      let isRetained = start >= window.timeframe.from && start <= now && start < window.timeframe.to
      let isMeasured =
        measure.isZeroWhereAbsent && state.isCollected(Timeframe(from: start, to: end))
      return isRetained && isMeasured ? 0 : nil
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
