import TextAndBytes

/// A JSON value that keeps the order of its members.
indirect enum JSONText: CustomStringConvertible {
  case text(String)
  /// Null where it is nil or not finite.
  case number(Double?)
  case bool(Bool)
  case array([JSONText])
  case object([(String, JSONText)])
  case optional(JSONText?)

  var description: String {
    var json = JSONWriter()
    write(to: &json)
    return json.text
  }

  private func write(to json: inout JSONWriter) {
    switch self {
    case .text(let text): json.string(text)
    case .number(let value?) where value.isFinite: json.decimal(value)
    case .number: json.null()
    case .bool(let value): json.bool(value)
    case .array(let values): json.values(values) { $1.write(to: &$0) }
    case .object(let members):
      json.object { json in
        for (name, value) in members {
          json.key(name)
          value.write(to: &json)
        }
      }
    case .optional(let value?): value.write(to: &json)
    case .optional(nil): json.null()
    }
  }
}
