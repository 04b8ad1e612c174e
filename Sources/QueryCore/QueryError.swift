/// Why a question is refused or can't be answered.
public enum QueryError: Error, Hashable, Sendable {
  /// A part of the path is wrong: `name` is `metric`, `aggregation` or `breakdown`.
  case invalidAttribute(name: String, detail: String)
  /// A parameter is wrong; `name` as it was written, such as `filterBy[referrer]`.
  case invalidParameter(name: String, detail: String)
  /// The source does not tell such things; trying again does not help.
  case notTold
  /// The source was asked too often; it may be asked again in so many seconds, ≥ 1.
  case limited(retryAfterSeconds: Int)
  /// The data can't be reached; trying again later may help. What people elsewhere are told, where it differs,
  /// names no paths of this machine.
  case unavailable(reason: String, publicReason: String? = nil)
}

extension QueryError: CustomStringConvertible {
  /// One sentence that names what is wrong.
  public var description: String {
    switch self {
    case .invalidAttribute(let name, let detail), .invalidParameter(let name, let detail):
      "\(name): \(detail)"
    case .notTold: "not provided by this source"
    case .limited(let seconds): "rate limit of the server reached; retry in \(seconds) s"
    case .unavailable(let reason, _): reason
    }
  }
}

extension QueryError {
  /// In how many seconds the source may be asked again, where it said so.
  public var retryAfterSeconds: Int? {
    if case .limited(let seconds) = self { seconds } else { nil }
  }
}
