import PlaybackFacts
import QueryCore

/// Into which rows of an answer time falls: the timeframe, and the edges that cut it.
struct Spread: Hashable {
  /// Ascending; row i goes from edge i to edge i + 1.
  let edges: [Timestamp]
  /// Clipped to the edges.
  let timeframe: Timeframe

  init(_ timeframe: Timeframe, edges: [Timestamp]? = nil) {
    let edges = edges ?? [timeframe.from, timeframe.to]
    self.edges = edges
    guard let first = edges.first, let last = edges.last, first <= last else {
      self.timeframe = Timeframe(from: timeframe.from, to: timeframe.from)
      return
    }
    self.timeframe = timeframe.intersection(Timeframe(from: first, to: last))
  }

  /// The row of an instant; nil outside the timeframe.
  func row(of time: Timestamp) -> Int? {
    timeframe.contains(time) ? lastEdge(notAfter: time) : nil
  }

  /// Where all instants of a stretch go.
  enum Place: Hashable {
    case outside
    case row(Int)
    /// To several rows, or not all of them inside.
    case cut
  }

  func place(of stretch: Timeframe) -> Place {
    let common = timeframe.intersection(stretch)
    guard !common.isEmpty else { return .outside }
    guard common == stretch else { return .cut }
    let row = lastEdge(notAfter: stretch.from)
    return row + 1 < edges.count && edges[row + 1] >= stretch.to ? .row(row) : .cut
  }

  private func lastEdge(notAfter time: Timestamp) -> Int {
    var low = 0
    var high = edges.count
    while low < high {
      let middle = (low + high) / 2
      if edges[middle] <= time { low = middle + 1 } else { high = middle }
    }
    return low - 1
  }
}
