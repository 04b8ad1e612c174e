/// Finds the fields of a fact in the line of an NDJSON file.
struct JSONRow {
  /// What a line is.
  enum Content {
    case fact
    /// It has a `body` or `hints`, so it is a recorded ping; its fields were not looked at.
    case ping
  }

  private let start: Int
  private let end: Int
  private var position: Int

  /// Reads the bytes from `start` to `end`, which are one line.
  init(from start: Int, to end: Int) {
    self.start = start
    self.end = end
    position = start
  }

  /// Notes where the fields are, and says what the line is.
  mutating func read(
    _ bytes: Span<UInt8>,
    into fields: inout RowFields
  ) throws(RowFault) -> Content {
    try expect(UInt8(ascii: "{"), bytes)
    guard !take(UInt8(ascii: "}"), bytes) else { throw .missing(column: FactColumn.time.name) }
    var unknownKey: String?
    repeat {
      skipSpace(bytes)
      let key = try string(bytes)
      try expect(UInt8(ascii: ":"), bytes)
      guard let column = FactColumn(in: bytes, at: key.range) else {
        let name = text(bytes, key.range)
        guard name != "body", name != "hints" else { return .ping }
        // A recorded ping has keys that a fact has not, and may have them before its body.
        unknownKey = unknownKey ?? name
        try skipScalar(bytes)
        continue
      }
      try readValue(of: column, bytes, into: &fields)
    } while take(UInt8(ascii: ","), bytes)
    try expect(UInt8(ascii: "}"), bytes)
    skipSpace(bytes)
    guard position == end else { throw fault }
    if let unknownKey { throw .unknownKey(unknownKey) }
    return .fact
  }

  private mutating func readValue(
    of column: FactColumn,
    _ bytes: Span<UInt8>,
    into fields: inout RowFields
  ) throws(RowFault) {
    skipSpace(bytes)
    guard position < end else { throw fault }
    switch bytes[position] {
    case UInt8(ascii: "\""):
      let (range, isEscaped) = try string(bytes)
      fields.set(column, to: range, escapes: isEscaped ? .backslashes : .none)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      fields.set(column, to: number(bytes))
    case UInt8(ascii: "n"):
      try literal("null", bytes)
      fields.set(column, to: 0..<0)
    default: throw .wrongType(column: column.name)
    }
  }

  /// Reads over a string, number, truth value or null.
  private mutating func skipScalar(_ bytes: Span<UInt8>) throws(RowFault) {
    skipSpace(bytes)
    guard position < end else { throw fault }
    switch bytes[position] {
    case UInt8(ascii: "\""): _ = try string(bytes)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): _ = number(bytes)
    case UInt8(ascii: "t"): try literal("true", bytes)
    case UInt8(ascii: "f"): try literal("false", bytes)
    case UInt8(ascii: "n"): try literal("null", bytes)
    default: throw fault
    }
  }

  private mutating func string(
    _ bytes: Span<UInt8>
  ) throws(RowFault) -> (range: Range<Int>, isEscaped: Bool) {
    guard position < end, bytes[position] == UInt8(ascii: "\"") else { throw fault }
    let first = position + 1
    var isEscaped = false
    position = first
    while position < end {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        return (first..<position - 1, isEscaped)
      case UInt8(ascii: "\\"):
        isEscaped = true
        position += 2
      case 0..<0x20: throw fault
      default: position += 1
      }
    }
    position = end
    throw fault
  }

  private mutating func number(_ bytes: Span<UInt8>) -> Range<Int> {
    let first = position
    while position < end {
      switch bytes[position] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
        UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
        position += 1
      default: return first..<position
      }
    }
    return first..<position
  }

  private mutating func literal(_ word: String, _ bytes: Span<UInt8>) throws(RowFault) {
    for byte in word.utf8 {
      guard position < end, bytes[position] == byte else { throw fault }
      position += 1
    }
  }

  private mutating func skipSpace(_ bytes: Span<UInt8>) {
    while position < end {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x09 || byte == 0x0d else { return }
      position += 1
    }
  }

  private mutating func take(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
    skipSpace(bytes)
    guard position < end, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ byte: UInt8, _ bytes: Span<UInt8>) throws(RowFault) {
    guard take(byte, bytes) else { throw fault }
  }

  private var fault: RowFault { .notAnObject(byte: position - start + 1) }
}
