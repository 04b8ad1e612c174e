/// Writes numbers in as few bytes as they need.
struct StateWriter {
  private(set) var bytes: [UInt8] = []

  init() {
    bytes.reserveCapacity(512)
  }

  mutating func write(byte: UInt8) {
    bytes.append(byte)
  }

  /// Seven bits a byte, the lowest first; all bytes but the last have the high bit.
  mutating func write(_ value: UInt64) {
    var rest = value
    while rest > 0x7f {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// As ``write(_:)-(UInt64)``, with the sign in the lowest bit.
  mutating func write(_ value: Int64) {
    write(UInt64(bitPattern: value << 1 ^ value >> 63))
  }

  mutating func write(_ text: String) {
    write(UInt64(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }
}
