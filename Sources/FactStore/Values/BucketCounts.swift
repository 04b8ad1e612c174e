import PlaybackFacts
import QueryCore
import TextAndBytes

/// A histogram for each code: how many values of each bucket there are.
struct BucketCounts: Sendable {
  /// The code in the upper 48 bits, the bucket in the lower 16; ascending.
  private(set) var keys: [UInt64] = []
  /// How many values each key has, > 0.
  private(set) var counts: [Int64] = []

  /// How many buckets the values have that an impression's time may have.
  static let bucketCount = Histogram.bucket(of: FactKind.impressionTimes.upperBound) + 1
  /// An array by code and bucket has no more places than this: 32 MB.
  private static let longestArray = 1 << 22

  /// Roughly what it takes in memory.
  var byteCount: Int { 16 * keys.count + 64 }

  static func key(_ code: UInt32, _ bucket: Int) -> UInt64 { UInt64(code) << 16 | UInt64(bucket) }

  fileprivate static func code(_ key: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: key >> 16) }
  fileprivate static func bucket(_ key: UInt64) -> Int { Int(key & 0xffff) }

  init() {}

  /// Counts values by their keys, which come in any order.
  init(of values: [UInt64]) {
    guard let highest = values.max() else {
      self.init()
      return
    }
    if let places = Self.places(upTo: highest, for: values.count) {
      var array = [Int64](repeating: 0, count: places)
      for key in values { array[Self.place(of: key)] += 1 }
      self.init(places: array)
    } else {
      self.init()
      for key in values.sorted() { append(key, 1) }
    }
  }

  /// Takes the places of an array by code and bucket that are not 0.
  private init(places array: [Int64]) {
    for (place, count) in array.enumerated() where count != 0 {
      let code = UInt32(place / Self.bucketCount)
      append(Self.key(code, place % Self.bucketCount), count)
    }
  }

  /// Adds what is not before anything that was added.
  private mutating func append(_ key: UInt64, _ count: Int64) {
    if keys.last == key {
      counts[counts.count - 1] += count
    } else {
      keys.append(key)
      counts.append(count)
    }
  }

  private static func place(of key: UInt64) -> Int {
    Int(code(key)) * bucketCount + bucket(key)
  }

  /// How many places an array up to a key has; nil where it would be long for so many entries.
  private static func places(upTo highest: UInt64, for count: Int) -> Int? {
    let places = (Int(code(highest)) + 1) * bucketCount
    return places <= min(longestArray, 4 * count + 4096) ? places : nil
  }

  /// Adds up what several say.
  ///
  /// - Throws: ``MalformedBytes`` where a count doesn't fit into 64 bits.
  static func sum(of parts: [BucketCounts]) throws(MalformedBytes) -> BucketCounts {
    guard parts.count > 1 else { return parts.first ?? BucketCounts() }
    let count = parts.reduce(0) { $0 + $1.keys.count }
    let highest = parts.compactMap(\.keys.last).max() ?? 0
    if let places = places(upTo: highest, for: count) {
      var array = [Int64](repeating: 0, count: places)
      for part in parts {
        for (key, count) in zip(part.keys, part.counts) {
          try array.add(count, at: place(of: key))
        }
      }
      return BucketCounts(places: array)
    }
    let half = parts.count / 2
    return try merged(sum(of: Array(parts[..<half])), sum(of: Array(parts[half...])))
  }

  private static func merged(
    _ left: BucketCounts,
    _ right: BucketCounts
  ) throws(MalformedBytes) -> BucketCounts {
    var sum = BucketCounts()
    var (first, second) = (0, 0)
    while first < left.keys.count || second < right.keys.count {
      let low = first < left.keys.count ? left.keys[first] : .max
      let high = second < right.keys.count ? right.keys[second] : .max
      var count: Int64 = 0
      if low <= high {
        count = left.counts[first]
        first += 1
      }
      if high <= low {
        let (total, overflow) = count.addingReportingOverflow(right.counts[second])
        guard !overflow else { throw MalformedBytes("the counts are more than there can be") }
        count = total
        second += 1
      }
      sum.append(min(low, high), count)
    }
    return sum
  }

  /// The counts of some codes under one code.
  func all(where isCounted: (UInt32) -> Bool) throws(MalformedBytes) -> BucketCounts {
    var byBucket = [Int64](repeating: 0, count: Self.bucketCount)
    for (key, count) in zip(keys, counts) where isCounted(Self.code(key)) {
      try byBucket.add(count, at: Self.bucket(key))
    }
    return BucketCounts(places: byBucket)
  }

  /// The same counts under other codes, of which there are so few that an array is made for each.
  func recoded(
    codeCount: Int,
    _ code: (UInt32) throws -> UInt32
  ) throws -> BucketCounts {
    var array = [Int64](repeating: 0, count: codeCount * Self.bucketCount)
    var (last, new): (UInt32?, UInt32) = (nil, 0)
    for (key, count) in zip(keys, counts) {
      if Self.code(key) != last {
        new = try code(Self.code(key))
        last = Self.code(key)
      }
      try array.add(count, at: Int(new) * Self.bucketCount + Self.bucket(key))
    }
    return BucketCounts(places: array)
  }

  /// The counts of some codes.
  func filtered(_ isCounted: (UInt32) -> Bool) -> BucketCounts {
    var result = BucketCounts()
    for (key, count) in zip(keys, counts) where isCounted(Self.code(key)) {
      result.append(key, count)
    }
    return result
  }

  /// Each code with its histogram, ascending.
  func histograms() -> [(code: UInt32, histogram: Histogram)] {
    var result: [(code: UInt32, histogram: Histogram)] = []
    var start = 0
    while start < keys.count {
      let code = Self.code(keys[start])
      var end = start
      while end < keys.count, Self.code(keys[end]) == code { end += 1 }
      let entries = (start..<end).map { place in
        Histogram.Entry(bucket: Self.bucket(keys[place]), count: counts[place])
      }
      result.append((code, Histogram(entries: entries)))
      start = end
    }
    return result
  }
}

// As a column:
//
//     rows: varint
//     code of each row     integer column, ascending
//     bucket of each row   integer column, ascending where codes are equal
//     count of each row    integer column
extension BucketCounts {
  var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.count(keys.count)
    IntegerColumn.encode(keys.map { Int64(Self.code($0)) }, into: &writer)
    IntegerColumn.encode(keys.map { Int64(Self.bucket($0)) }, into: &writer)
    IntegerColumn.encode(counts, into: &writer)
    return writer.bytes
  }

  init(decoding bytes: [UInt8]) throws(MalformedBytes) {
    var reader = ByteReader(bytes)
    let count = try reader.count()
    let codes = try IntegerColumn.decode(&reader, count: count)
    let buckets = try IntegerColumn.decode(&reader, count: count)
    counts = try IntegerColumn.decode(&reader, count: count)
    guard reader.isAtEnd else { throw MalformedBytes("bytes follow the rows of a histogram") }
    keys.reserveCapacity(count)
    for row in 0..<count {
      guard let code = UInt32(exactly: codes[row]), counts[row] > 0,
        (0..<Int64(Self.bucketCount)).contains(buckets[row])
      else { throw MalformedBytes("a histogram has an impossible row") }
      let key = Self.key(code, Int(buckets[row]))
      guard keys.last.map({ $0 < key }) ?? true else {
        throw MalformedBytes("the rows of a histogram are in disorder")
      }
      keys.append(key)
    }
  }
}
