import PlaybackFacts
import QueryCore

/// The questions of a table: a list for each column, the numbers of the rows on the screen that are in none
/// of the lists, and their trends.
extension ScreenRequest {
  var tableQueries: [Query] {
    guard let table = questions.table else { return [] }
    return table.measures.flatMap { measure in
      [
        list(measure, of: table), previousList(measure, of: table),
        shownRows(measure, of: table), previousShownRows(measure, of: table),
      ].compactMap { $0 }
    } + detail.rows.map { rowTrend($0, of: table) }
  }

  /// A column of the table.
  func list(_ measure: Measure, of table: TableQuestion) -> Query {
    var query = query(
      measure,
      .buckets(table.dimension),
      window.timeframe,
      rows: RankingQuestion.mostRows
    )
    query.order.isAscending = measure == detail.lowestFirst
    return query
  }

  /// The first column in the compared period.
  func previousList(_ measure: Measure, of table: TableQuestion) -> Query? {
    guard measure == table.measures.first else { return nil }
    return comparable.map {
      query(measure, .buckets(table.dimension), $0, rows: RankingQuestion.mostRows)
    }
  }

  /// A column of the rows that are shown; nil where the lists hold all rows.
  func shownRows(_ measure: Measure, of table: TableQuestion) -> Query? {
    shown(measure, of: table, window.timeframe)
  }

  /// The first column of the rows that are shown in the compared period.
  func previousShownRows(_ measure: Measure, of table: TableQuestion) -> Query? {
    guard measure == table.measures.first else { return nil }
    return comparable.flatMap { shown(measure, of: table, $0) }
  }

  private func shown(
    _ measure: Measure,
    of table: TableQuestion,
    _ timeframe: Timeframe
  ) -> Query? {
    guard detail.hasNumbers, !detail.rows.isEmpty else { return nil }
    return query(
      measure,
      .buckets(table.dimension),
      timeframe,
      adding: Filter.Clause(table.dimension, detail.rows),
      rows: detail.rows.count
    )
  }

  /// The first column of one row over time.
  func rowTrend(_ id: String, of table: TableQuestion) -> Query {
    let window = coarseWindow
    return query(
      table.measures[0],
      .timeseries(window.interval),
      window.timeframe,
      adding: Filter.Clause(table.dimension, [id])
    )
  }
}
