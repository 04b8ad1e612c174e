package import PlaybackFacts
import QueryCore

/// When collectors were at work, by the minute.
package struct CollectorWork: Hashable {
  /// From the first to the last minute.
  package let timeframe: Timeframe
  /// Where none was for two minutes or more, ascending; at most ``gapLimit``, the newest.
  package let gaps: [Timeframe]

  /// So many gaps are told.
  private static let gapLimit = 100

  /// Reads the minutes of hours since 1970, a bit for each, hours ascending, some told more than once; nil
  /// without any.
  package init?(_ hours: [(hour: Int64, minutes: UInt64)]) {
    var gaps: [Timeframe] = []
    var from: Timestamp?
    var end: Timestamp?
    for (hour, minutes) in Self.joined(hours) {
      var left = minutes
      while left != 0 {
        let start =
          Timestamp(milliseconds: hour * Milliseconds.hour) + Int64(left.trailingZeroBitCount)
          * Milliseconds.minute
        if let end, start - end >= DataState.collectorPatience {
          gaps.append(Timeframe(from: end, to: start))
        }
        from = from ?? start
        end = start + Milliseconds.minute
        left &= left - 1
      }
    }
    guard let from, let end else { return nil }
    timeframe = Timeframe(from: from, to: end)
    self.gaps = gaps.suffix(Self.gapLimit)
  }

  private static func joined(
    _ hours: [(hour: Int64, minutes: UInt64)]
  ) -> [(hour: Int64, minutes: UInt64)] {
    hours.reduce(into: []) { joined, next in
      if joined.last?.hour == next.hour {
        joined[joined.count - 1].minutes |= next.minutes
      } else {
        joined.append(next)
      }
    }
  }
}
