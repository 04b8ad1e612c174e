import PlaybackFacts
import QueryCore

extension ScreenRequest {
  /// The values of a dimension, the highest first.
  struct Ranking: Hashable {
    let panel: ScreenPanel
    let dimension: Dimension
    let measure: Measure
    /// How many are asked for.
    let rows: Int
    /// Whether it is about this moment rather than the whole window.
    var isNow = false
  }

  /// The rankings of the screen.
  var rankings: [Ranking] {
    switch subject.view {
    case .overview:
      [
        ranking(.countries, .country, 100), ranking(.devices, .deviceType, 100),
        ranking(.media, .mediaID, 100),
      ]
    case .breakdown: [ranking(.breakdown, subject.dimension, Self.longList)]
    case .time: subject.isSplit ? [ranking(.curves, subject.dimension, 8)] : []
    case .map: [ranking(.countryMap, .country, 400)]
    case .live:
      [watching(.watchingDevices, .deviceType), watching(.watchingCountries, .country)]
    case .media, .health: []
    }
  }

  /// The most rows that can be paged through.
  static let longList = 10_000

  private func ranking(_ panel: ScreenPanel, _ dimension: Dimension, _ rows: Int) -> Ranking {
    Ranking(panel: panel, dimension: dimension, measure: rankedMeasure, rows: rows)
  }

  private func watching(_ panel: ScreenPanel, _ dimension: Dimension) -> Ranking {
    Ranking(panel: panel, dimension: dimension, measure: chartMeasure, rows: 100, isNow: true)
  }

  private func timeframe(of ranking: Ranking) -> Timeframe {
    ranking.isNow ? Query.liveTimeframe(at: slot) : window.timeframe
  }

  /// The number of all values together.
  func total(of ranking: Ranking) -> Query { number(ranking.measure, timeframe(of: ranking)) }

  func queries(of ranking: Ranking) -> [Query] {
    [total(of: ranking), values(of: ranking), previousValues(of: ranking)].compactMap { $0 }
  }

  /// The values of a dimension.
  func values(of ranking: Ranking) -> Query {
    query(
      ranking.measure,
      .buckets(ranking.dimension),
      timeframe(of: ranking),
      rows: ranking.rows
    )
  }

  /// The values of a dimension in the compared period: more, because ranks change.
  func previousValues(of ranking: Ranking) -> Query? {
    comparable.map {
      query(
        ranking.measure,
        .buckets(ranking.dimension),
        $0,
        rows: max(1000, min(Self.longList, 10 * ranking.rows))
      )
    }
  }
}
