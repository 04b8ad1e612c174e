import TextAndBytes
import PlaybackFacts
public import QueryCore

extension QueryResult {
  /// This answer as the body of an HTTP answer.
  ///
  /// ```
  /// {"context":{"metric":"play","breakdown":"country",
  ///             "timeframe":{"from":"2024-05-28T11:15:07+00:00","to":"2024-05-29T11:15:07+00:00"}},
  ///  "data":[{"metricValue":7,"dimensionValue":"FR"}],
  ///  "pagination":{"currentPage":1,"currentPageItems":1,"pageSize":25,"pagesTotal":1,
  ///                "itemsTotal":1,"links":[{"rel":"self","uri":"/data/buckets/play/country?…"},…]}}
  /// ```
  /// The members always come in this order; totals have no `timeframe`, numbers and histograms no
  /// `pagination`. A row of a histogram is `{"from":800,"to":816,"metricValue":37}`, without its `to`. Where
  /// a timeframe is compared, `context` ends with `"compared":{"period":"previous","timeframe":{…}}`,
  /// rows end with `comparedValue`, and `comparedData` follows the `data` of a number; all three may be
  /// null, where facts of then are no longer kept or there is nothing to compare with.
  ///
  /// - Parameter basePath: What stands before the paths of all links.
  /// - Returns: JSON.
  public func json(basePath: String = "") -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.key("context")
      json.object(writeContext)
      json.key("data")
      switch rows {
      case .number(let value):
        json.number(value)
        if let compared {
          json.key("comparedData")
          json.optional(compared.first ?? nil)
        }
      case .buckets(let buckets):
        json.array(withCompared(buckets)) { json, row in
          let (bucket, before) = row
          json.key("metricValue")
          json.number(bucket.value)
          json.key("dimensionValue")
          json.string(bucket.dimensionValue)
          if let before { json.compared(before) }
        }
      case .timeseries(let points):
        json.array(withCompared(points)) { json, row in
          let (point, before) = row
          json.key("emittedAt")
          json.string(point.emittedAt.atom(offsetSeconds: point.offsetSeconds))
          json.key("metricValue")
          json.number(point.value)
          if let before { json.compared(before) }
        }
      case .histogram(let bins):
        json.array(withCompared(bins)) { json, row in
          let (bin, before) = row
          json.key("from")
          json.integer(bin.bounds.lowerBound)
          json.key("to")
          json.integer(bin.bounds.upperBound)
          json.key("metricValue")
          json.number(bin.value)
          if let before { json.compared(before) }
        }
      }
      if let pagination = Pagination(of: self) {
        json.key("pagination")
        json.pagination(pagination, basePath: basePath)
      }
    }
    return json.bytes
  }

  /// Each row with its compared value; nil beside it where nothing is compared.
  private func withCompared<Row>(_ rows: [Row]) -> [(Row, MetricValue??)] {
    guard let compared else { return rows.map { ($0, nil) } }
    return zip(rows, compared).map { ($0, .some($1)) }
  }

  private func writeContext(_ json: inout JSONWriter) {
    json.key("metric")
    json.string(query.contextMetric)
    switch query.shape {
    case .number:
      json.key("aggregation")
      json.string(query.measure.aggregation.rawValue)
    case .buckets(let dimension):
      json.key("breakdown")
      json.string(dimension.breakdownName)
    case .timeseries(let interval):
      json.key("interval")
      json.string(interval.rawValue)
    case .histogram: break
    }
    if let timeframe = query.timeframe {
      json.key("timeframe")
      json.timeframe(timeframe)
    }
    if let compared = query.compared {
      json.key("compared")
      json.object { json in
        json.key("period")
        json.string(compared.period.rawValue)
        json.key("timeframe")
        if let timeframe = compared.timeframe { json.timeframe(timeframe) } else { json.null() }
      }
    }
  }
}

extension JSONWriter {
  fileprivate mutating func timeframe(_ timeframe: Timeframe) {
    object { json in
      json.key("from")
      json.string(timeframe.from.atom)
      json.key("to")
      json.string(timeframe.to.atom)
    }
  }

  fileprivate mutating func compared(_ value: MetricValue?) {
    key("comparedValue")
    optional(value)
  }

  fileprivate mutating func optional(_ value: MetricValue?) {
    if let value { number(value) } else { null() }
  }

  /// Writes where a page stands among all of them.
  mutating func pagination(_ pagination: Pagination, basePath: String = "") {
    object { json in
      json.key("currentPage")
      json.integer(pagination.currentPage)
      json.key("currentPageItems")
      json.integer(pagination.currentPageItems)
      json.key("pageSize")
      json.integer(pagination.pageSize)
      json.key("pagesTotal")
      json.integer(pagination.pagesTotal)
      json.key("itemsTotal")
      json.integer(pagination.itemsTotal)
      json.key("links")
      json.array(pagination.links) { json, link in
        json.key("rel")
        json.string(link.relation.rawValue)
        json.key("uri")
        json.string(basePath + link.path)
      }
    }
  }

  mutating func number(_ value: MetricValue) {
    switch value {
    case .integer(let number): integer(number)
    case .decimal(let number): decimal(number)
    }
  }
}
