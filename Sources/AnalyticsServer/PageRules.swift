import HTTPTypes
import Hummingbird

/// Which pages may read the answers at which paths, and what of them.
struct PageRules: Sendable {
  /// What holds at some paths and below them.
  struct Rule: Sendable {
    let paths: [String]
    let origins: @Sendable () -> PageOrigins
    /// The fields of answers that scripts may read beyond those that they always may; none where that is empty.
    var exposedFields = ""
    /// What is answered to a browser that asks before it sends a request; nil where a route answers that.
    var preflight: HTTPFields?
  }

  let rules: [Rule]

  /// Everybody may send pings and some read the answers; data is read by pages that are listed.
  init(pings pingPaths: [String], _ options: CurrentOptions) {
    rules = [
      Rule(paths: pingPaths, origins: { options.pageOrigins }),
      Rule(
        paths: ServerApplication.readPaths + ["/auth"],
        origins: { options.dataOrigins },
        exposedFields: "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Retry-After, "
          + "Retry-After, ETag, Link, Deprecation, Sunset",
        preflight: [
          .accessControlAllowMethods: "GET, HEAD, POST, OPTIONS",
          .accessControlAllowHeaders: "Authorization, If-None-Match, Content-Type, Last-Event-ID",
          .accessControlMaxAge: "86400",
        ]
      ),
    ]
  }

  /// The fields that let the page of an origin read an answer at a path.
  func fields(atPath path: String, for origin: String?) -> HTTPFields {
    guard let rule = rule(atPath: path) else { return [:] }
    var fields = rule.origins().fields(for: origin)
    if fields.contains(.accessControlAllowOrigin), !rule.exposedFields.isEmpty {
      fields[.accessControlExposeHeaders] = rule.exposedFields
    }
    return fields
  }

  /// What a browser is told that asks whether a page may send a request; nil where a route says that, or the
  /// page may not.
  func preflight(_ request: HTTPRequest, atPath path: String) -> HTTPFields? {
    guard request.method == .options, request.headerFields.contains(.accessControlRequestMethod),
      let rule = rule(atPath: path), let fields = rule.preflight
    else { return nil }
    let allowing = rule.origins().fields(for: request.headerFields[.origin])
    return allowing.contains(.accessControlAllowOrigin) ? fields : nil
  }

  private func rule(atPath path: String) -> Rule? {
    rules.first { $0.paths.contains { path.isPath(atOrBelow: $0) } }
  }
}

/// Lets pages read answers, refusals included, and tells browsers so that ask first.
struct PageOriginHeaders: RouterMiddleware {
  typealias Context = ServerContext

  let rules: PageRules

  func handle(
    _ request: Request,
    context: ServerContext,
    next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    let path = request.uri.path
    let fields = rules.fields(atPath: path, for: request.headers[.origin])
    // A browser asks without a key: who may ask is found out with the request itself.
    if let preflight = rules.preflight(request.head, atPath: path) {
      return Response(status: .noContent, headers: fields + preflight)
    }
    var response = try await next(request, context)
    response.headers.append(contentsOf: fields)
    return response
  }
}
