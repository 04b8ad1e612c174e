/// Writes JSON in UTF-8, member by member: the order of the calls is the order of the text.
///
/// ```swift
/// var json = JSONWriter()
/// json.object { json in
///   json.key("country")
///   json.string("FR")
/// }
/// json.bytes  // {"country":"FR"}
/// ```
public struct JSONWriter: Sendable {
  /// The text so far, in UTF-8.
  public private(set) var bytes: [UInt8] = []
  /// Whether the next value is the first of its object or array.
  private var isFirst = true

  /// Makes a writer of an empty text.
  public init() {}

  /// The text so far.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Writes an object; `members` writes what is in it.
  public mutating func object(_ members: (inout JSONWriter) -> Void) {
    nest("{", "}", members)
  }

  /// Writes an array of objects, one for each element.
  public mutating func array<Element>(
    _ elements: some Sequence<Element>,
    _ members: (inout JSONWriter, Element) -> Void
  ) {
    values(elements) { json, element in json.object { members(&$0, element) } }
  }

  /// Writes an array of values, one for each element; `value` writes exactly one.
  public mutating func values<Element>(
    _ elements: some Sequence<Element>,
    _ value: (inout JSONWriter, Element) -> Void
  ) {
    nest("[", "]") { json in
      for element in elements {
        json.separate()
        value(&json, element)
      }
    }
  }

  /// Writes an array of texts.
  public mutating func strings(_ texts: some Sequence<String>) {
    values(texts) { json, text in json.string(text) }
  }

  /// Writes a member's name; its value must follow.
  public mutating func key(_ name: String) {
    separate()
    string(name)
    write(":")
  }

  /// Writes a text.
  public mutating func string(_ text: String) {
    bytes.append(jsonString: text)
  }

  /// Writes a whole number.
  public mutating func integer(_ number: some BinaryInteger) {
    write(String(number))
  }

  /// Writes a number as the shortest decimal that reads back as the same, whole ones without `.0`; 0 for what
  /// is not finite, which JSON can't say.
  public mutating func decimal(_ number: Double) {
    guard number.isFinite else { return write("0") }
    let text = number.description
    write(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
  }

  /// Writes true or false.
  public mutating func bool(_ value: Bool) {
    write(value ? "true" : "false")
  }

  /// Writes a value that is JSON already.
  public mutating func value(_ json: [UInt8]) {
    bytes += json
  }

  /// Writes nothing where a value could be.
  public mutating func null() {
    write("null")
  }

  private mutating func nest(
    _ opening: String,
    _ closing: String,
    _ content: (inout JSONWriter) -> Void
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

extension [UInt8] {
  /// Appends a text as a JSON string, in quotes; control characters, DEL among them, are escaped.
  public mutating func append(jsonString text: String) {
    append(UInt8(ascii: "\""))
    defer { append(UInt8(ascii: "\"")) }
    guard text.utf8.contains(where: Self.isEscapedInJSON) else {
      return append(contentsOf: text.utf8)
    }
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        append(UInt8(ascii: "\\"))
        append(byte)
      case _ where Self.isEscapedInJSON(byte):
        append(contentsOf: "\\u00".utf8)
        append(hexDigit: byte >> 4)
        append(hexDigit: byte & 15)
      default: append(byte)
      }
    }
  }

  private static func isEscapedInJSON(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }
}
