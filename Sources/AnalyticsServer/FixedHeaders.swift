import HTTPTypes
import Hummingbird

/// Adds the same fields to every answer at some paths and below them, refusals included.
struct FixedHeaders: RouterMiddleware {
  typealias Context = ServerContext

  let paths: [String]
  let fields: HTTPFields

  func handle(
    _ request: Request,
    context: ServerContext,
    next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    let path = request.uri.path
    guard paths.contains(where: { path == $0 || path.hasPrefix($0 + "/") }) else { return response }
    for field in fields where !response.headers.contains(field.name) {
      response.headers.append(field)
    }
    return response
  }
}

extension HTTPFields {
  /// What lets pages of every origin send pings and read the answers.
  static let anyOrigin: HTTPFields = [.accessControlAllowOrigin: "*"]

  /// How many more questions may be asked: there is no limit yet, so the numbers never change.
  static let noRateLimit: HTTPFields = [
    .rateLimit: "1000000", .rateLimitRemaining: "1000000", .rateLimitRetryAfter: "0",
  ]
}

extension HTTPField.Name {
  static let rateLimit = literal("X-RateLimit-Limit")
  static let rateLimitRemaining = literal("X-RateLimit-Remaining")
  static let rateLimitRetryAfter = literal("X-RateLimit-Retry-After")

  private static func literal(_ name: StaticString) -> HTTPField.Name {
    guard let name = HTTPField.Name("\(name)") else { preconditionFailure("no token: \(name)") }
    return name
  }
}
