/// Where in a buffer the fields of one row lie.
struct RowFields {
  /// How the bytes of a field differ from its text.
  enum Escapes {
    case none
    /// Quotes are doubled, as in CSV.
    case doubledQuotes
    /// Backslashes escape, as in JSON.
    case backslashes
  }

  private var ranges = [Range<Int>](repeating: 0..<0, count: FactColumn.allCases.count)
  private var escaped: [(column: FactColumn, by: Escapes)] = []

  /// Where a field's text is; empty where the row has none.
  subscript(column: FactColumn) -> Range<Int> { ranges[column.rawValue] }

  mutating func set(_ column: FactColumn, to range: Range<Int>, escapes: Escapes = .none) {
    ranges[column.rawValue] = range
    if escapes != .none { escaped.append((column, escapes)) }
  }

  /// Forgets the row.
  mutating func reset() {
    for index in ranges.indices { ranges[index] = 0..<0 }
    escaped.removeAll(keepingCapacity: true)
  }

  /// Whether some field's bytes are not its text yet.
  var hasEscapes: Bool { !escaped.isEmpty }

  /// Makes the bytes of all fields their text; no text is longer than how it is escaped.
  ///
  /// - Returns: The index of the first byte that makes no sense, if there is one.
  mutating func unescape(_ bytes: inout [UInt8]) -> Int? {
    defer { escaped.removeAll(keepingCapacity: true) }
    for (column, escapes) in escaped {
      let range = self[column]
      switch escapes {
      case .none: break
      case .doubledQuotes:
        ranges[column.rawValue] = range.lowerBound..<unescapeQuotes(&bytes, in: range)
      case .backslashes:
        switch unescapeJSON(&bytes, in: range) {
        case .success(let end): ranges[column.rawValue] = range.lowerBound..<end
        case .failure(let error): return error.index
        }
      }
    }
    return nil
  }
}

/// Turns each `""` into `"`; where the text ends then.
private func unescapeQuotes(_ bytes: inout [UInt8], in range: Range<Int>) -> Int {
  var end = range.lowerBound
  var position = range.lowerBound
  while position < range.upperBound {
    let byte = bytes[position]
    bytes[end] = byte
    end += 1
    position += byte == UInt8(ascii: "\"") ? 2 : 1
  }
  return end
}
