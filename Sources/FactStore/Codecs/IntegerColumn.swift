import TextAndBytes

/// A column of whole numbers in blocks of 256, each written the shorter of two ways.
///
/// ```
/// column   [block][block]…            as many as the count of values, kept elsewhere, needs
/// block    [width 0…64][lowest: signed varint][n × width bits of value − lowest, lowest bit first]
///       or [255][runs: varint] runs × ([change since the run before: signed][length − 1: varint])
/// ```
///
/// The last block may be short. A block of equal values has width 0 and no bits.
enum IntegerColumn {
  static let blockLength = 256
  /// 2³²: no value of a group is as large, neither its sums nor its facts'.
  ///
  /// A playback watches at most 3.6 million ms in an hour, and 2³² are 49 days. A segment has fewer than
  /// 2³¹ groups, so that its groups can't add up to 2⁶³: the loops over them need no check.
  static let sumLimit: Int64 = 1 << 32
  static let runMark: UInt8 = 255

  static func encode(_ values: [Int64]) -> [UInt8] {
    var writer = ByteWriter()
    encode(values, into: &writer)
    return writer.bytes
  }

  static func encode(_ values: [Int64], into writer: inout ByteWriter) {
    var start = 0
    while start < values.count {
      let end = min(start + blockLength, values.count)
      encodeBlock(values[start..<end], into: &writer)
      start = end
    }
  }

  static func decode(_ bytes: [UInt8], count: Int) throws(MalformedBytes) -> [Int64] {
    var reader = ByteReader(bytes)
    let values = try decode(&reader, count: count)
    guard reader.isAtEnd else { throw MalformedBytes("a column is longer than its count") }
    return values
  }

  static func decode(
    _ reader: inout ByteReader,
    count: Int,
    areSums: Bool = false
  ) throws(MalformedBytes) -> [Int64] {
    // A block takes at least two bytes, so that a count that lies can't ask for much memory.
    guard count <= (reader.remaining / 2 + 1) * blockLength else {
      throw MalformedBytes("a column is shorter than its count")
    }
    var values = [Int64](repeating: 0, count: count)
    var start = 0
    while start < count {
      let end = min(start + blockLength, count)
      try decodeBlock(&reader, into: &values, start..<end, areSums: areSums)
      start = end
    }
    return values
  }

  private static func encodeBlock(_ values: ArraySlice<Int64>, into writer: inout ByteWriter) {
    guard var previous = values.first else { return }
    var low = previous
    var high = previous
    var runs = 1
    for value in values {
      low = min(low, value)
      high = max(high, value)
      if value != previous { runs += 1 }
      previous = value
    }
    let width = UInt64.bitWidth - UInt64(bitPattern: high &- low).leadingZeroBitCount
    // A run takes two bytes at least, so this many can't be shorter.
    let packedLength = 1 + (values.count * width + 7) / 8
    if runs > 1, runs * 2 < packedLength {
      var attempt = ByteWriter()
      encodeRuns(values, count: runs, into: &attempt)
      if attempt.bytes.count <= packedLength { return writer.raw(attempt.bytes) }
    }
    writer.byte(UInt8(width))
    writer.signed(low)
    pack(values, above: low, width: width, into: &writer)
  }

  private static func encodeRuns(
    _ values: ArraySlice<Int64>,
    count: Int,
    into writer: inout ByteWriter
  ) {
    writer.byte(runMark)
    writer.count(count)
    var before: Int64 = 0
    var start = values.startIndex
    while start < values.endIndex {
      var end = start + 1
      while end < values.endIndex, values[end] == values[start] { end += 1 }
      writer.signed(values[start] &- before)
      writer.count(end - start - 1)
      before = values[start]
      start = end
    }
  }

  private static func pack(
    _ values: ArraySlice<Int64>,
    above low: Int64,
    width: Int,
    into writer: inout ByteWriter
  ) {
    guard width > 0 else { return }
    var pending: UInt64 = 0
    var used = 0
    for value in values {
      let bits = UInt64(bitPattern: value &- low)
      pending |= bits << UInt64(used)
      used += width
      if used >= 64 {
        writer.fixed(pending)
        used -= 64
        pending = used == 0 ? 0 : bits >> UInt64(width - used)
      }
    }
    while used > 0 {
      writer.byte(UInt8(truncatingIfNeeded: pending))
      pending >>= 8
      used -= 8
    }
  }

  private static func decodeBlock(
    _ reader: inout ByteReader,
    into values: inout [Int64],
    _ range: Range<Int>,
    areSums: Bool
  ) throws(MalformedBytes) {
    let width = try reader.byte()
    guard width != runMark else {
      return try decodeRuns(&reader, into: &values, range, areSums: areSums)
    }
    guard width <= 64 else { throw MalformedBytes("a block has values of \(width) bits") }
    let low = try reader.signed()
    if width == 0 {
      for index in range { values[index] = low }
    } else {
      try unpack(&reader, above: low, width: Int(width), into: &values, range)
    }
    // No value is further above the lowest than its bits reach, which nearly always says enough.
    if areSums, width > 31 || low.magnitude + (1 << UInt64(width)) > sumLimit.magnitude {
      for value in values[range] { try checkSum(value) }
    }
  }

  private static func checkSum(_ value: Int64) throws(MalformedBytes) {
    guard value.magnitude < sumLimit.magnitude else {
      throw MalformedBytes("a sum of \(value) is more than there can be")
    }
  }

  private static func decodeRuns(
    _ reader: inout ByteReader,
    into values: inout [Int64],
    _ range: Range<Int>,
    areSums: Bool
  ) throws(MalformedBytes) {
    var value: Int64 = 0
    var start = range.lowerBound
    for _ in 0..<(try reader.count(bytesEach: 2)) {
      value &+= try reader.signed()
      if areSums { try checkSum(value) }
      let length = try reader.count(limit: blockLength - 1) + 1
      guard start + length <= range.upperBound else { throw MalformedBytes("a run is too long") }
      for index in start..<start + length { values[index] = value }
      start += length
    }
    guard start == range.upperBound else { throw MalformedBytes("the runs are too short") }
  }

  private static func unpack(
    _ reader: inout ByteReader,
    above low: Int64,
    width: Int,
    into values: inout [Int64],
    _ range: Range<Int>
  ) throws(MalformedBytes) {
    let length = (range.count * width + 7) / 8
    try reader.withRemainingBytes { bytes throws(MalformedBytes) in
      guard bytes.count >= length else { throw MalformedBytes("the bytes end too early") }
      let mask = width == 64 ? UInt64.max : (1 << UInt64(width)) - 1
      // The profile of a scan is this loop: no check for each value, one load of eight bytes.
      let fastCount =
        width > 56 || bytes.count < 8
        ? 0 : min(range.count, ((bytes.count - 8) * 8 + 7) / width + 1)
      values.withUnsafeMutableBufferPointer { values in
        let values = UnsafeMutableBufferPointer(rebasing: values[range])
        var bit = 0
        for index in 0..<fastCount {
          let loaded = bytes.loadUnaligned(fromByteOffset: bit >> 3, as: UInt64.self)
          let bits = UInt64(littleEndian: loaded) &>> UInt64(bit & 7)
          values[index] = low &+ Int64(bitPattern: bits & mask)
          bit &+= width
        }
        for index in fastCount..<range.count {
          let bits = bytes.bits(from: bit)
          values[index] = low &+ Int64(bitPattern: bits & mask)
          bit += width
        }
      }
      return (length, ())
    }
  }
}

extension UnsafeRawBufferPointer {
  /// 64 bits from a bit on, lowest first; 0 beyond the end.
  fileprivate func bits(from bit: Int) -> UInt64 {
    let shift = UInt64(bit & 7)
    var bits: UInt64 = 0
    for (distance, byte) in self[(bit >> 3)...].prefix(9).enumerated() {
      let byte = UInt64(byte)
      bits |= distance == 0 ? byte >> shift : byte << (UInt64(8 * distance) - shift)
    }
    return bits
  }
}
