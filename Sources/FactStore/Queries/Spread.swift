import Algorithms
import PlaybackFacts
import QueryCore

/// Into which rows of an answer time falls: the timeframe, and the edges that cut it.
struct Spread: Hashable {
  /// Ascending; row i goes from edge i to edge i + 1.
  let edges: [Timestamp]
  /// Clipped to the edges.
  let timeframe: Timeframe

  /// What a question asks for; all time lies between instants that no fact reaches.
  init(_ query: SumQuery) {
    let timeframe =
      switch query.span {
      case .timeframe(let timeframe): timeframe
      case .allTime:
        Timeframe(from: Timestamp(milliseconds: .min / 4), to: Timestamp(milliseconds: .max / 4))
      }
    edges =
      if case .intervals(let edges) = query.grouping { edges } else {
        [timeframe.from, timeframe.to]
      }
    guard let first = edges.first, let last = edges.last, first <= last else {
      self.timeframe = Timeframe(from: timeframe.from, to: timeframe.from)
      return
    }
    self.timeframe = timeframe.intersection(Timeframe(from: first, to: last))
  }

  /// The same rows, with a later end of the last one.
  func reaching(_ end: Timestamp) -> Spread {
    guard let last = edges.last, timeframe.to == last, end > last else { return self }
    var edges = edges
    edges[edges.count - 1] = end
    return Spread(edges: edges, timeframe: Timeframe(from: timeframe.from, to: end))
  }

  private init(edges: [Timestamp], timeframe: Timeframe) {
    (self.edges, self.timeframe) = (edges, timeframe)
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
    edges.partitioningIndex { $0 > time } - 1
  }
}
