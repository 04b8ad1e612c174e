/// A statement of ClickHouse, or a part of one, in which every value is quoted.
///
/// What stands in the source is taken as it is; what is interpolated is bound: texts are quoted, numbers written
/// out, and other parts put in. Statements are made nowhere else.
/// ```
/// let country = "DE"
/// let part: SQL = "country = \(country) AND hour >= \(490_000)"
/// // country = 'DE' AND hour >= 490000
/// ```
struct SQL: Hashable, Sendable, CustomStringConvertible {
  /// The statement as the server reads it.
  let text: String

  var description: String { text }

  private init(text: String) { self.text = text }

  /// A text as a literal: whatever is in it ends neither the literal nor the statement.
  static func literal(_ value: String) -> SQL {
    var text = "'"
    for scalar in value.unicodeScalars {
      switch scalar {
      case "'": text += "\\'"
      case "\\": text += "\\\\"
      case "\0": text += "\\0"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return SQL(text: text + "'")
  }

  /// The name of a database, a cluster or a column that somebody chose.
  static func name(_ name: String) -> SQL {
    let escaped = name.replacing("\\", with: "\\\\").replacing("`", with: "\\`")
    return SQL(text: "`\(escaped)`")
  }

  /// Words of this module that are no values, such as the name of a table.
  static func word(_ word: String) -> SQL { SQL(text: word) }
}

extension SQL: ExpressibleByStringInterpolation {
  init(stringLiteral value: String) { self.init(text: value) }

  init(stringInterpolation: StringInterpolation) { self.init(text: stringInterpolation.text) }

  /// Puts a statement together.
  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

    mutating func appendLiteral(_ literal: String) { text += literal }

    mutating func appendInterpolation(_ part: SQL) { text += part.text }

    mutating func appendInterpolation(_ value: String) { text += SQL.literal(value).text }

    mutating func appendInterpolation(_ value: some BinaryInteger) { text += "\(value)" }
  }
}

extension Sequence<SQL> {
  /// The parts with something between each two.
  func joined(by separator: String) -> SQL {
    SQL.word(map(\.text).joined(separator: separator))
  }
}

extension Sequence<String> {
  /// The texts as literals in a row: `'a', 'b'`.
  var literals: SQL { map(SQL.literal).joined(by: ", ") }
}
