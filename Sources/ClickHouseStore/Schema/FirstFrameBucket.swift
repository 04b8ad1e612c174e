import PlaybackFacts
import QueryCore

/// The buckets of `Histogram`, as an expression.
enum FirstFrameBucket {
  /// The number of the bucket of a value of 0 to ``PlaybackFacts/FactKind/impressionTimes``.
  ///
  /// The logarithm of base two is told by comparing, for that of the server is rounded.
  static func of(_ value: SQL) -> SQL {
    let shifts = (1...).prefix { 64 << ($0 - 1) <= FactKind.impressionTimes.upperBound }
    let cases = shifts.reversed().map { shift in
      """
      \(value) >= \(64 << (shift - 1)), \(shift * 32) + intDiv(\(value), \(1 << shift))
      """ as SQL
    }
    return "toUInt16(multiIf(\(cases.joined(by: ", ")), \(value)))"
  }
}
