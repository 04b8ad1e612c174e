extension TOMLReader {
  /// Reads a value; `depth` is the number of tables and arrays around it.
  mutating func value(depth: Int) throws(TOMLError) -> TOMLValue.Content {
    guard depth < Self.deepest else { throw error("tables and arrays are nested too deep") }
    switch peek {
    case UInt8(ascii: "\""):
      return .string(
        try bytes[position...].starts(with: "\"\"\"".utf8)
          ? longString(escapes: true) : basicString()
      )
    case UInt8(ascii: "'"):
      return .string(
        try bytes[position...].starts(with: "'''".utf8)
          ? longString(escapes: false) : literalString()
      )
    case UInt8(ascii: "["): return .array(try array(depth: depth))
    case UInt8(ascii: "{"): return .table(try inlineTable(depth: depth))
    default: return try word()
    }
  }

  private mutating func array(depth: Int) throws(TOMLError) -> [TOMLValue] {
    position += 1
    var values: [TOMLValue] = []
    while true {
      try skipLines()
      if peek == UInt8(ascii: "]") { break }
      let line = currentLine()
      values.append(TOMLValue(content: try value(depth: depth + 1), line: line))
      try skipLines()
      if peek == UInt8(ascii: "]") { break }
      guard peek == UInt8(ascii: ",") else { throw error("a ',' or ']' should be here") }
      position += 1
    }
    position += 1
    return values
  }

  private mutating func inlineTable(depth: Int) throws(TOMLError) -> TOMLTable {
    position += 1
    let node = TOMLNode(.heading, line: currentLine())
    skipBlanks()
    if peek == UInt8(ascii: "}") {
      position += 1
      return node.table
    }
    while true {
      skipBlanks()
      try pair(in: node, depth: depth)
      skipBlanks()
      let byte = peek
      guard byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") else {
        throw error("a ',' or '}' should be here, on the same line")
      }
      position += 1
      if byte == UInt8(ascii: "}") { return node.table }
    }
  }
}

// MARK: - Texts

extension TOMLReader {
  /// Reads a text between double quotes, on one line.
  mutating func basicString() throws(TOMLError) -> String {
    let start = position
    position += 1
    var text: [UInt8] = []
    while let byte = peek, !isNewline {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): text += try escape()
      default: text.append(try plain(byte))
      }
    }
    throw error("this text has no closing quote", at: start)
  }

  /// Reads a text between single quotes, on one line.
  mutating func literalString() throws(TOMLError) -> String {
    let start = position
    position += 1
    var text: [UInt8] = []
    while let byte = peek, !isNewline {
      position += 1
      if byte == UInt8(ascii: "'") { return String(decoding: text, as: UTF8.self) }
      text.append(try plain(byte))
    }
    throw error("this text has no closing quote", at: start)
  }

  /// Reads a text between three quotes of a kind, which may have several lines.
  private mutating func longString(escapes: Bool) throws(TOMLError) -> String {
    let start = position
    let quote = bytes[position]
    position += 3
    if isNewline { position += peek == UInt8(ascii: "\n") ? 1 : 2 }
    var text: [UInt8] = []
    while let byte = peek {
      if byte == quote {
        let count = bytes[position...].prefix { $0 == quote }.count
        guard count < 6 else { throw error("too many quotes") }
        position += count
        guard count >= 3 else {
          text += repeatElement(quote, count: count)
          continue
        }
        text += repeatElement(quote, count: count - 3)
        return String(decoding: text, as: UTF8.self)
      }
      if isNewline {
        position += byte == UInt8(ascii: "\n") ? 1 : 2
        text.append(UInt8(ascii: "\n"))
        continue
      }
      position += 1
      if escapes, byte == UInt8(ascii: "\\") {
        if try skipsLine() { continue }
        text += try escape()
      } else {
        text.append(try plain(byte))
      }
    }
    throw error("this text has no closing quotes", at: start)
  }

  /// Skips the end of a line and all blanks and empty lines behind it, if only blanks are before it.
  private mutating func skipsLine() throws(TOMLError) -> Bool {
    let start = position
    skipBlanks()
    guard isNewline else {
      position = start
      return false
    }
    while isNewline {
      position += peek == UInt8(ascii: "\n") ? 1 : 2
      skipBlanks()
    }
    return true
  }

  private func plain(_ byte: UInt8) throws(TOMLError) -> UInt8 {
    guard !isControl(byte) else {
      throw error("a text can't have this control character", at: position - 1)
    }
    return byte
  }

  /// Reads what follows a backslash.
  private mutating func escape() throws(TOMLError) -> [UInt8] {
    let start = position - 1
    let byte = peek
    position = min(position + 1, bytes.count)
    switch byte {
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "\""): return [0x22]
    case UInt8(ascii: "\\"): return [0x5C]
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
      let digits = bytes[position...].prefix(byte == UInt8(ascii: "u") ? 4 : 8)
      guard digits.count == (byte == UInt8(ascii: "u") ? 4 : 8),
        digits.allSatisfy({ isDigit($0, radix: 16) }),
        let number = UInt32(String(decoding: digits, as: UTF8.self), radix: 16),
        let scalar = Unicode.Scalar(number)
      else { throw error("this is no character's number", at: start) }
      position = digits.endIndex
      return Array(String(Character(scalar)).utf8)
    default: throw error("there is no such character behind a backslash", at: start)
    }
  }
}

// MARK: - Numbers, dates and booleans

extension TOMLReader {
  /// Reads a value without quotes or brackets.
  private mutating func word() throws(TOMLError) -> TOMLValue.Content {
    let start = position
    skipWord()
    var word = String(decoding: bytes[start..<position], as: UTF8.self)
    // A date and its time may have a blank between them.
    if isDate(word), peek == UInt8(ascii: " ") {
      let end = position
      position += 1
      skipWord()
      let time = String(decoding: bytes[end + 1..<position], as: UTF8.self)
      if time.first?.isNumber ?? false { word += " " + time } else { position = end }
    }
    guard !word.isEmpty else { throw error("a value should be here") }
    if word == "true" || word == "false" { return .boolean(word == "true") }
    if let integer = try integer(word, at: start) { return .integer(integer) }
    if let float = float(word) { return .float(float) }
    if isDateOrTime(word) { return .date(word) }
    throw error("'\(word)' is no value; a text needs quotes", at: start)
  }

  private mutating func skipWord() {
    while let byte = peek, byte > 0x20, !",]}#=\"'[{".utf8.contains(byte) { position += 1 }
  }

  private func isDigit(_ byte: UInt8, radix: Int) -> Bool {
    Character(Unicode.Scalar(byte)).hexDigitValue.map { $0 < radix } ?? false
  }

  /// The digits without the underscores, each of which must be between two digits.
  private func digits(_ text: Substring, radix: Int = 10) -> String? {
    let parts = text.utf8.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { isDigit($0, radix: radix) } }) else {
      return nil
    }
    return text.filter { $0 != "_" }
  }

  private func integer(_ word: String, at start: Int) throws(TOMLError) -> Int64? {
    var radix = 10
    var number = word[...]
    let sign = word.first == "-" ? "-" : ""
    if word.first == "-" || word.first == "+" {
      number = number.dropFirst()
    } else if let other = ["0x": 16, "0o": 8, "0b": 2][word.prefix(2)] {
      radix = other
      number = number.dropFirst(2)
    }
    guard let digits = digits(number, radix: radix) else { return nil }
    guard radix != 10 || digits == "0" || digits.first != "0" else { return nil }
    guard let integer = Int64(sign + digits, radix: radix) else {
      throw error("'\(word)' is too large a number", at: start)
    }
    return integer
  }

  private func float(_ word: String) -> Double? {
    let sign = word.first == "-" || word.first == "+" ? String(word.prefix(1)) : ""
    let number = word.dropFirst(sign.count)
    if number == "inf" || number == "nan" { return Double(sign + number) }
    let halves = number.split(omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
    let parts = halves[0].split(separator: ".", omittingEmptySubsequences: false)
    guard halves.count <= 2, parts.count <= 2, halves.count + parts.count > 2,
      let whole = digits(parts[0]), whole == "0" || whole.first != "0"
    else { return nil }
    var text = sign + whole
    if parts.count == 2 {
      guard let fraction = digits(parts[1]) else { return nil }
      text += "." + fraction
    }
    if halves.count == 2 {
      let power = halves[1]
      let powerSign = power.first == "-" || power.first == "+" ? power.prefix(1) : ""
      guard let exponent = digits(power.dropFirst(powerSign.count)) else { return nil }
      text += "e" + powerSign + exponent
    }
    return Double(text)
  }

  private func isDate(_ word: some StringProtocol) -> Bool {
    guard let parts = fields(word, shape: "0000-00-00") else { return false }
    let isLeap = parts[0] % 4 == 0 && (parts[0] % 100 != 0 || parts[0] % 400 == 0)
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return parts[0] >= 1 && (1...12).contains(parts[1])
      && (1...lengths[parts[1] - 1]).contains(parts[2])
  }

  private func isTime(_ word: some StringProtocol) -> Bool {
    guard let parts = fields(word.prefix(8), shape: "00:00:00") else { return false }
    let fraction = word.dropFirst(8)
    return parts[0] < 24 && parts[1] < 60 && parts[2] < 60
      && (fraction.isEmpty
        || fraction.first == "." && fraction.count > 1
          && fraction.dropFirst().utf8.allSatisfy { isDigit($0, radix: 10) })
  }

  private func isDateOrTime(_ word: String) -> Bool {
    if isDate(word) || isTime(word) { return true }
    guard isDate(word.prefix(10)), let separator = word.dropFirst(10).first,
      "Tt ".contains(separator)
    else { return false }
    let time = word.dropFirst(11)
    if isTime(time) { return true }
    if time.last == "Z" || time.last == "z" { return isTime(time.dropLast()) }
    guard let offset = fields(time.suffix(5), shape: "00:00"),
      let sign = time.dropLast(5).last, "+-".contains(sign)
    else { return false }
    return offset[0] < 24 && offset[1] < 60 && isTime(time.dropLast(6))
  }

  /// The numbers in a text that has digits where a shape has zeros and is like it elsewhere.
  private func fields(_ text: some StringProtocol, shape: String) -> [Int]? {
    let bytes = Array(text.utf8)
    guard bytes.count == shape.utf8.count,
      zip(bytes, shape.utf8).allSatisfy({ byte, model in
        model == UInt8(ascii: "0") ? isDigit(byte, radix: 10) : byte == model
      })
    else { return nil }
    return text.split { !$0.isNumber }.compactMap { Int($0) }
  }
}
