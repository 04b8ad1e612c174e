/// What can be wrong with a request; the last part of a problem's `type`.
public enum ProblemKind: String, CaseIterable, Sendable {
  case invalidAttribute = "invalid-attribute"
  case invalidParameter = "request-invalid-query-parameter"
  case invalidPing = "invalid-ping"
  case unreadableRequest = "unreadable-request"
  case invalidCredentials = "authentication-invalid-credentials"
  case authenticationRequired = "authentication-required"
  case authenticationFailed = "authentication-failed"
  case invalidBody = "invalid-body"
  case unrecognizedURL = "unrecognized-request-url"
  case methodNotAllowed = "method-not-allowed"
  case requestTimeout = "request-timeout"
  case contentTooLarge = "content-too-large"
  case unsupportedCoding = "unsupported-content-encoding"
  case unknownHost = "unknown-host"
  case tooManyRequests = "too-many-requests"
  case internalError = "internal-server-error"
  case unavailable = "unavailable"
  case tooManyWaiting = "too-many-waiting"

  /// The HTTP status.
  public var status: Int {
    switch self {
    case .invalidAttribute, .invalidParameter, .invalidPing, .invalidBody, .unreadableRequest,
      .invalidCredentials:
      400
    case .authenticationRequired, .authenticationFailed: 401
    case .unrecognizedURL: 404
    case .methodNotAllowed: 405
    case .requestTimeout: 408
    case .contentTooLarge: 413
    case .unsupportedCoding: 415
    case .unknownHost: 421
    case .tooManyRequests: 429
    case .internalError: 500
    case .unavailable, .tooManyWaiting: 503
    }
  }

  /// The short sentence that never changes.
  public var title: String {
    switch self {
    case .invalidAttribute: "An attribute is invalid."
    case .invalidParameter: "A query parameter is invalid."
    case .invalidPing: "The ping is invalid."
    case .unreadableRequest: "The request can't be read."
    case .invalidCredentials: "The user credentials were incorrect."
    case .authenticationRequired: "An API key is required."
    case .authenticationFailed: "The API key or access token is not valid."
    case .invalidBody: "The request body can't be read."
    case .unrecognizedURL: "Unrecognized request URL."
    case .methodNotAllowed: "The method is not allowed here."
    case .requestTimeout: "The request took too long to arrive."
    case .contentTooLarge: "The request body is too large."
    case .unsupportedCoding: "The content coding is not understood."
    case .unknownHost: "The host is not known here."
    case .tooManyRequests: "Too many requests."
    case .internalError: "Something went wrong in the server."
    case .unavailable: "The data can't be reached at the moment."
    case .tooManyWaiting: "Too many queries are waiting."
    }
  }

  /// When it happens and what to do, for the page that the problem's `type` leads to.
  public var explanation: String {
    switch self {
    case .invalidAttribute:
      "A part of the path is unknown, missing, or does not go together with the others; "
        + "name says which part, detail lists the values that are allowed."
    case .invalidParameter:
      "A parameter of the query is unknown, malformed, or can't be used in this query; "
        + "name says which parameter, detail what is allowed."
    case .invalidPing:
      "The body is not a ping: it is not JSON, or a field is missing or wrong; "
        + "name says which field. Sending it again does not help."
    case .unreadableRequest:
      "The request is not HTTP, or its head is too long: a header field and the request line may have 32 KiB, "
        + "all of them together 64 KiB."
    case .invalidCredentials:
      "No tokens are issued for this API key or refresh token: it is wrong, expired, revoked, or a "
        + "refresh token that was used before. Send the API key to /auth/api-key."
    case .authenticationRequired:
      "The server has API keys, and the request has none. Send the key as user name of HTTP Basic "
        + "with an empty password, or an access token from /auth/api-key as Bearer."
    case .authenticationFailed:
      "The key or token is wrong, expired or revoked. An expired access token is replaced with "
        + "/auth/refresh; 'playhead keys list' shows which keys there are."
    case .unrecognizedURL:
      "There is no resource at this path."
    case .methodNotAllowed:
      "There is a resource at this path, but not for this method; Allow lists the methods there are."
    case .invalidBody:
      "The body is not what its Content-Encoding says, or ends too early."
    case .unsupportedCoding:
      "Bodies may be packed with gzip or deflate, and with nothing else."
    case .requestTimeout:
      "The request was begun and not finished within the time that the server waits for it."
    case .contentTooLarge:
      "The body is larger than is read here. Send fewer events at once."
    case .unknownHost:
      "The server is reached by its own machine only and needs no API key, and the Host of the request is neither "
        + "localhost nor a loopback address. So a page of another host can't read data through a browser on this "
        + "machine. It needs a key then ('playhead keys create'), or a proxy that --trusted-proxy names."
    case .tooManyRequests:
      "Too many requests were sent with one API key, or from one address. "
        + "X-RateLimit-Retry-After says after how many seconds to try again."
    case .internalError:
      "A fault in the server; its log says more."
    case .unavailable:
      "The server runs, but could not store or read the data in time. Try again later."
    case .tooManyWaiting:
      "The server computes a few queries at once, and the clients that send more take turns; this one's turn did "
        + "not come in time. Retry-After says after how many seconds to try again. A client that waits for each "
        + "answer before it sends the next query, or asks with /data/batch, rarely gets this."
    }
  }
}
