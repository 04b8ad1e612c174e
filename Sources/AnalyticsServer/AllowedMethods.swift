import HTTPTypes
import Hummingbird

/// Answers methods that a path has not: `OPTIONS` with those it has, all others with a refusal that lists them.
enum AllowedMethods {
  /// A method that a path has not.
  struct NotAllowed: Error, Hashable {
    /// What `Allow` says.
    let allowed: String
  }

  /// The methods that are looked at; one of others is not found.
  private static let known: [HTTPRequest.Method] = [
    .get, .head, .post, .put, .patch, .delete, .options, .trace,
  ]

  /// Adds the routes for the methods that are missing, after all others were added.
  static func add(to router: Router<ServerContext>) {
    var methods: [String: Set<HTTPRequest.Method>] = [:]
    for route in router.routes {
      methods[route.path.description, default: []].insert(route.method)
    }
    for (path, own) in methods {
      let offered = own.union(own.contains(.get) ? [.head, .options] : [.options])
      let allowed = known.filter(offered.contains).map(\.rawValue).joined(separator: ", ")
      for method in known where !own.contains(method) {
        if method == .options {
          router.on(RouterPath(path), method: method) { _, _ in
            Response(status: .noContent, headers: [.allow: allowed])
          }
        } else if !offered.contains(method) {
          router.on(RouterPath(path), method: method) { _, _ -> Response in
            throw NotAllowed(allowed: allowed)
          }
        }
      }
    }
  }
}

/// Answers `OPTIONS *`, which asks about the server as a whole.
struct ServerOptionsAnswer: RouterMiddleware {
  typealias Context = ServerContext

  func handle(
    _ request: Request,
    context: ServerContext,
    next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    guard request.method == .options, request.uri.string == "*" else {
      return try await next(request, context)
    }
    return Response(status: .noContent, headers: [.allow: "GET, HEAD, POST, OPTIONS"])
  }
}
