import AnalyticsAPI
import HTTPTypes
import Hummingbird
import NIOCore
import PingCollector
import QueryCore

/// Turns errors into answers: each module's error, its status and its words, in one switch.
struct ErrorMapping {
  /// What a problem's `type` begins with.
  let typePrefix: String

  /// The refusal that says what `error` means to whoever asked.
  func problem(for error: any Error) -> Problem {
    switch error {
    case let error as QueryError: Problem(error)
    case let error as QueryString.Malformed:
      Problem(
        .invalidParameter,
        detail: "This value must be percent-encoded UTF-8.",
        name: error.name
      )
    case let error as CollectorError:
      switch error {
      case .refused(.tooLarge): Problem(.contentTooLarge, detail: "\(error)")
      case .refused(let refusal): Problem(.invalidPing, detail: "\(error)", name: refusal.field)
      case .overloaded, .notKept, .stopped: Problem(.unavailable, detail: "\(error)")
      }
    case let error as PingForwarding.Declined: Problem(.unavailable, detail: "\(error)")
    case BodyCoding.Failure.unknownCoding(let coding):
      Problem(
        .unsupportedCoding,
        detail: "The content coding '\(coding)' is not understood; use gzip, deflate or none.",
        name: "Content-Encoding"
      )
    case BodyCoding.Failure.damaged(let reason):
      Problem(.invalidBody, detail: "The body can't be unpacked: \(reason).")
    case let error as AllowedMethods.NotAllowed:
      Problem(.methodNotAllowed, detail: "The methods here are \(error.allowed).")
    case let error as AccessRefusal: error.problem
    case let error as AddressLimit.Exceeded:
      Problem(
        .tooManyRequests,
        detail: "Too many pings came from this address; "
          + "send the next in \(error.retryAfterSeconds) seconds."
      )
    case let error as ReadLimit.Exceeded:
      Problem(
        .tooManyRequests,
        detail: "\(error.isOfKey ? "This API key" : "This address") has sent its \(error.limit) "
          + "requests of this minute; send the next in \(error.retryAfterSeconds) seconds."
      )
    case is NIOTooManyBytesError:
      Problem(
        .contentTooLarge,
        detail: "The body may not have more than \(PlayerPing.Limit.bodyBytes) bytes."
      )
    case let error as HTTPError where error.status == .notFound: Problem(.unrecognizedURL)
    default: Problem(.internalError)
    }
  }

  /// The answer that tells `error` to whoever asked.
  func answer(to error: any Error) -> (head: HTTPResponse, body: ByteBuffer) {
    var headers: HTTPFields = [.contentType: Problem.mediaType]
    if let error = error as? PingForwarding.ForwardedRefusal {
      headers[.retryAfter] = error.retryAfter
      return (
        HTTPResponse(status: .init(code: error.status), headerFields: headers),
        ByteBuffer(bytes: error.body)
      )
    }
    let problem = problem(for: error)
    if error is PingForwarding.Declined { headers[.isForwarded] = "declined" }
    if let seconds = retryAfterSeconds(of: error) {
      headers[.retryAfter] = String(seconds)
      // What was not asked too often waits for others, not for a new minute.
      if problem.kind.status == 429 { headers[.rateLimitRetryAfter] = String(seconds) }
    } else if problem.kind.status == 503 {
      headers[.retryAfter] = "1"
    }
    if let error = error as? AllowedMethods.NotAllowed { headers[.allow] = error.allowed }
    if problem.kind == .unsupportedCoding { headers[.acceptEncoding] = BodyCoding.understood }
    if problem.kind.status == 401 { headers.append(contentsOf: HTTPFields.authenticationSchemes) }
    return (
      HTTPResponse(status: .init(code: problem.kind.status), headerFields: headers),
      ByteBuffer(bytes: problem.json(typePrefix: typePrefix))
    )
  }

  /// The same answer, for a route.
  func response(for error: any Error) -> Response {
    let (head, body) = answer(to: error)
    return Response(
      status: head.status,
      headers: head.headerFields,
      body: .init(byteBuffer: body)
    )
  }
}

/// In how many seconds to ask again what was asked too often, or too much at once; nil for other errors.
private func retryAfterSeconds(of error: any Error) -> Int64? {
  if let error = error as? QueryError { return error.retryAfterSeconds.map(Int64.init) }
  if case AccessRefusal.tooMany(let seconds) = error { return seconds }
  if let error = error as? ReadLimit.Exceeded { return error.retryAfterSeconds }
  return (error as? AddressLimit.Exceeded)?.retryAfterSeconds
}
