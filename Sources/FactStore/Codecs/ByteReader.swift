/// Bytes that are not what the format says.
struct MalformedBytes: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// Reads what ``ByteWriter`` wrote and trusts none of it.
struct ByteReader {
  private let bytes: [UInt8]
  private(set) var position: Int
  private let end: Int

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    position = 0
    end = bytes.count
  }

  private init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { position == end }

  var remaining: Int { end - position }

  mutating func byte() throws(MalformedBytes) -> UInt8 {
    guard position < end else { throw MalformedBytes("the bytes end too early") }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func varint() throws(MalformedBytes) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let next = try byte()
      guard shift < 63 || next <= 1 else { throw MalformedBytes("a number is too long") }
      value |= UInt64(next & 0x7f) << shift
      if next < 0x80 { return value }
      shift += 7
    }
  }

  /// A count of things that take at least `bytesEach` of what is left, so that no lie allocates.
  mutating func count(bytesEach: Int = 0, limit: Int = 1 << 31) throws(MalformedBytes) -> Int {
    let value = try varint()
    guard value <= UInt64(limit), Int(value) * bytesEach <= remaining else {
      throw MalformedBytes("a count of \(value) is more than there can be")
    }
    return Int(value)
  }

  mutating func signed() throws(MalformedBytes) -> Int64 {
    unzigzag(try varint())
  }

  mutating func fixed() throws(MalformedBytes) -> UInt64 {
    var value: UInt64 = 0
    guard remaining >= 8 else { throw MalformedBytes("the bytes end too early") }
    for index in 0..<8 { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
    position += 8
    return value
  }

  mutating func text() throws(MalformedBytes) -> String {
    String(decoding: try slice(try count(bytesEach: 1)), as: UTF8.self)
  }

  mutating func raw(_ count: Int) throws(MalformedBytes) -> [UInt8] {
    Array(try slice(count))
  }

  /// A reader of the block that comes next, which this reader skips.
  mutating func block() throws(MalformedBytes) -> ByteReader {
    let count = try count(bytesEach: 1)
    defer { position += count }
    return ByteReader(bytes, position..<position + count)
  }

  /// What is left, without a copy, for a loop that minds its own bounds.
  mutating func withRemainingBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws(MalformedBytes) -> (read: Int, Result)
  ) throws(MalformedBytes) -> Result {
    let range = position..<end
    let outcome = bytes.withUnsafeBytes { all in
      Swift.Result { () throws(MalformedBytes) in
        try body(UnsafeRawBufferPointer(rebasing: all[range]))
      }
    }
    let (read, result) = try outcome.get()
    position += read
    return result
  }

  /// Passes over bytes.
  mutating func skip(_ count: Int) throws(MalformedBytes) {
    _ = try slice(count)
  }

  /// Passes over numbers.
  mutating func skipVarints(_ count: Int) throws(MalformedBytes) {
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
    defer { position += count }
    return bytes[position..<position + count]
  }
}
