import HTTPTypes
import Hummingbird

/// Says with every answer at some paths and below them, refusals included, how many requests its sender has left.
///
/// The gate counts whoever reads. What leads nowhere, or is refused before it comes to a route, counts for its
/// address.
struct RateLimitHeaders: RouterMiddleware {
  typealias Context = ServerContext

  let paths: [String]
  let gate: AccessGate

  func handle(
    _ request: Request,
    context: ServerContext,
    next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    let path = request.uri.path
    guard paths.contains(where: { path.isPath(atOrBelow: $0) }),
      !ServiceRoutes.statePaths.contains(where: { path.isPath(atOrBelow: $0) })
    else { return response }
    let standing = context.note.standing ?? gate.standing(of: context)
    response.headers[.rateLimit] = String(standing.limit)
    response.headers[.rateLimitRemaining] = String(standing.remaining)
    // A refusal for another reason has a time of its own.
    if response.headers[.rateLimitRetryAfter] == nil {
      response.headers[.rateLimitRetryAfter] = String(standing.resetSeconds)
    }
    return response
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
