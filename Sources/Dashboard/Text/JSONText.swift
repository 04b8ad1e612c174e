/// A JSON value that keeps the order of its members.
indirect enum JSONText: CustomStringConvertible {
  case text(String)
  case number(Double?)
  case bool(Bool)
  case array([JSONText])
  case object([(String, JSONText)])
  case optional(JSONText?)

  var description: String {
    switch self {
    case .text(let text): Self.quoted(text)
    case .number(let value): value.map(Self.digits) ?? "null"
    case .bool(let value): "\(value)"
    case .array(let values): "[" + values.map(\.description).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { "\(Self.quoted($0)):\($1)" }.joined(separator: ",") + "}"
    case .optional(let value): value?.description ?? "null"
    }
  }

  private static func digits(_ value: Double) -> String {
    guard value.isFinite else { return "null" }
    return Int64(exactly: value).map { "\($0)" } ?? "\(value)"
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
