import PlaybackFacts

/// Why a question is refused or can't be answered.
public enum QueryError: Error, Hashable, Sendable {
  /// A part of the path is wrong: `name` is `metric`, `aggregation` or `breakdown`.
  case invalidAttribute(name: String, detail: String)
  /// A parameter is wrong; `name` as it was written, such as `filterBy[referrer]`.
  case invalidParameter(name: String, detail: String)
  /// The source does not provide such data; trying again does not help.
  case notProvided
  /// The source was asked too often; it may be asked again in so many seconds, ≥ 1.
  case limited(retryAfterSeconds: Int)
  /// The source has more queries to answer than it can in time; it may be asked again in so many seconds, ≥ 1.
  case tooManyWaiting(retryAfterSeconds: Int)
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
    case .notProvided: "not provided by this source"
    case .limited(let seconds): "rate limit of the server reached; retry in \(seconds) s"
    case .tooManyWaiting(let seconds): "too many queries are waiting; retry in \(seconds) s"
    case .unavailable(let reason, _): reason
    }
  }
}

extension QueryError {
  /// In how many seconds the source may be asked again, where it said so.
  public var retryAfterSeconds: Int? {
    switch self {
    case .limited(let seconds), .tooManyWaiting(let seconds): seconds
    case .invalidAttribute, .invalidParameter, .notProvided, .unavailable: nil
    }
  }
}

extension QueryError {
  /// Why the data can't be reached, in words without paths of this machine; nil where there are none.
  public var publicReason: String? {
    if case .unavailable(_, let reason) = self { reason } else { nil }
  }
}

extension QueryError {
  /// What a caller hears who stopped waiting for an answer.
  static let cancelled = QueryError.unavailable(reason: "The query was cancelled.")

  /// Takes the refusals of this module as they are, and wraps what a backend throws.
  public init(_ error: any Error) {
    self =
      switch error {
      case let error as QueryError: error
      case is CancellationError: .cancelled
      case let error as any PubliclyDescribed:
        .unavailable(reason: "\(error)", publicReason: error.publicDescription)
      default: .unavailable(reason: "\(error)")
      }
  }
}

/// The sentences of refusals; clients may compare them, so they are fixed.
package enum Detail {
  package static let notExpected = "This field was not expected."
  package static let notText = "This value must be of type string."
  static let notDateTime = "This value must be a date-time such as 2024-02-05T00:00:00+01:00."
  static let notBeforeTo = "This value must be before \"to\"."
  static let notZone = "This value must be the name of a time zone such as Europe/Paris."
  static let notInterval = "This interval is invalid. Use one of \"minute\", \"hour\", \"day\"."
  static let tooLongForMinutes =
    "This interval cannot be used with a timeframe over 60 minutes."
  static let notViewDuration =
    "This view duration is invalid. Use one of \"3s\", \"5s\", \"10s\", \"30s\"."
  package static func notPart(of values: [String]) -> String {
    "This value must be part of the following values: \(values.joined(separator: ","))"
  }

  static func before(_ edge: Timestamp) -> String {
    "This value must not be before \(edge.atom), where the retention begins."
  }

  package static func notInteger(in range: ClosedRange<Int>) -> String {
    "This value must be an integer from \(range.lowerBound) to \(range.upperBound)."
  }

  static func over(_ characters: Int) -> String {
    "This value should not contain more than \(characters) characters."
  }
}
