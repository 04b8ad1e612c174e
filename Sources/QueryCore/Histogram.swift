/// How many values there are of each size: what percentiles are read from.
///
/// Values are counted in buckets, 32 of equal width between one power of two and the next, so that each is at
/// most 1/32 as wide as its lowest value. A percentile is given as the middle of its bucket, which is at most
/// 1.6 % away from the value itself; below 64 it is the value.
///
/// ```
/// values    0, 1 … 63     64, 66 … 126     128, 132 … 252     256, 264 … 504     …
/// width     1             2                4                  8
/// buckets   0 … 63        64 … 95          96 … 127           128 … 159
/// ```
/// Histograms of parts add up to that of the whole, whatever the order.
public struct Histogram: Hashable, Sendable {
  /// A bucket that has values.
  public struct Entry: Hashable, Sendable {
    /// Its number, from 0.
    public let bucket: Int
    /// How many values are in it, > 0.
    public var count: Int64

    /// Makes an entry.
    public init(bucket: Int, count: Int64) {
      self.bucket = bucket
      self.count = count
    }
  }

  /// The buckets that have values, ascending.
  public private(set) var entries: [Entry] = []

  /// Makes a histogram of nothing.
  public init() {}

  /// Makes a histogram of buckets that have values, which ascend.
  public init(entries: [Entry]) {
    self.entries = entries
  }

  /// Makes a histogram of some values.
  public init(of values: some Sequence<Int64>) {
    var counts: [Int: Int64] = [:]
    for value in values { counts[Self.bucket(of: value), default: 0] += 1 }
    entries = counts.sorted { $0.key < $1.key }.map { Entry(bucket: $0.key, count: $0.value) }
  }

  /// Whether there are no values.
  public var isEmpty: Bool { entries.isEmpty }

  /// How many values there are.
  public var count: Int64 { entries.reduce(0) { $0 + $1.count } }

  /// The value that so many of a hundred don't exceed, within 1.6 %; nil of nothing.
  ///
  /// It is the value at place ⌈n · percent / 100⌉ of all n in their order.
  ///
  /// - Parameter percent: 0–100.
  /// - Returns: the middle of the bucket of that value.
  public func percentile(_ percent: Int) -> Int64? {
    let count = count
    guard count > 0 else { return nil }
    // Of more than 9 · 10¹⁶ values the product would overflow: no store has as many.
    let place = max(1, (count * Int64(percent) + 99) / 100)
    var passed: Int64 = 0
    for entry in entries {
      passed += entry.count
      if passed >= place { return Self.middle(of: entry.bucket) }
    }
    return nil
  }

  /// Adds the values of another histogram.
  public static func += (lhs: inout Histogram, rhs: Histogram) {
    guard !lhs.entries.isEmpty else {
      lhs = rhs
      return
    }
    var merged: [Entry] = []
    merged.reserveCapacity(lhs.entries.count + rhs.entries.count)
    var rest = rhs.entries[...]
    for entry in lhs.entries {
      while let other = rest.first, other.bucket < entry.bucket {
        merged.append(rest.removeFirst())
      }
      var sum = entry
      if let other = rest.first, other.bucket == entry.bucket {
        sum.count += other.count
        rest.removeFirst()
      }
      merged.append(sum)
    }
    lhs.entries = merged + rest
  }

  /// The values of both.
  public static func + (lhs: Histogram, rhs: Histogram) -> Histogram {
    var sum = lhs
    sum += rhs
    return sum
  }

  // MARK: - Buckets

  /// The binary digits of a value that tell its bucket, behind the first.
  private static let digits = 5

  /// The number of the bucket of a value; what is below 0 counts as 0.
  public static func bucket(of value: Int64) -> Int {
    let value = UInt64(max(0, value))
    let shift = max(0, UInt64.bitWidth - value.leadingZeroBitCount - 1 - digits)
    return shift << digits + Int(value >> UInt64(shift))
  }

  /// The values of a bucket: from the first, without the last.
  public static func bounds(of bucket: Int) -> Range<Int64> {
    let shift = max(0, bucket >> digits - 1)
    let low = Int64(bucket - shift << digits) << Int64(shift)
    return low..<low + 1 << Int64(shift)
  }

  /// The whole number in the middle of a bucket.
  private static func middle(of bucket: Int) -> Int64 {
    let bounds = bounds(of: bucket)
    return (bounds.lowerBound + bounds.upperBound - 1) / 2
  }
}
