import QueryCore

extension QueryRequest {
  /// A request with parameters as a browser's address bar shows them: `from=…&filterBy[country]=FR`.
  init(_ endpoint: Endpoint, _ query: String) {
    let pairs = query.split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return Parameter(String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    }
    self.init(endpoint, pairs)
  }
}

extension QueryRequest.Endpoint {
  static let plays = Self.metrics(metric: "play", aggregation: "count")
  static let views = Self.metrics(metric: "view", aggregation: "count")
  static let peak = Self.metrics(metric: "ccv", aggregation: "peak")
  static let live = Self.metrics(metric: "ccv", aggregation: "live")
  static let playTotal = Self.metrics(metric: "play", aggregation: "total")
  static let playsByCountry = Self.buckets(metric: "play", breakdown: "country")
  static let playsOverTime = Self.timeseries(metric: "play")
}
