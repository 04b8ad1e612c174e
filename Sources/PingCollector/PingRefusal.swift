/// Why a whole ping is refused.
public enum PingRefusal: Error, Hashable, Sendable {
  /// The body is longer than 64 KiB.
  case tooLarge(bytes: Int)
  /// The body is not JSON.
  case notJSON(JSONError)
  /// The body is JSON, but no object.
  case notAnObject
  /// A field that has to be there is missing or null.
  case missing(field: String)
  /// A field has another type than it has to have.
  case wrongType(field: String, expected: String)
  /// An id is empty.
  case empty(field: String)
  /// An id is longer than 255 bytes.
  case tooLong(field: String, bytes: Int)

  /// The cases without their values: what refusals are counted by.
  public enum Reason: String, CaseIterable, Hashable, Sendable {
    case tooLarge = "too-large"
    case notJSON = "not-json"
    case missing
    case wrongType = "wrong-type"
    case empty
    case tooLong = "too-long"
  }

  /// What the refusal is counted as.
  public var reason: Reason {
    switch self {
    case .tooLarge: .tooLarge
    case .notJSON, .notAnObject: .notJSON
    case .missing: .missing
    case .wrongType: .wrongType
    case .empty: .empty
    case .tooLong: .tooLong
    }
  }

  /// The field that is to blame, as it is on the wire; nil if it is the body.
  public var field: String? {
    switch self {
    case .tooLarge, .notJSON, .notAnObject: nil
    case .missing(let field), .wrongType(let field, _), .empty(let field), .tooLong(let field, _):
      field
    }
  }
}

extension PingRefusal: CustomStringConvertible {
  /// One sentence for whoever sent the ping.
  public var description: String {
    switch self {
    case .tooLarge(let bytes):
      "The body has \(bytes) bytes, but at most \(PlayerPing.Limit.bodyBytes) are allowed."
    case .notJSON(let error): "The body is not JSON: \(error)."
    case .notAnObject: "The body must be a JSON object."
    case .missing(let field): "The field \"\(field)\" is missing."
    case .wrongType(let field, let expected): "The field \"\(field)\" must be \(expected)."
    case .empty(let field): "The field \"\(field)\" must not be empty."
    case .tooLong(let field, let bytes):
      "The field \"\(field)\" has \(bytes) bytes, but at most \(PlayerPing.Limit.idBytes) "
        + "are allowed."
    }
  }
}
