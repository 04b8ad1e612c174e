import PlaybackFacts
import QueryCore

extension DashboardState {
  /// The numbers of the frame as a JSON object; null where there is none.
  var json: String {
    let request = shownRequest
    return JSONText.object([
      ("source", .text(source.name)),
      ("environment", .text(retention.environment.rawValue)),
      ("view", .text(view.rawValue)),
      ("mode", .text(modeName)),
      ("zone", .text(zone.name)),
      ("asOf", .optional((snapshot?.asOf).map { .text($0.atom) })),
      ("newestReceipt", .optional((data ?? snapshot?.data)?.newestReceipt.map { .text($0.atom) })),
      ("timeframe", timeframe(request.window.timeframe)),
      ("compared", .optional(request.comparable.map(timeframe))),
      ("filters", .array(shownFilters.map(clause))),
      ("tiles", .array(snapshot?.tiles.map(tile) ?? [])),
      (
        "curves",
        .array(snapshot.map { snapshot in snapshot.curves.map { curve($0, snapshot) } } ?? [])
      ),
      ("rankings", .array(snapshot?.rankings.map(ranking) ?? [])),
      ("items", .array(snapshot?.table.map(items) ?? [])),
    ]).description + "\n"
  }

  private var modeName: String {
    switch mode {
    case .live: "live"
    case .paused: "paused"
    case .history: "history"
    }
  }

  private func timeframe(_ timeframe: Timeframe) -> JSONText {
    .object([("from", .text(timeframe.from.atom)), ("to", .text(timeframe.to.atom))])
  }

  private func clause(_ clause: Filter.Clause) -> JSONText {
    .object([
      ("dimension", .text(clause.dimension.filterName)),
      ("values", .array(clause.values.map { .text($0) })),
      ("isNegated", .bool(clause.isNegated)),
    ])
  }

  private func tile(_ tile: Snapshot.Tile) -> JSONText {
    .object([
      ("metric", .text(tile.measure.metric)),
      ("aggregation", .text(tile.measure.aggregation.rawValue)),
      ("unit", .text(tile.measure.unit.rawValue)),
      ("value", .number(tile.value)),
      ("previous", .number(tile.previous)),
    ])
  }

  private func curve(_ curve: Snapshot.Curve, _ snapshot: Snapshot) -> JSONText {
    let request = snapshot.request
    let values = zip(request.window.edges, curve.values).map { edge, value in
      JSONText.object([("emittedAt", .text(edge.atom)), ("metricValue", .number(value))])
    }
    return .object([
      ("metric", .text(curve.measure.seriesName ?? curve.measure.metric)),
      ("dimensionValue", .optional(curve.value.map { .text($0) })),
      ("interval", .text(request.window.interval.rawValue)),
      ("values", .array(values)),
      ("previous", .array(curve.previous.map { .number($0) })),
    ])
  }

  private func items(_ table: Snapshot.Table) -> [JSONText] {
    let measures = table.question.measures.map { $0.seriesName ?? $0.metric }
    return table.rows.map { row in
      .object(
        [
          ("mediaId", .text(row.id)),
          ("title", .optional(media.title(of: row.id).map { .text($0) })),
        ]
          + zip(measures, row.values).map { ($0, .number($1)) }
          + [("previous", .number(row.previous))]
      )
    }
  }

  private func ranking(_ ranking: Snapshot.Ranking) -> JSONText {
    .object([
      ("metric", .text(ranking.measure.seriesName ?? ranking.measure.metric)),
      ("breakdown", .text(ranking.dimension.breakdownName)),
      ("total", .number(ranking.total)),
      ("itemsTotal", .number(Double(ranking.count))),
      (
        "rows",
        .array(
          ranking.rows.map { row in
            .object([
              ("dimensionValue", .text(row.dimensionValue)),
              ("metricValue", .number(row.value)),
              ("previous", .number(row.previous)),
            ])
          }
        )
      ),
    ])
  }
}
