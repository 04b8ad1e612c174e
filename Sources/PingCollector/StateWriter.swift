import TextAndBytes

/// Writes the parts of a state one after another, numbers in as few bytes as they need.
struct StateWriter {
  private var writer = ByteWriter()

  init() {
    writer.reserveCapacity(512)
  }

  var bytes: [UInt8] { writer.bytes }

  mutating func write(byte: UInt8) { writer.byte(byte) }

  mutating func write(_ value: UInt64) { writer.varint(value) }

  mutating func write(_ value: Int64) { writer.signed(value) }

  mutating func write(_ text: String) { writer.text(text) }
}
