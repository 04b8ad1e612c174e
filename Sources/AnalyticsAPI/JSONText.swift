/// JSON as it is written, member by member, so that its order is the order of the calls.
struct JSONText {
  /// The text so far, in UTF-8.
  private(set) var bytes: [UInt8] = []
  /// Whether the next value is the first of its object or array.
  private var isFirst = true

  /// Writes an object; `members` writes what is in it.
  mutating func object(_ members: (inout JSONText) -> Void) {
    nest("{", "}", members)
  }

  /// Writes an array of objects, one for each element.
  mutating func array<Element>(
    _ elements: some Sequence<Element>,
    _ members: (inout JSONText, Element) -> Void
  ) {
    nest("[", "]") { json in
      for element in elements {
        json.separate()
        json.object { members(&$0, element) }
      }
    }
  }

  /// Writes an array of texts.
  mutating func strings(_ texts: some Sequence<String>) {
    nest("[", "]") { json in
      for text in texts {
        json.separate()
        json.string(text)
      }
    }
  }

  /// Writes a member's name; its value must follow.
  mutating func key(_ name: StaticString) {
    separate()
    write("\"")
    name.withUTF8Buffer { bytes.append(contentsOf: $0) }
    write("\":")
  }

  /// Writes a text.
  mutating func string(_ text: String) {
    write("\"")
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): write("\\\"")
      case UInt8(ascii: "\\"): write("\\\\")
      case 0..<0x10: write("\\u000\(String(byte, radix: 16))")
      case 0x10..<0x20: write("\\u00\(String(byte, radix: 16))")
      default: bytes.append(byte)
      }
    }
    write("\"")
  }

  /// Writes a whole number.
  mutating func integer(_ number: some BinaryInteger) {
    write(String(number))
  }

  /// Writes a number as the shortest decimal that reads back as the same; whole ones without `.0`.
  mutating func decimal(_ number: Double) {
    // JSON knows neither infinity nor NaN, and a share without meaning is 0 everywhere else.
    guard number.isFinite else { return write("0") }
    let text = number.description
    write(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
  }

  /// Writes nothing where a value could be.
  mutating func null() {
    write("null")
  }

  private mutating func nest(
    _ opening: String,
    _ closing: String,
    _ content: (inout JSONText) -> Void
  ) {
    write(opening)
    isFirst = true
    content(&self)
    isFirst = false
    write(closing)
  }

  private mutating func separate() {
    if !isFirst { write(",") }
    isFirst = false
  }

  private mutating func write(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }
}
