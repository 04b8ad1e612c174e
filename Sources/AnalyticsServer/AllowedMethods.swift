import HTTPTypes
import Hummingbird
import Synchronization

/// What methods are answered with that a path has not: `OPTIONS` with those it has, all others with a refusal that
/// lists them.
///
/// Middleware has to be there before the routes, so it learns of them afterwards.
final class AllowedMethods: Sendable {
  /// A method that a path has not.
  struct NotAllowed: Error, Hashable {
    /// What `Allow` says.
    let allowed: String
  }

  private typealias Path = (parts: [String], allowed: [HTTPRequest.Method])

  /// The order in which they are listed.
  private static let known: [HTTPRequest.Method] = [
    .get, .head, .post, .put, .patch, .delete, .options, .trace,
  ]

  private let paths = Mutex<[Path]>([])

  /// Looks up the routes of a router, all of which have to be there, and adds those for `OPTIONS`.
  func learn(_ router: Router<ServerContext>) {
    var methods: [String: Set<HTTPRequest.Method>] = [:]
    for route in router.routes {
      methods[route.path.description, default: []].insert(route.method)
    }
    let found = methods.map { path, own -> Path in
      let offered = own.union(own.contains(.get) ? [.head, .options] : [.options])
      let allowed = Self.known.filter(offered.contains)
      if !own.contains(.options) {
        router.on(RouterPath(path), method: .options) { _, _ in
          Response(status: .noContent, headers: [.allow: Self.field(allowed)])
        }
      }
      return (Self.parts(of: path), allowed)
    }
    paths.withLock { $0 = found }
  }

  /// The refusal of a method that a path does not have; nil where the path is not known, or has it.
  func refusal(of method: HTTPRequest.Method, at path: String) -> NotAllowed? {
    let parts = Self.parts(of: path)
    let found = paths.withLock { $0.first { Self.matches($0.parts, parts) } }
    guard let allowed = found?.allowed, !allowed.contains(method) else { return nil }
    return NotAllowed(allowed: Self.field(allowed))
  }

  private static func field(_ methods: [HTTPRequest.Method]) -> String {
    methods.map(\.rawValue).joined(separator: ", ")
  }

  private static func parts(of path: String) -> [String] {
    path.split(separator: "/").map(String.init)
  }

  /// Whether a path is one of a route, whose parts may be `{name}` for any and `**` for any number of them.
  private static func matches(_ route: [String], _ path: [String]) -> Bool {
    if route.last == "**" {
      let fixed = route.count - 1
      return path.count > fixed && matches(route.dropLast(), Array(path.prefix(fixed)))
    }
    return route.count == path.count
      && zip(route, path).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
  }
}
