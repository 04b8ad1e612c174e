extension [UInt8] {
  /// Appends a field of a CSV row; in quotes, as RFC 4180 has it, where it holds a comma, a quote or the end of
  /// a line.
  public mutating func append(csvField text: String) {
    let quote = UInt8(ascii: "\"")
    let needsQuotes = text.utf8.contains {
      $0 == UInt8(ascii: ",") || $0 == quote || $0 == 0x0A || $0 == 0x0D
    }
    guard needsQuotes else { return append(contentsOf: text.utf8) }
    append(quote)
    for byte in text.utf8 {
      if byte == quote { append(quote) }
      append(byte)
    }
    append(quote)
  }
}

/// A text as a field of a CSV row; see `[UInt8].append(csvField:)`.
public func csvField(_ text: String) -> String {
  var bytes: [UInt8] = []
  bytes.append(csvField: text)
  return String(decoding: bytes, as: UTF8.self)
}

/// Texts as a row of CSV, without the end of the line.
public func csvRow(_ fields: some Sequence<String>) -> String {
  fields.map(csvField).joined(separator: ",")
}
