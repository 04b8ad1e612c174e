import HTTPTypes

extension HTTPFields {
  /// Says how many requests a sender has left.
  mutating func add(_ standing: RateStanding) {
    append(HTTPField(name: .rateLimit, value: String(standing.limit)))
    append(HTTPField(name: .rateLimitRemaining, value: String(standing.remaining)))
    // A refusal for another reason has a time of its own.
    guard !contains(.rateLimitRetryAfter) else { return }
    append(HTTPField(name: .rateLimitRetryAfter, value: String(standing.resetSeconds)))
  }
}

extension HTTPField.Name {
  static let rateLimit = literal("X-RateLimit-Limit")
  static let rateLimitRemaining = literal("X-RateLimit-Remaining")
  static let rateLimitRetryAfter = literal("X-RateLimit-Retry-After")

  static func literal(_ name: StaticString) -> HTTPField.Name {
    guard let name = HTTPField.Name("\(name)") else { preconditionFailure("no token: \(name)") }
    return name
  }
}
