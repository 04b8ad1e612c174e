/// Why a question is refused or can't be answered.
public enum QueryError: Error, Hashable, Sendable {
  /// A part of the path is wrong: `name` is `metric`, `aggregation` or `breakdown`.
  case invalidAttribute(name: String, detail: String)
  /// A parameter is wrong; `name` as it was written, such as `filterBy[referrer]`.
  case invalidParameter(name: String, detail: String)
  /// The source does not tell such things; trying again does not help.
  case notTold
  /// The data can't be reached; trying again later may help.
  case unavailable(reason: String)
}

extension QueryError: CustomStringConvertible {
  /// One sentence that names what is wrong.
  public var description: String {
    switch self {
    case .invalidAttribute(let name, let detail), .invalidParameter(let name, let detail):
      "\(name): \(detail)"
    case .notTold: "not told by this source"
    case .unavailable(let reason): reason
    }
  }
}
