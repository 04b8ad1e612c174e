import AnalyticsAPI
import HTTPTypes

/// Why someone may not read, or gets no tokens.
///
/// The answer is the same for a key that is unknown, expired, revoked or of another environment.
enum AccessRefusal: Error, Hashable {
  /// The request shows neither key nor token.
  case missing
  /// What it shows is not valid.
  case notValid
  /// What was sent to get tokens is not valid.
  case noTokens
  /// It needs no key, but asks for this host, which is not this machine.
  case unknownHost(String)
  /// Too many requests of this address showed what was not valid; to be tried again in so many seconds.
  case tooMany(retryAfterSeconds: Int64)

  var problem: Problem {
    switch self {
    case .missing: Problem(.authenticationRequired)
    case .notValid: Problem(.authenticationFailed)
    case .noTokens: Problem(.invalidCredentials)
    case .unknownHost(let host):
      Problem(
        .unknownHost,
        detail:
          "Without an API key, this server answers for localhost only, not for '\(host)'; create a key, or "
          + "name the proxy in front of it with --trusted-proxy.",
        name: "Host"
      )
    case .tooMany(let seconds):
      Problem(
        .tooManyRequests,
        detail: "Too many requests with wrong credentials came from this address; "
          + "try again in \(seconds) seconds."
      )
    }
  }
}

extension HTTPFields {
  /// How to show a key or a token, for those who showed none or a wrong one.
  static let authenticationSchemes: HTTPFields = [
    .wwwAuthenticate: #"Basic realm="playhead", charset="UTF-8", Bearer realm="playhead""#
  ]
}
