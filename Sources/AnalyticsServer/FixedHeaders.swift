import HTTPTypes
import Hummingbird

/// Adds the same fields to every answer at some paths and below them, refusals included.
struct FixedHeaders: RouterMiddleware {
  typealias Context = ServerContext

  /// Fields, and the paths whose answers have them.
  struct Rule {
    let paths: [String]
    let fields: HTTPFields
  }

  let rules: [Rule]

  func handle(
    _ request: Request,
    context: ServerContext,
    next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    let path = request.uri.path
    for rule in rules where rule.paths.contains(where: { path.isPath(atOrBelow: $0) }) {
      for field in rule.fields where !response.headers.contains(field.name) {
        response.headers.append(field)
      }
    }
    return response
  }
}

extension String {
  /// Whether the path of a request leads to `place` or below it, as the router sees it: empty parts
  /// don't count, such as those that a base URL with a slash at its end makes.
  func isPath(atOrBelow place: String) -> Bool {
    var parts = PathParts(rest: utf8[...])
    return PathParts(rest: place.utf8[...]).allSatisfy { part in
      parts.next().map { $0.elementsEqual(part) } ?? false
    }
  }
}

/// The parts of a path between its slashes, without the empty ones.
private struct PathParts: Sequence, IteratorProtocol {
  var rest: Substring.UTF8View

  mutating func next() -> Substring.UTF8View? {
    rest = rest.drop { $0 == UInt8(ascii: "/") }
    guard !rest.isEmpty else { return nil }
    let part = rest.prefix { $0 != UInt8(ascii: "/") }
    rest = rest[part.endIndex...]
    return part
  }
}
