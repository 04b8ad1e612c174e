/// Reads a TOML document.
///
/// Here are lines, headings and names; values are in `TOMLReader+values.swift`.
struct TOMLReader {
  /// How deep tables and arrays may be nested: reading and releasing them uses the stack.
  static let deepest = 64

  let bytes: [UInt8]
  var position = 0
  /// A place on a line whose number is known.
  private var counted = (position: 0, line: 1)

  init(_ text: String) {
    bytes = Array(text.utf8)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  mutating func document() throws(TOMLError) -> TOMLTable {
    let root = TOMLNode(.heading, line: 1)
    var current = root
    while true {
      try skipLines()
      guard let byte = peek else { return root.table }
      if byte == UInt8(ascii: "[") {
        current = try heading(in: root)
      } else {
        try pair(in: current)
      }
      skipBlanks()
      try comment()
      guard peek == nil || isNewline else { throw error("the line should end here") }
    }
  }

  /// Reads `name = value` into a table.
  mutating func pair(in table: TOMLNode, depth: Int = 0) throws(TOMLError) {
    let line = currentLine()
    let start = position
    let path = try names()
    var table = table
    for name in path.dropLast() {
      switch table.items[name] {
      case nil:
        let inner = TOMLNode(.dotted, line: line)
        table.set(name, to: .table(inner))
        table = inner
      case .table(let inner) where inner.origin == .dotted: table = inner
      default: throw error("'\(name)' is already something else", at: start)
      }
    }
    guard table.items[path[path.count - 1]] == nil else {
      throw error("'\(path.joined(separator: "."))' is set twice", at: start)
    }
    guard peek == UInt8(ascii: "=") else { throw error("an '=' should be here, after the name") }
    position += 1
    skipBlanks()
    let content = try value(depth: depth + path.count)
    table.set(path[path.count - 1], to: .value(TOMLValue(content: content, line: line)))
  }

  /// Reads `[names]` or `[[names]]` and returns the table that it begins.
  private mutating func heading(in root: TOMLNode) throws(TOMLError) -> TOMLNode {
    let line = currentLine()
    let start = position
    position += 1
    let isRow = peek == UInt8(ascii: "[")
    if isRow { position += 1 }
    skipBlanks()
    let path = try names()
    for _ in 0..<(isRow ? 2 : 1) {
      guard peek == UInt8(ascii: "]") else { throw error("a ']' should be here") }
      position += 1
    }
    var table = root
    for name in path.dropLast() {
      switch table.items[name] {
      case nil:
        let inner = TOMLNode(.implied, line: line)
        table.set(name, to: .table(inner))
        table = inner
      case .table(let inner): table = inner
      case .row(let row): table = row.tables[row.tables.count - 1]
      case .value: throw error("'\(name)' is already something else", at: start)
      }
    }
    let name = path[path.count - 1]
    let new = TOMLNode(.heading, line: line)
    switch table.items[name] {
    case nil: table.set(name, to: isRow ? .row(TOMLRow(new)) : .table(new))
    case .row(let row) where isRow: row.tables.append(new)
    case .table(let inner) where !isRow && inner.origin == .implied:
      inner.origin = .heading
      return inner
    default: throw error("'\(path.joined(separator: "."))' is set twice", at: start)
    }
    return new
  }

  /// Reads a name, or several with dots between them, and the blanks behind.
  private mutating func names() throws(TOMLError) -> [String] {
    var names: [String] = []
    while true {
      names.append(try name())
      skipBlanks()
      guard peek == UInt8(ascii: ".") else { return names }
      guard names.count < Self.deepest else { throw error("tables are nested too deep") }
      position += 1
      skipBlanks()
    }
  }

  /// The line that is being read, from 1.
  mutating func currentLine() -> Int {
    counted.line += newlines(in: counted.position..<position)
    counted.position = position
    return counted.line
  }

  private mutating func name() throws(TOMLError) -> String {
    switch peek {
    case UInt8(ascii: "\""): return try basicString()
    case UInt8(ascii: "'"): return try literalString()
    default:
      let start = position
      while let byte = peek, isBare(byte) { position += 1 }
      guard position > start else { throw error("a name should be here") }
      return String(decoding: bytes[start..<position], as: UTF8.self)
    }
  }

  /// Whether a byte may be in a name without quotes.
  private func isBare(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

// MARK: - Between names and values

extension TOMLReader {
  var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// Whether a line ends here, with or without a carriage return.
  var isNewline: Bool {
    peek == UInt8(ascii: "\n") || bytes[position...].starts(with: [0x0D, 0x0A])
  }

  mutating func skipBlanks() {
    while peek == UInt8(ascii: " ") || peek == UInt8(ascii: "\t") { position += 1 }
  }

  /// Skips blanks, comments and ends of lines.
  mutating func skipLines() throws(TOMLError) {
    while true {
      skipBlanks()
      try comment()
      guard isNewline else { return }
      position += peek == UInt8(ascii: "\n") ? 1 : 2
    }
  }

  /// Skips a comment to the end of its line, if one begins here.
  mutating func comment() throws(TOMLError) {
    guard peek == UInt8(ascii: "#") else { return }
    while let byte = peek, !isNewline {
      guard !isControl(byte) else { throw error("a comment can't have this control character") }
      position += 1
    }
  }

  func isControl(_ byte: UInt8) -> Bool { byte < 0x20 && byte != 0x09 || byte == 0x7F }

  func error(_ reason: String, at place: Int? = nil) -> TOMLError {
    let place = place ?? position
    let lineStart = bytes[..<place].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let line = newlines(in: 0..<place) + 1
    return TOMLError(line: line, column: place - lineStart + 1, description: reason)
  }

  fileprivate func newlines(in range: Range<Int>) -> Int {
    bytes[range].count { $0 == UInt8(ascii: "\n") }
  }
}

/// A table while it is read: later lines may add to it.
final class TOMLNode {
  /// What made a table; it decides what may add to it.
  enum Origin {
    /// The heading of a table inside it.
    case implied
    /// Its own heading.
    case heading
    /// Names with dots.
    case dotted
  }

  enum Item {
    case value(TOMLValue)
    case table(TOMLNode)
    case row(TOMLRow)
  }

  var origin: Origin
  let line: Int
  private(set) var items: [String: Item] = [:]
  private var order: [String] = []

  init(_ origin: Origin, line: Int) {
    self.origin = origin
    self.line = line
  }

  func set(_ name: String, to item: Item) {
    if items.updateValue(item, forKey: name) == nil { order.append(name) }
  }

  /// What has been read.
  var table: TOMLTable {
    var table = TOMLTable()
    for name in order {
      switch items[name] {
      case .value(let value): table.set(name, to: value)
      case .table(let node): table.set(name, to: node.value)
      case .row(let row):
        let content = TOMLValue.Content.array(row.tables.map(\.value))
        table.set(name, to: TOMLValue(content: content, line: row.tables[0].line))
      case nil: break
      }
    }
    return table
  }

  private var value: TOMLValue { TOMLValue(content: .table(table), line: line) }
}

/// Tables with one name, each with a heading in double brackets.
final class TOMLRow {
  var tables: [TOMLNode]

  init(_ first: TOMLNode) { tables = [first] }
}
