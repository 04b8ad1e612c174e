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
    guard paths.contains(where: { request.uri.path.isPath(atOrBelow: $0) }) else { return response }
    for field in fields where !response.headers.contains(field.name) {
      response.headers.append(field)
    }
    return response
  }
}

extension String {
  /// Whether the path of a request leads to `place` or below it, as the router sees it: empty parts
  /// don't count, such as those that a base URL with a slash at its end makes.
  func isPath(atOrBelow place: String) -> Bool {
    utf8.split(separator: UInt8(ascii: "/"))
      .starts(with: place.utf8.split(separator: UInt8(ascii: "/"))) { $0.elementsEqual($1) }
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

  static func literal(_ name: StaticString) -> HTTPField.Name {
    guard let name = HTTPField.Name("\(name)") else { preconditionFailure("no token: \(name)") }
    return name
  }
}
