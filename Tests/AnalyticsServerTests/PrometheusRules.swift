/// The rules by which `promtool check metrics` reads and judges metrics, as far as they apply to text.
struct PrometheusRules {
  /// What is wrong in a text, a sentence each.
  private(set) var faults: [String] = []

  private var types: [String: String] = [:]
  private var helps: Set<String> = []
  private var order: [String] = []
  private var series: Set<String> = []

  init(_ text: String) {
    if !text.hasSuffix("\n") { faults.append("the text ends within a line") }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      read(String(line))
    }
    for (name, type) in types { judge(name, type) }
  }

  private mutating func read(_ line: String) {
    let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
    if line.hasPrefix("# HELP ") || line.hasPrefix("# TYPE ") {
      guard words.count == 4, !words[3].isEmpty else { return faults.append("'\(line)'") }
      let name = String(words[2])
      if words[1] == "HELP" {
        if !helps.insert(name).inserted { faults.append("\(name) has two help texts") }
      } else {
        if types.updateValue(String(words[3]), forKey: name) != nil {
          faults.append("\(name) has two types")
        }
        order.append(name)
      }
      return
    }
    guard let space = line.lastIndex(of: " "), Double(line[line.index(after: space)...]) != nil
    else { return faults.append("no sample: '\(line)'") }
    let sample = line[..<space]
    if !series.insert(String(sample)).inserted { faults.append("twice: \(sample)") }
    let name = String(sample.prefix { $0 != "{" })
    let family = family(of: name)
    if family == nil || family != order.last { faults.append("\(name) is apart from its type") }
    for label in labels(of: sample) {
      if label == "le", types[family ?? ""] != "histogram" { faults.append("le in \(name)") }
      if label.contains(where: { $0.isUppercase || $0 == "-" }) {
        faults.append("label \(label) of \(name) is not in snake case")
      }
    }
  }

  private func family(of name: String) -> String? {
    if types[name] != nil { return name }
    for suffix in ["_bucket", "_sum", "_count"] where name.hasSuffix(suffix) {
      let base = String(name.dropLast(suffix.count))
      if types[base] == "histogram" { return base }
    }
    return nil
  }

  private func labels(of sample: Substring) -> [String] {
    guard let open = sample.firstIndex(of: "{") else { return [] }
    return sample[sample.index(after: open)...].dropLast().split(separator: ",").map { pair in
      String(pair.prefix { $0 != "=" })
    }
  }

  private mutating func judge(_ name: String, _ type: String) {
    if !helps.contains(name) { faults.append("\(name) has no help text") }
    if !["counter", "gauge", "histogram"].contains(type) { faults.append("\(name) is a \(type)") }
    if (type == "counter") != name.hasSuffix("_total") {
      faults.append("\(name) should have the suffix _total if and only if it is a counter")
    }
    if name.contains(where: { $0.isUppercase || $0 == ":" }) {
      faults.append("\(name) is not in snake case")
    }
    let words = name.split(separator: "_").map(String.init)
    let wrong =
      ["counter", "gauge", "histogram", "summary"]
      + ["s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "pct", "h", "d", "m"]
      + ["milliseconds", "microseconds", "nanoseconds", "minutes", "hours", "days", "weeks"]
      + ["kilobytes", "megabytes", "gigabytes", "kibibytes", "mebibytes", "bits", "percent"]
    for word in words where wrong.contains(word) {
      faults.append("\(name) has '\(word)' in its name: a type, or no base unit")
    }
    if type != "histogram", ["bucket", "count", "sum"].contains(words.last ?? "") {
      faults.append("\(name) ends as parts of a histogram do")
    }
  }
}
