import FoundationEssentials

/// Why an answer can't be read.
public enum AnswerError: Error, Hashable, Sendable {
  /// It is not JSON, or not of the shape that was asked for.
  case malformed(reason: String)
}

extension AnswerError: CustomStringConvertible {
  /// One sentence that names what is wrong.
  public var description: String {
    switch self {
    case .malformed(let reason): "the answer can't be read: \(reason)"
    }
  }
}

/// Reads a JSON body, and words what is wrong with it.
func decode<Body: Decodable>(_ type: Body.Type, _ json: [UInt8]) throws(AnswerError) -> Body {
  do {
    return try JSONDecoder().decode(type, from: Data(json))
  } catch DecodingError.keyNotFound(let key, _) {
    throw .malformed(reason: "'\(key.stringValue)' is missing")
  } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
    let path = context.codingPath.map(\.stringValue).joined(separator: ".")
    throw .malformed(reason: "'\(path)' is of another type")
  } catch {
    throw .malformed(reason: "it is not JSON")
  }
}
