import TextAndBytes

/// A JSON text that is put together in Swift; members keep the order in which they are written.
indirect enum JSONTree: Hashable, Sendable {
  case object([Member])
  case array([JSONTree])
  case string(String)
  case integer(Int)
  case bool(Bool)

  /// A name and its value.
  struct Member: Hashable, Sendable {
    let name: String
    let value: JSONTree
  }

  /// An object of members that are computed.
  static func members(_ members: [(String, JSONTree)]) -> JSONTree {
    .object(members.map { Member(name: $0, value: $1) })
  }

  /// An array of texts.
  static func strings(_ texts: [String]) -> JSONTree { .array(texts.map(JSONTree.string)) }

  /// An object with the members of two.
  func merging(_ other: JSONTree) -> JSONTree {
    guard case .object(let own) = self, case .object(let more) = other else {
      preconditionFailure("only objects have members")
    }
    return .object(own + more)
  }

  /// The text for people, indented, with an empty line's end after it.
  var text: String { written(indent: "") + "\n" }

  private func written(indent: String) -> String {
    let inner = indent + "  "
    switch self {
    case .object(let members) where !members.isEmpty:
      let lines = members.map { member in
        "\(inner)\(Self.quoted(member.name)): \(member.value.written(indent: inner))"
      }
      return "{\n\(lines.joined(separator: ",\n"))\n\(indent)}"
    case .array(let values) where values.contains(where: \.isNested):
      let lines = values.map { inner + $0.written(indent: inner) }
      return "[\n\(lines.joined(separator: ",\n"))\n\(indent)]"
    case .object: return "{}"
    case .array(let values):
      return "[\(values.map { $0.written(indent: inner) }.joined(separator: ", "))]"
    case .string(let text): return Self.quoted(text)
    case .integer(let number): return String(number)
    case .bool(let value): return value ? "true" : "false"
    }
  }

  private var isNested: Bool {
    switch self {
    case .object, .array: true
    case .string, .integer, .bool: false
    }
  }

  private static func quoted(_ text: String) -> String {
    var json = JSONWriter()
    json.string(text)
    return json.text
  }
}

extension JSONTree: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
  ExpressibleByStringInterpolation
{
  init(stringLiteral text: String) { self = .string(text) }
  init(integerLiteral number: Int) { self = .integer(number) }
  init(booleanLiteral value: Bool) { self = .bool(value) }
  init(arrayLiteral values: JSONTree...) { self = .array(values) }
  init(dictionaryLiteral members: (String, JSONTree)...) { self = .members(members) }
}
