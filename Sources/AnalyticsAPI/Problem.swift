import TextAndBytes
public import QueryCore

/// A refusal as the API words it: an `application/problem+json` body.
///
/// ```
/// {"type":"/problems/invalid-attribute","title":"An attribute is invalid.","status":400,
///  "detail":"This value must be of type string.","name":"metric"}
/// ```
public struct Problem: Hashable, Sendable {
  /// The media type of the body.
  public static let mediaType = "application/problem+json"

  /// What a problem's `type` begins with unless a server is told otherwise: the server's own pages
  /// about its problems.
  public static let defaultTypePrefix = "/problems/"

  /// What is wrong.
  public let kind: ProblemKind
  /// What exactly is wrong, as one sentence.
  public let detail: String?
  /// The field, parameter or part of the path that is wrong.
  public let name: String?

  /// Makes a problem.
  public init(_ kind: ProblemKind, detail: String? = nil, name: String? = nil) {
    self.kind = kind
    self.detail = detail
    self.name = name
  }

  /// Words the refusal of a question.
  public init(_ error: QueryError) {
    switch error {
    case .invalidAttribute(let name, let detail):
      self.init(.invalidAttribute, detail: detail, name: name)
    case .invalidParameter(let name, let detail):
      self.init(.invalidParameter, detail: detail, name: name)
    case .notProvided:
      self.init(.unrecognizedURL)
    case .limited:
      self.init(.tooManyRequests, detail: "\(error)")
    case .tooManyWaiting(let seconds):
      self.init(
        .tooManyWaiting,
        detail: "The turn of this query did not come in time; send it again in \(seconds) seconds."
      )
    case .unavailable(let reason, let publicReason):
      self.init(.unavailable, detail: publicReason ?? reason)
    }
  }

  /// The body; `typePrefix` comes before the kind's name in `type`.
  public func json(typePrefix: String = defaultTypePrefix) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.key("type")
      json.string(typePrefix + kind.rawValue)
      json.key("title")
      json.string(kind.title)
      json.key("status")
      json.integer(kind.status)
      if let detail {
        json.key("detail")
        json.string(detail)
      }
      if let name {
        json.key("name")
        json.string(name)
      }
    }
    return json.bytes
  }
}
