import PlaybackFacts
import QueryCore

/// From questions to queries: each with the filters and the zone of the screen, and its own time.
extension ScreenRequest {
  func query(
    _ measure: Measure,
    _ shape: Query.Shape,
    _ timeframe: Timeframe,
    adding clause: Filter.Clause? = nil,
    rows: Int = 1000
  ) -> Query {
    Query(
      measure,
      shape,
      in: timeframe,
      openSlot: measure.computation == .averageConcurrency
        ? Query.openSlot(in: timeframe, at: slot) : nil,
      filter: clause.map(selection.filter.adding) ?? selection.filter,
      zone: selection.zone.name,
      page: Query.Page(size: rows)
    )
  }

  /// One number for a timeframe.
  func number(_ measure: Measure, _ timeframe: Timeframe) -> Query {
    query(measure, .number, timeframe)
  }

  /// The moment that the window ends with.
  var moment: Timeframe { Query.liveTimeframe(at: slot) }

  // MARK: - Tiles

  func queries(of tile: TileQuestion) -> [Query] {
    [number(tile.measure), previousNumber(tile.measure), trend(tile.measure)].compactMap { $0 }
  }

  /// One number for the whole window, or for this moment.
  func number(_ measure: Measure) -> Query {
    number(measure, measure.reach == .now ? moment : window.timeframe)
  }

  /// One number for the compared period; for this moment, for the same one of that period.
  func previousNumber(_ measure: Measure) -> Query? {
    guard measure.reach == .now else { return comparable.map { number(measure, $0) } }
    return previous.map { previous in
      let then = slot - (window.edges[0] - previous.edges[0])
      // What was live then is the peak of the same two slots.
      return number(.peakViewers, Query.liveTimeframe(at: then))
    }
  }

  /// The intervals of a trend.
  var coarseWindow: TimeWindow {
    window.coarser(selection.range.coarseInterval, in: selection.zone)
  }

  /// The small trend in a tile; nil for what is not known over time.
  func trend(_ measure: Measure) -> Query? {
    let drawn = measure.reach == .now ? Measure.peakViewers : measure
    guard drawn.seriesName != nil else { return nil }
    let window = coarseWindow
    return query(drawn, .timeseries(window.interval), window.timeframe)
  }

  // MARK: - Curves

  func queries(of curve: CurveQuestion) -> [Query] {
    let compared = curve.isCompared ? previous.map { series(curve, $0) } ?? [] : []
    return series(curve, window) + compared
  }

  /// The intervals of a curve, in as many questions as are needed.
  func series(_ curve: CurveQuestion, _ window: TimeWindow) -> [Query] {
    window.pieces.map {
      query(curve.measure, .timeseries(window.interval), $0, adding: curve.clause)
    }
  }

  // MARK: - Rankings

  func queries(of ranking: RankingQuestion) -> [Query] {
    [total(of: ranking), values(of: ranking), previousValues(of: ranking)].compactMap { $0 }
  }

  private func timeframe(of ranking: RankingQuestion) -> Timeframe {
    ranking.isNow ? moment : window.timeframe
  }

  /// The number of all values together.
  func total(of ranking: RankingQuestion) -> Query {
    number(ranking.measure, timeframe(of: ranking))
  }

  /// The values of a dimension.
  func values(of ranking: RankingQuestion) -> Query {
    query(
      ranking.measure,
      .buckets(ranking.dimension),
      timeframe(of: ranking),
      rows: ranking.rows
    )
  }

  /// The values of a dimension in the compared period: more, because ranks change.
  func previousValues(of ranking: RankingQuestion) -> Query? {
    comparable.map {
      query(
        ranking.measure,
        .buckets(ranking.dimension),
        $0,
        rows: max(1000, min(RankingQuestion.mostRows, 10 * ranking.rows))
      )
    }
  }

  // MARK: - Others

  /// The queries of a question: several where it has more minutes than one may have, none where there is
  /// nothing to compare with.
  func queries(of question: Question) -> [Query] {
    let timeframes: [Timeframe]
    switch (question.span, question.shape) {
    case (.window, .timeseries(.minute)) where window.interval == .minute:
      timeframes = window.pieces
    case (.window, _): timeframes = [shownTimeframe]
    case (.compared, _): timeframes = [comparedTimeframe].compactMap { $0 }
    case (.moment, _): timeframes = [moment]
    }
    return timeframes.map {
      var query = query(
        question.measure,
        question.shape,
        $0,
        adding: question.clause,
        rows: question.rows
      )
      if let ignored = question.ignored {
        query.filter = Filter(query.filter.clauses.filter { $0.dimension != ignored })
      }
      return query
    }
  }
}
