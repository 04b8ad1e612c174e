import QueryCommandLine
import QueryCore

extension QueryRequest {
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
    case 2 where parts[0] == "histogram": self = .histogram(metric: parts[1])
    default: return nil
    }
  }
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
