import QueryCore

extension QueryRequest {
  /// Reads an HTTP path with a query string, as a server would.
  init?(path: String) {
    let parts = path.split(separator: "?", maxSplits: 1)
    let names = parts[0].split(separator: "/").map(String.init)
    guard names.first == "data", let endpoint = Endpoint(names.dropFirst().map { $0 }) else {
      return nil
    }
    let pairs = parts.count > 1 ? parts[1].split(separator: "&") : []
    self.init(
      endpoint,
      pairs.map { pair in
        let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return Parameter(decoded(halves[0]), decoded(halves[1]))
      }
    )
  }
}

extension QueryRequest.Endpoint {
  fileprivate init?(_ parts: [String]) {
    switch parts.count {
    case 3 where parts[0] == "metrics": self = .metrics(metric: parts[1], aggregation: parts[2])
    case 3 where parts[0] == "buckets": self = .buckets(metric: parts[1], breakdown: parts[2])
    case 2 where parts[0] == "timeseries": self = .timeseries(metric: parts[1])
    case 2 where parts[0] == "histogram": self = .histogram(metric: parts[1])
    default: return nil
    }
  }
}

private func decoded(_ text: Substring) -> String {
  var bytes: [UInt8] = []
  var rest = Array(text.utf8)[...]
  while let byte = rest.popFirst() {
    switch byte {
    case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
    case UInt8(ascii: "%"):
      bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
      rest.removeFirst(2)
    default: bytes.append(byte)
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}
