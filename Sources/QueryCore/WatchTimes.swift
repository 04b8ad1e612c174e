/// How many playbacks were watched for how long: where viewers of a media item leave.
///
/// Each playback counts once, by all of its watched time in the timeframe, in whole seconds, rounded down. What
/// is known is how long was watched, not which part: who skips ahead has watched less than where they are.
///
/// | watched | width of a bucket |
/// |---|---|
/// | less than 10 minutes | 1 s |
/// | less than 2 hours | 10 s |
/// | longer | 1 minute |
///
/// Whole minutes are edges of buckets everywhere, so that how many playbacks were watched for at least so
/// many minutes is exact.
public struct WatchTimes: Hashable, Sendable {
  /// How many playbacks each bucket has, > 0, by where it begins, in seconds.
  public private(set) var counts: [Int64: Int64] = [:]

  /// Makes the times of no playbacks.
  public init() {}

  /// Makes the times of buckets that have playbacks, by where they begin, in seconds.
  public init(counts: [Int64: Int64]) {
    self.counts = counts
  }

  /// Counts a playback by its watched time; one that was not watched does not count.
  public mutating func add(milliseconds: Int64) {
    guard milliseconds > 0 else { return }
    counts[Self.bounds(of: milliseconds / 1000).lowerBound, default: 0] += 1
  }

  /// The bucket of a time in whole seconds, ≥ 0: from the first second, without the last.
  public static func bounds(of seconds: Int64) -> Range<Int64> {
    let width: Int64 =
      switch seconds {
      case ..<600: 1
      case ..<7200: 10
      default: 60
      }
    let low = seconds / width * width
    return low..<low + width
  }

  /// The buckets that have playbacks, ascending, in seconds.
  var bins: [QueryResult.Bin] {
    counts.sorted { $0.key < $1.key }.map { low, count in
      QueryResult.Bin(bounds: Self.bounds(of: low), value: .integer(count))
    }
  }
}
