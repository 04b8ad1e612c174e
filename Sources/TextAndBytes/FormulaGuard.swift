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
