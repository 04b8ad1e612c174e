import QueryCore

/// Which share of playbacks was watched for at least how long.
struct StillWatching: Hashable, Sendable {
  /// How many playbacks were watched at all.
  let playbacks: Double
  private let steps: [Step]

  /// The playbacks of one bucket.
  private struct Step: Hashable {
    let bounds: Range<Int64>
    /// How many playbacks were watched for longer.
    let left: Double
  }

  /// Takes the playbacks by their watched time in seconds, ascending.
  init(_ bins: [QueryResult.Bin]) {
    var left = bins.reduce(0) { $0 + $1.value.double }
    playbacks = left
    steps = bins.map { bin in
      left -= bin.value.double
      return Step(bounds: bin.bounds, left: max(0, left))
    }
  }

  /// How many playbacks were watched for at least so many seconds, where a bucket begins.
  func count(atLeast seconds: Int64) -> Double {
    steps.last { $0.bounds.upperBound <= seconds }?.left ?? playbacks
  }

  /// The share of the playbacks that were watched for at least so many seconds; nil without any.
  func share(atLeast seconds: Int64) -> Double? {
    playbacks > 0 ? count(atLeast: seconds) / playbacks : nil
  }

  /// The seconds for which half of the playbacks were watched at least.
  var median: Int64 { steps.first { $0.left < playbacks / 2 }?.bounds.lowerBound ?? 0 }

  /// The seconds that only one playback of a hundred exceeds.
  var end: Int64 { steps.first { $0.left <= playbacks / 100 }?.bounds.upperBound ?? 1 }

  /// The distance of the points of a curve of so many points at most, so that each is where a bucket begins.
  static func step(upTo end: Int64, points: Int) -> Int64 {
    let points = Int64(max(1, points - 1))
    return distances.first { step in end <= points * step && isExact(step, upTo: end) } ?? end
  }

  /// Whether all multiples of a distance are where buckets begin.
  private static func isExact(_ step: Int64, upTo end: Int64) -> Bool {
    let bounds = WatchTimes.bounds(of: end)
    return step.isMultiple(of: bounds.upperBound - bounds.lowerBound)
  }

  /// Distances that people count in, in seconds.
  private static let distances: [Int64] = [
    1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 21_600, 43_200, 86_400,
  ]

  /// The distance of so many labels at most, below points of which each has the same distance.
  static func labelDistance(of points: [Int64], most: Int) -> Int64 {
    guard points.count > 1 else { return 1 }
    let step = points[1]
    return distances.first { distance in
      distance.isMultiple(of: step) && points[points.count - 1] / distance <= Int64(max(1, most))
    } ?? points[points.count - 1]
  }

  /// The seconds of the points of a curve, from 0 up to the first that is not before the end.
  func points(_ most: Int) -> [Int64] {
    let step = Self.step(upTo: end, points: most)
    return Array(stride(from: 0, through: (end + step - 1) / step * step, by: Int(step)))
  }
}

extension StillWatching {
  /// The newest answer to a question for a histogram; nil where there is none.
  init?(_ results: [QueryResult]) {
    guard case .histogram(let bins)? = results.first?.rows else { return nil }
    self.init(bins)
  }
}
