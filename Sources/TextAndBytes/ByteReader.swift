/// Bytes that are not what the format says.
public struct MalformedBytes: Error, CustomStringConvertible {
  /// What is wrong with them.
  public let description: String

  /// Makes an error that says what is wrong.
  public init(_ description: String) {
    self.description = description
  }
}

/// Reads what ``ByteWriter`` wrote and trusts none of it.
public struct ByteReader {
  @usableFromInline let storage: [UInt8]
  @usableFromInline var next: Int
  @usableFromInline let end: Int

  /// Makes a reader of bytes, from the first on.
  public init(_ bytes: [UInt8]) {
    storage = bytes
    next = 0
    end = bytes.count
  }

  private init(_ bytes: [UInt8], _ range: Range<Int>) {
    storage = bytes
    next = range.lowerBound
    end = range.upperBound
  }

  /// The index of the next byte.
  public var position: Int { next }

  /// Whether nothing is left.
  @inlinable public var isAtEnd: Bool { next == end }

  /// How many bytes are left.
  @inlinable public var remaining: Int { end - next }

  /// Reads a byte.
  @inlinable public mutating func byte() throws(MalformedBytes) -> UInt8 {
    guard next < end else { throw MalformedBytes("the bytes end too early") }
    defer { next += 1 }
    return storage[next]
  }

  /// Reads what `ByteWriter.varint` wrote.
  @inlinable public mutating func varint() throws(MalformedBytes) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = try byte()
      guard shift < 63 || byte <= 1 else { throw MalformedBytes("a number is too long") }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
  }

  /// A count of things that take at least `bytesEach` of what is left, so that no lie allocates.
  @inlinable public mutating func count(bytesEach: Int = 0, limit: Int = 1 << 31)
    throws(MalformedBytes) -> Int
  {
    let value = try varint()
    guard value <= UInt64(limit), Int(value) * bytesEach <= remaining else {
      throw MalformedBytes("a count of \(value) is more than there can be")
    }
    return Int(value)
  }

  /// Reads what `ByteWriter.signed` wrote.
  @inlinable public mutating func signed() throws(MalformedBytes) -> Int64 {
    unzigzag(try varint())
  }

  /// Reads eight bytes, lowest first.
  @inlinable public mutating func fixed() throws(MalformedBytes) -> UInt64 {
    var value: UInt64 = 0
    guard remaining >= 8 else { throw MalformedBytes("the bytes end too early") }
    for index in 0..<8 { value |= UInt64(storage[next + index]) << UInt64(8 * index) }
    next += 8
    return value
  }

  /// Reads a text; what is not UTF-8 in it becomes U+FFFD.
  public mutating func text() throws(MalformedBytes) -> String {
    String(decoding: try slice(try count(bytesEach: 1)), as: UTF8.self)
  }

  /// Reads so many bytes.
  public mutating func raw(_ count: Int) throws(MalformedBytes) -> [UInt8] {
    Array(try slice(count))
  }

  /// Passes over some bytes, and says where they are.
  @discardableResult
  public mutating func skip(_ count: Int) throws(MalformedBytes) -> Range<Int> {
    let skipped = try slice(count)
    return skipped.startIndex..<skipped.endIndex
  }

  /// A reader of the block that comes next, which this reader skips.
  public mutating func block() throws(MalformedBytes) -> ByteReader {
    let count = try count(bytesEach: 1)
    defer { next += count }
    return ByteReader(storage, next..<next + count)
  }

  /// What is left, without a copy, for a loop that minds its own bounds.
  @inlinable public mutating func withRemainingBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws(MalformedBytes) -> (read: Int, Result)
  ) throws(MalformedBytes) -> Result {
    let range = next..<end
    let outcome = storage.withUnsafeBytes { all in
      Swift.Result { () throws(MalformedBytes) in
        try body(UnsafeRawBufferPointer(rebasing: all[range]))
      }
    }
    let (read, result) = try outcome.get()
    next += read
    return result
  }

  /// Passes over numbers.
  public mutating func skipVarints(_ count: Int) throws(MalformedBytes) {
    try withRemainingBytes { bytes throws(MalformedBytes) in
      var left = count
      var place = 0
      while left > 0, place < bytes.count {
        if bytes[place] < 0x80 { left -= 1 }
        place += 1
      }
      guard left == 0 else { throw MalformedBytes("the bytes end too early") }
      return (place, ())
    }
  }

  private mutating func slice(_ count: Int) throws(MalformedBytes) -> ArraySlice<UInt8> {
    guard count >= 0, count <= remaining else { throw MalformedBytes("the bytes end too early") }
    defer { next += count }
    return storage[next..<next + count]
  }
}
