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

  /// Reads a command line, as a shell and the executable would.
  init?(commandLine: String) throws {
    var words = shellWords(commandLine)
    guard words.starts(with: ["playhead", "query"]) else { return nil }
    words.removeFirst(2)
    let names = words.prefix { !$0.hasPrefix("--") }
    guard let endpoint = Endpoint(Array(names)) else { return nil }
    var parameters: [Parameter] = []
    var options = words.dropFirst(names.count)
    while let option = options.popFirst() {
      let name = ParameterName.allCases.first { "--\($0.optionName)" == option }
      if let name, name.isFlag {
        parameters.append(Parameter(name, "true"))
        continue
      }
      guard let value = options.popFirst() else { return nil }
      if option == "--filter" {
        parameters += try Parameter.filters(value)
      } else if let name {
        parameters.append(Parameter(name, value))
      } else {
        return nil
      }
    }
    self.init(endpoint, parameters)
  }
}

extension QueryRequest.Endpoint {
  fileprivate init?(_ parts: [String]) {
    switch parts.count {
    case 3 where parts[0] == "metrics": self = .metrics(metric: parts[1], aggregation: parts[2])
    case 3 where parts[0] == "buckets": self = .buckets(metric: parts[1], breakdown: parts[2])
    case 2 where parts[0] == "timeseries": self = .timeseries(metric: parts[1])
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

private func shellWords(_ line: String) -> [String] {
  var words = [""]
  var isQuoted = false
  var isEscaped = false
  for scalar in line.unicodeScalars {
    switch scalar {
    case _ where isEscaped:
      words[words.count - 1].unicodeScalars.append(scalar)
      isEscaped = false
    case "\\" where !isQuoted: isEscaped = true
    case "'": isQuoted.toggle()
    case " " where !isQuoted: words.append("")
    default: words[words.count - 1].unicodeScalars.append(scalar)
    }
  }
  return words
}
