import TextAndBytes

/// Passes over the blocks of an ``IntegerColumn``, of which only the values that are asked for are decoded.
struct BlockCursor {
  /// Nil for a column of nothing but zeros, which is left out of the file.
  private var reader: ByteReader?

  /// A block whose values come next.
  struct Head {
    fileprivate let width: UInt8
    fileprivate let low: Int64
    let count: Int

    /// What all values lie within; nil where only the values tell.
    var range: ClosedRange<Int64>? {
      // Runs have a width beyond it.
      guard width < 56, low.magnitude < 1 << 60 else { return nil }
      return low...low + (1 << Int64(width)) - 1
    }
  }

  init(_ bytes: [UInt8]?) {
    reader = bytes.map { ByteReader($0) }
  }

  /// Whether no block is left.
  var isAtEnd: Bool { reader?.isAtEnd ?? true }

  /// Reads the head of the next block, which has to be skipped or decoded then.
  mutating func head(count: Int) throws(MalformedBytes) -> Head {
    guard let width = try reader?.byte() else { return Head(width: 0, low: 0, count: count) }
    guard width != IntegerColumn.runMark else { return Head(width: width, low: 0, count: count) }
    guard width <= 64 else { throw MalformedBytes("a block has values of \(width) bits") }
    return Head(width: width, low: try reader?.signed() ?? 0, count: count)
  }

  /// Passes over the values of a block.
  mutating func skip(_ head: Head) throws(MalformedBytes) {
    switch head.width {
    case 0: break
    case IntegerColumn.runMark:
      let runs = try reader?.count(bytesEach: 2) ?? 0
      try reader?.skipVarints(2 * runs)
    case let width: try reader?.skip((head.count * Int(width) + 7) / 8)
    }
  }

  /// Decodes the values at some places of a block, which ascend.
  ///
  /// - Parameters:
  ///   - head: the block.
  ///   - places: of the values that are wanted, each once.
  ///   - values: where they go, one after the other.
  ///   - limits: what none may be outside of.
  /// - Throws: ``MalformedBytes`` where the bytes are not a block or a value is out of the limits.
  mutating func decode(
    _ head: Head,
    at places: UnsafeBufferPointer<UInt8>,
    into values: UnsafeMutablePointer<Int64>,
    within limits: ClosedRange<Int64>
  ) throws(MalformedBytes) {
    switch head.width {
    case 0: values.update(repeating: head.low, count: places.count)
    case IntegerColumn.runMark: try decodeRuns(head, at: places, into: values)
    default: try unpack(head, at: places, into: values)
    }
    if let range = head.range, limits.contains(range.lowerBound),
      limits.contains(range.upperBound)
    {
      return
    }
    for index in places.indices where !limits.contains(values[index]) {
      throw MalformedBytes("a group has a value of \(values[index]), which is impossible")
    }
  }

  private mutating func decodeRuns(
    _ head: Head,
    at places: UnsafeBufferPointer<UInt8>,
    into values: UnsafeMutablePointer<Int64>
  ) throws(MalformedBytes) {
    var value: Int64 = 0
    var end = 0
    var next = 0
    for _ in 0..<(try reader?.count(bytesEach: 2) ?? 0) {
      value &+= try reader?.signed() ?? 0
      end += try reader?.count(limit: IntegerColumn.blockLength - 1) ?? 0
      end += 1
      while next < places.count, places[next] < end {
        values[next] = value
        next += 1
      }
    }
    guard end == head.count else { throw MalformedBytes("the runs of a block have a wrong length") }
  }

  private mutating func unpack(
    _ head: Head,
    at places: UnsafeBufferPointer<UInt8>,
    into values: UnsafeMutablePointer<Int64>
  ) throws(MalformedBytes) {
    let width = Int(head.width)
    let length = (head.count * width + 7) / 8
    try reader?.withRemainingBytes { bytes throws(MalformedBytes) in
      guard bytes.count >= length else { throw MalformedBytes("the bytes end too early") }
      if bytes.count >= length + Self.padding {
        Self.unpack(bytes, head, at: places, into: values)
      } else {
        // The last block: whoever loads eight bytes for a value must find some behind it.
        withUnsafeTemporaryAllocation(byteCount: length + Self.padding, alignment: 8) { padded in
          padded.initializeMemory(as: UInt8.self, repeating: 0)
          padded.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<length]))
          Self.unpack(UnsafeRawBufferPointer(padded), head, at: places, into: values)
        }
      }
      return (length, ())
    }
  }

  private static let padding = 16

  private static func unpack(
    _ bytes: UnsafeRawBufferPointer,
    _ head: Head,
    at places: UnsafeBufferPointer<UInt8>,
    into values: UnsafeMutablePointer<Int64>
  ) {
    guard let start = bytes.baseAddress else { return }
    let (low, width) = (head.low, UInt(head.width))
    let mask = width == 64 ? UInt64.max : (1 << UInt64(width)) - 1
    func load(_ offset: UInt) -> UInt64 {
      UInt64(littleEndian: start.loadUnaligned(fromByteOffset: Int(offset), as: UInt64.self))
    }
    if width > 56 {
      for index in places.indices {
        let bit = UInt(places[index]) &* width
        let shift = UInt64(bit & 7)
        let above = shift == 0 ? 0 : load(bit &>> 3 &+ 8) << (64 - shift)
        values[index] = low &+ Int64(bitPattern: (load(bit &>> 3) >> shift | above) & mask)
      }
    } else if places.count == head.count {
      var first = 0
      // Eight narrow values begin on a byte and fit into one load.
      while width <= 8, first + 8 <= head.count {
        var bits = load(UInt(first / 8) &* width)
        for index in first..<first + 8 {
          values[index] = low &+ Int64(bitPattern: bits & mask)
          bits &>>= UInt64(width)
        }
        first += 8
      }
      var bit = UInt(first) &* width
      for index in first..<head.count {
        let bits = load(bit &>> 3) &>> UInt64(bit & 7)
        values[index] = low &+ Int64(bitPattern: bits & mask)
        bit &+= width
      }
    } else {
      for index in places.indices {
        let bit = UInt(places[index]) &* width
        values[index] = low &+ Int64(bitPattern: load(bit &>> 3) &>> UInt64(bit & 7) & mask)
      }
    }
  }
}
