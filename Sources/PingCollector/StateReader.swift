/// Reads what a ``StateWriter`` wrote; throws where it can't have been written by one.
struct StateReader {
  private let bytes: [UInt8]
  private var position = 0

  /// Says that bytes are no state.
  struct Unreadable: Error {}

  /// The numbers that are believed: enough for times in ms and their differences.
  private static let believable: ClosedRange<Int64> = -(1 << 57)...(1 << 57)

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  var isAtEnd: Bool { position == bytes.count }

  mutating func byte() throws(Unreadable) -> UInt8 {
    guard position < bytes.count else { throw Unreadable() }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func unsigned() throws(Unreadable) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      let byte = try byte()
      value |= UInt64(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return value }
    }
    throw Unreadable()
  }

  /// A number that was added to `base` once it was read.
  mutating func signed(from base: Int64 = 0) throws(Unreadable) -> Int64 {
    let raw = try unsigned()
    let (sum, overflow) = base.addingReportingOverflow(Int64(raw >> 1) ^ -Int64(raw & 1))
    guard !overflow, Self.believable.contains(sum) else { throw Unreadable() }
    return sum
  }

  /// A number of things, at most `limit`.
  mutating func count(upTo limit: Int) throws(Unreadable) -> Int {
    guard let count = Int(exactly: try unsigned()), count <= limit else { throw Unreadable() }
    return count
  }

  mutating func text() throws(Unreadable) -> String {
    let count = try count(upTo: bytes.count)
    guard count <= bytes.count - position,
      let text = String(validating: bytes[position..<position + count], as: UTF8.self)
    else { throw Unreadable() }
    position += count
    return text
  }
}
