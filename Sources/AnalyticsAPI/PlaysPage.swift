import PlaybackFacts
import TextAndBytes
public import QueryCore

/// A page of plays as version 1 of the API words it.
///
/// ```
/// {"data":[{"value":"FR","plays":100}],"pagination":{"currentPage":1,…}}
/// ```
public struct PlaysPage: Hashable, Sendable {
  private let result: QueryResult
  private let path: String

  /// Words the answer to a question about plays.
  ///
  /// - Parameters:
  ///   - result: the answer, by dimension or over time.
  ///   - path: the path of the question with all parameters but those of the page.
  public init(_ result: QueryResult, path: String) {
    self.result = result
    self.path = path
  }

  /// The body of an HTTP answer.
  public func json() -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.key("data")
      json.array(rows) { json, row in
        json.key("value")
        json.string(row.value)
        json.key("plays")
        json.number(row.plays)
      }
      json.key("pagination")
      let page = result.query.page
      json.pagination(
        Pagination(page, items: rows.count, itemsTotal: result.itemsTotal) { number in
          "\(path)&currentPage=\(number)&pageSize=\(page.size)"
        }
      )
    }
    return json.bytes
  }

  private var rows: [(value: String, plays: MetricValue)] {
    switch result.rows {
    case .number, .histogram: []
    case .buckets(let rows): rows.map { ($0.dimensionValue, $0.value) }
    case .timeseries(let rows):
      rows.map { ($0.emittedAt.atom(offsetSeconds: $0.offsetSeconds), $0.value) }
    }
  }
}
