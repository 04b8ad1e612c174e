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
  /// The members always come in this order; totals have no `timeframe`, numbers no `pagination`.
  public func json() -> [UInt8] {
    var json = JSONText()
    json.object { json in
      json.key("context")
      json.object(writeContext)
      json.key("data")
      switch rows {
      case .number(let value):
        json.number(value)
      case .buckets(let buckets):
        json.array(buckets) { json, bucket in
          json.key("metricValue")
          json.number(bucket.value)
          json.key("dimensionValue")
          json.string(bucket.dimensionValue)
        }
      case .timeseries(let points):
        json.array(points) { json, point in
          json.key("emittedAt")
          json.string(point.emittedAt.atom(offsetSeconds: point.offsetSeconds))
          json.key("metricValue")
          json.number(point.value)
        }
      }
      writePagination(&json)
    }
    return json.bytes
  }

  private func writeContext(_ json: inout JSONText) {
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
    }
    if let timeframe = query.timeframe {
      json.key("timeframe")
      json.object { json in
        json.key("from")
        json.string(timeframe.from.atom)
        json.key("to")
        json.string(timeframe.to.atom)
      }
    }
  }

  private func writePagination(_ json: inout JSONText) {
    guard let pagination = Pagination(of: self) else { return }
    json.key("pagination")
    json.object { json in
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
        json.string(link.path)
      }
    }
  }
}

extension JSONText {
  mutating func number(_ value: MetricValue) {
    switch value {
    case .integer(let number): integer(number)
    case .decimal(let number): decimal(number)
    }
  }
}
