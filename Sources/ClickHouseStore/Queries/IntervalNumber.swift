import PlaybackFacts

/// The number of the interval in which an instant lies, as an expression.
enum IntervalNumber {
  /// The interval i goes from edge i to edge i + 1; edges ascend, and the instant lies between the first and the last.
  ///
  /// Neighbours of equal width are one division: of the days of a year there are three such runs where clocks
  /// change twice.
  static func of(_ time: SQL, _ edges: [Timestamp]) -> SQL {
    var cases: [SQL] = []
    var start = 0
    while start < edges.count - 1 {
      let width = edges[start + 1] - edges[start]
      var end = start + 1
      while end < edges.count - 1, edges[end + 1] - edges[end] == width { end += 1 }
      let number: SQL =
        "\(start) + intDiv(\(time) - \(edges[start].milliseconds), \(max(1, width)))"
      cases.append(
        end < edges.count - 1 ? "\(time) < \(edges[end].milliseconds), \(number)" : number
      )
      start = end
    }
    guard cases.count > 1 else { return "toInt64(\(cases.first ?? "0"))" }
    return "toInt64(multiIf(\(cases.joined(by: ", "))))"
  }
}
