import Hummingbird
import HummingbirdCore
import QueryCore

extension QueryRequest {
  /// Reads the path and the parameters of a URL; nil where the path is of no query.
  ///
  /// A part that is missing is left to the parser, which has a sentence for it.
  init?(_ uri: URI) throws(QueryString.Malformed) {
    guard let endpoint = Endpoint(path: uri.path) else { return nil }
    self.init(endpoint, try QueryString(uri.query ?? "").parameters)
  }
}

extension QueryRequest.Endpoint {
  /// Reads `/data/{query}/{part}/{part}`.
  fileprivate init?(path: String) {
    var parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .dropFirst("/data".split(separator: "/", omittingEmptySubsequences: false).count)
      .map { percentDecoded($0) ?? String($0) }
    if parts.last == "" { parts.removeLast() }
    guard !parts.isEmpty else { return nil }
    let query = parts.removeFirst()
    let first = parts.isEmpty ? nil : parts[0]
    let second = parts.count > 1 ? parts[1] : nil
    switch (query, parts.count) {
    case ("metrics", ...2): self = .metrics(metric: first, aggregation: second)
    case ("buckets", ...2): self = .buckets(metric: first, breakdown: second)
    case ("timeseries", ...1): self = .timeseries(metric: first)
    case ("histogram", ...1): self = .histogram(metric: first)
    default: return nil
    }
  }
}
