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

/// Keeps spreadsheets from taking a text of a CSV file for a formula, and takes the guard off again.
///
/// A spreadsheet runs a field that begins with `=`, `+`, `-`, `@`, a tab or the end of a line, also in quotes; a
/// player may send such a text as a media id or a referrer. A `'` before it makes it a text. A text that begins
/// with `'` and goes on like that gets another one, so that taking one off always gives back what was there.
public enum FormulaGuard {
  /// The text as a field that no spreadsheet runs.
  public static func adding(to text: String) -> String {
    isFormula(text.utf8) ? "'" + text : text
  }

  /// Whether the bytes of a field begin with a guard, which is one byte long.
  public static func isOn(_ field: some Collection<UInt8>) -> Bool {
    field.first == apostrophe && isFormula(field.dropFirst())
  }

  /// Whether the bytes begin as a formula does, perhaps behind guards.
  private static func isFormula(_ bytes: some Collection<UInt8>) -> Bool {
    switch bytes.first(where: { $0 != apostrophe }) {
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"): true
    case 0x09, 0x0A, 0x0D: true
    default: false
    }
  }

  private static let apostrophe = UInt8(ascii: "'")
}
