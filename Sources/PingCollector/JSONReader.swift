/// Reads JSON (RFC 8259) out of bytes, one value after the other, and refuses whatever isn't JSON.
///
/// ```
/// try reader.openObject()
/// while let key = try reader.nextKey() {
///   if key == "sid" { … try reader.value() … } else { try reader.skip() }
/// }
/// try reader.end()
/// ```
/// Every value must be read or skipped before the next key or element is asked for.
struct JSONReader {
  /// How many objects and arrays may lie in each other.
  static let deepest = 128

  private let bytes: [UInt8]
  /// The index of the next byte to read.
  private(set) var position: Int
  private var depth = 0
  /// Whether the object or array that was opened last has had no member yet.
  private var isFirst = true

  /// Makes a reader of UTF-8, which may begin with a byte order mark.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    position = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
  }

  /// Whether the next value is an object.
  mutating func isAtObject() -> Bool { peek() == UInt8(ascii: "{") }

  /// Whether the next value is an array.
  mutating func isAtArray() -> Bool { peek() == UInt8(ascii: "[") }

  /// Goes into the object that comes next.
  mutating func openObject() throws(JSONError) {
    try open(UInt8(ascii: "{"))
  }

  /// Goes into the array that comes next.
  mutating func openArray() throws(JSONError) {
    try open(UInt8(ascii: "["))
  }

  /// The next key of the innermost object; nil at its end, which is left.
  mutating func nextKey() throws(JSONError) -> String? {
    guard try hasNext(before: UInt8(ascii: "}")) else { return nil }
    guard peek() == UInt8(ascii: "\"") else { throw error("a key was expected") }
    let key = try string()
    try expect(UInt8(ascii: ":"))
    return key
  }

  /// Whether the innermost array has another element; its end is left.
  mutating func nextElement() throws(JSONError) -> Bool {
    try hasNext(before: UInt8(ascii: "]"))
  }

  /// The next value; of an object or array only that it is one, its inside is skipped.
  mutating func value() throws(JSONError) -> JSONValue {
    switch peek() {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      try skip()
      return .container
    case UInt8(ascii: "t"):
      try literal("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try literal("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try literal("null")
      return .null
    default: return .number(try number())
    }
  }

  /// Reads over the next value, whatever it is.
  mutating func skip() throws(JSONError) {
    if isAtObject() {
      try openObject()
      while try nextKey() != nil { try skip() }
    } else if isAtArray() {
      try openArray()
      while try nextElement() { try skip() }
    } else {
      _ = try value()
    }
  }

  /// Makes sure that nothing but white space is left.
  mutating func end() throws(JSONError) {
    guard peek() == nil else { throw error("nothing more was expected") }
  }
}

// MARK: - Structure

extension JSONReader {
  /// The next byte that isn't white space, without reading it; nil at the end.
  private mutating func peek() -> UInt8? {
    while position < bytes.count {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { return byte }
      position += 1
    }
    return nil
  }

  private mutating func expect(_ byte: UInt8) throws(JSONError) {
    guard peek() == byte else { throw error("'\(Unicode.Scalar(byte))' was expected") }
    position += 1
  }

  private mutating func open(_ bracket: UInt8) throws(JSONError) {
    try expect(bracket)
    depth += 1
    isFirst = true
    guard depth <= Self.deepest else { throw error("it is nested too deeply") }
  }

  private mutating func hasNext(before bracket: UInt8) throws(JSONError) -> Bool {
    if peek() == bracket {
      position += 1
      depth -= 1
      isFirst = false
      return false
    }
    if !isFirst { try expect(UInt8(ascii: ",")) }
    isFirst = false
    return true
  }

  private mutating func literal(_ text: StaticString) throws(JSONError) {
    let end = position + text.utf8CodeUnitCount
    let isThere = text.withUTF8Buffer {
      end <= bytes.count && bytes[position..<end].elementsEqual($0)
    }
    guard isThere else { throw error("a value was expected") }
    position = end
  }

  private func error(_ reason: String) -> JSONError {
    JSONError(offset: position, reason: reason)
  }
}

// MARK: - Strings

extension JSONReader {
  private mutating func string() throws(JSONError) -> String {
    position += 1
    let start = position
    var isASCII = true
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        let range = start..<position
        // Most strings are short keys, of which nothing has to be validated.
        let text =
          isASCII
          ? bytes.withUnsafeBufferPointer {
            String(decoding: UnsafeBufferPointer(rebasing: $0[range]), as: UTF8.self)
          } : try text(bytes[range])
        position += 1
        return text
      case UInt8(ascii: "\\"): return try escapedString(from: start)
      case 0..<0x20: throw error("a control character stands in a string")
      default:
        isASCII = isASCII && byte < 0x80
        position += 1
      }
    }
    throw error("a string has no end")
  }

  /// Goes on with a string whose first escape is at the position.
  private mutating func escapedString(from start: Int) throws(JSONError) -> String {
    var unescaped = Array(bytes[start..<position])
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        let text = try text(unescaped[...])
        position += 1
        return text
      case UInt8(ascii: "\\"): unescaped.append(contentsOf: Character(try escape()).utf8)
      case 0..<0x20: throw error("a control character stands in a string")
      default:
        unescaped.append(byte)
        position += 1
      }
    }
    throw error("a string has no end")
  }

  private func text(_ bytes: ArraySlice<UInt8>) throws(JSONError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw error("a string is not UTF-8")
    }
    return text
  }

  private mutating func escape() throws(JSONError) -> Unicode.Scalar {
    position += 1
    guard position < bytes.count else { throw error("a string has no end") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try escapedScalar()
    default: throw error("an escape is unknown")
    }
  }

  /// The scalar of one `\u` escape, or of two that are a surrogate pair.
  ///
  /// The grammar allows half a pair, and JavaScript sends it; it becomes U+FFFD.
  private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
    let unit = try hexDigits()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    let isHigh = (0xd800..<0xdc00).contains(unit)
    guard isHigh, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    else { return "\u{fffd}" }
    let afterHigh = position
    position += 2
    let low = try hexDigits()
    guard (0xdc00..<0xe000).contains(low) else {
      position = afterHigh
      return "\u{fffd}"
    }
    let value = 0x10000 + (UInt32(unit - 0xd800) << 10 | UInt32(low - 0xdc00))
    return Unicode.Scalar(value) ?? "\u{fffd}"
  }

  private mutating func hexDigits() throws(JSONError) -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard position < bytes.count,
        let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue
      else { throw error("an escape needs four hex digits") }
      value = value << 4 | UInt16(digit)
      position += 1
    }
    return value
  }
}

// MARK: - Numbers

extension JSONReader {
  /// Reads a number; infinite where a Double can't hold it.
  private mutating func number() throws(JSONError) -> Double {
    let start = position
    let isNegative = skipByte(UInt8(ascii: "-"))
    let leadsWithZero = position < bytes.count && bytes[position] == UInt8(ascii: "0")
    // The value is ±digits·10^exponent as long as the digits fit; that is exact up to 2^53.
    var digits: UInt64 = 0
    let whole = skipDigits(into: &digits)
    guard whole > 0 else { throw error("a value was expected") }
    guard !(leadsWithZero && whole > 1) else { throw error("a number begins with 0") }
    var fraction = 0
    if skipByte(UInt8(ascii: ".")) {
      fraction = skipDigits(into: &digits)
      guard fraction > 0 else { throw error("a digit was expected") }
    }
    var hasExponent = false
    if skipByte(UInt8(ascii: "e")) || skipByte(UInt8(ascii: "E")) {
      _ = skipByte(UInt8(ascii: "+")) || skipByte(UInt8(ascii: "-"))
      var ignored: UInt64 = 0
      guard skipDigits(into: &ignored) > 0 else { throw error("a digit was expected") }
      hasExponent = true
    }
    // Both the digits and the power of ten are exact here, so one division rounds correctly.
    if !hasExponent, whole + fraction < 20, digits < 1 << 53 {
      let value = Double(digits) / Self.powersOfTen[fraction]
      return isNegative ? -value : value
    }
    return Double(String(decoding: bytes[start..<position], as: UTF8.self)) ?? .infinity
  }

  private mutating func skipByte(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  /// Reads digits and appends them to `value`, which wraps where it overflows; how many there were.
  private mutating func skipDigits(into value: inout UInt64) -> Int {
    let start = position
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
      value = value &* 10 &+ UInt64(bytes[position] - 0x30)
      position += 1
    }
    return position - start
  }

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18, 1e19,
  ]
}
