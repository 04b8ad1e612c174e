/// A table of a TOML document, or a whole one: names with values, in the order of the text.
///
/// ```swift
/// let settings = try TOMLTable(text: "theme = 'nord'\n[keys]\npause = ['space', 'f5']")
/// settings["theme"]?.string  // "nord"
/// settings["keys"]?.table?["pause"]?.strings  // ["space", "f5"]
/// ```
///
/// Reads TOML 1.0 (toml.io/en/v1.0.0). Dates and times are checked and kept as they are written.
public struct TOMLTable: Sendable, Equatable, Sequence {
  /// The names, in the order in which the text first has them.
  public private(set) var keys: [String] = []
  private var values: [String: TOMLValue] = [:]

  init() {}

  /// Reads a document.
  ///
  /// - Throws: ``TOMLError`` for the first place where the text is not TOML.
  public init(text: String) throws(TOMLError) {
    var reader = TOMLReader(text)
    self = try reader.document()
  }

  /// The value with a name, if the table has it.
  public subscript(key: String) -> TOMLValue? { values[key] }

  /// Its names with their values, in the order of the text.
  public func makeIterator() -> AnyIterator<(key: String, value: TOMLValue)> {
    var keys = keys.makeIterator()
    return AnyIterator { [values] in
      keys.next().flatMap { key in values[key].map { (key, $0) } }
    }
  }

  mutating func set(_ key: String, to value: TOMLValue) {
    if values.updateValue(value, forKey: key) == nil { keys.append(key) }
  }
}

/// A value in a TOML document, and where it is.
public struct TOMLValue: Sendable, Equatable {
  /// What a value can be.
  public enum Content: Sendable, Equatable {
    /// A text.
    case string(String)
    /// A whole number of 64 bits.
    case integer(Int64)
    /// A number with a fraction or an exponent, `inf` or `nan`.
    case float(Double)
    /// `true` or `false`.
    case boolean(Bool)
    /// A date, a time or both, as it is written.
    case date(String)
    /// Values in a row.
    case array([TOMLValue])
    /// Names with values.
    case table(TOMLTable)
  }

  /// What it is.
  public let content: Content
  /// The line of the text on which its name or, in an array, the value itself is; the first is 1.
  public let line: Int

  /// The text, if it is one.
  public var string: String? {
    if case .string(let text) = content { text } else { nil }
  }

  /// A text as it is, or a whole number as it is written; nil for anything else.
  public var text: String? {
    switch content {
    case .string(let text): text
    case .integer(let number): String(number)
    default: nil
    }
  }

  /// The whole number, if it is one.
  public var integer: Int64? {
    if case .integer(let number) = content { number } else { nil }
  }

  /// Whether it is true, if it is a boolean.
  public var boolean: Bool? {
    if case .boolean(let isTrue) = content { isTrue } else { nil }
  }

  /// The values in a row, if it is an array.
  public var array: [TOMLValue]? {
    if case .array(let values) = content { values } else { nil }
  }

  /// The texts in a row, if it is an array of nothing else.
  public var strings: [String]? {
    guard let array else { return nil }
    let strings = array.compactMap(\.string)
    return strings.count == array.count ? strings : nil
  }

  /// The table, if it is one.
  public var table: TOMLTable? {
    if case .table(let table) = content { table } else { nil }
  }
}

/// Why a text is not TOML, and the first place where it is not.
public struct TOMLError: Error, Equatable, CustomStringConvertible {
  /// The line, from 1.
  public let line: Int
  /// The byte in the line, from 1.
  public let column: Int
  /// What is wrong there.
  public let description: String
}
