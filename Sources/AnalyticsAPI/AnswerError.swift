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
func decode<Body: Decodable>(_: Body.Type, _ json: [UInt8]) throws(AnswerError) -> Body {
  try decode(json) { try Body(from: $0) }
}

/// Reads a JSON body with a function, and words what is wrong with it.
func decode<Body>(
  _ json: [UInt8],
  _ read: @escaping (any Decoder) throws -> Body
) throws(AnswerError) -> Body {
  do {
    let decoder = JSONDecoder()
    return try decoder.decode(Read<Body>.self, from: Data(json), configuration: read).body
  } catch let error as AnswerError {
    throw error
  } catch DecodingError.keyNotFound(let key, _) {
    throw .malformed(reason: "'\(key.stringValue)' is missing")
  } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
    let path = context.codingPath.map(\.stringValue).joined(separator: ".")
    throw .malformed(reason: "'\(path)' is of another type")
  } catch {
    throw .malformed(reason: "it is not JSON")
  }
}

/// What a function reads from a decoder.
private struct Read<Body>: DecodableWithConfiguration {
  let body: Body

  init(
    from decoder: any Decoder,
    configuration: @escaping (any Decoder) throws -> Body
  ) throws {
    body = try configuration(decoder)
  }
}
