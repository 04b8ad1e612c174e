import HTTPTypes
import Hummingbird
import Synchronization

/// The paths of a router with their methods: what another method is answered with, a 405 that lists them.
///
/// Middleware has to be there before the routes, so it learns of them afterwards.
final class KnownPaths: Sendable {
  /// There is no such method at a path.
  struct NotAllowed: Error {
    /// Those that there are, as `Allow` lists them.
    let allowed: String
  }

  private typealias Path = (parts: [String], methods: Set<HTTPRequest.Method>)

  private let paths = Mutex<[Path]>([])

  /// Looks up the routes of a router, all of which have to be there.
  func learn(_ router: Router<ServerContext>) {
    var methods: [String: Set<HTTPRequest.Method>] = [:]
    for route in router.routes { methods["\(route.path)", default: []].insert(route.method) }
    let found = methods.map { path, methods -> Path in
      // Whoever gets something may ask for its head.
      (Self.parts(of: path), methods.contains(.get) ? methods.union([.head]) : methods)
    }
    paths.withLock { $0 = found }
  }

  /// The refusal of a method that a path does not have; nil where the path is not known, or has it.
  func refusal(of method: HTTPRequest.Method, at path: String) -> NotAllowed? {
    let parts = Self.parts(of: path)
    let known = paths.withLock(\.self).filter { Self.matches($0.parts, parts) }
      .reduce(into: Set<HTTPRequest.Method>()) { $0.formUnion($1.methods) }
    guard !known.isEmpty, !known.contains(method) else { return nil }
    return NotAllowed(allowed: known.map(\.rawValue).sorted().joined(separator: ", "))
  }

  private static func parts(of path: String) -> [String] {
    path.split(separator: "/").map(String.init)
  }

  /// Whether a path is one of a route, whose parts may be `{name}` for any and `**` for any number of them.
  private static func matches(_ route: [String], _ path: [String]) -> Bool {
    guard route.last != "**" else {
      let fixed = route.count - 1
      return path.count > fixed && matches(route.dropLast(), Array(path.prefix(fixed)))
    }
    return route.count == path.count
      && zip(route, path).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
  }
}
