import HTTPTypes
import Hummingbird

/// What a method is answered with that a path does not have: a 405 that lists those that it has.
struct OtherMethods {
  /// There is no such method at a path.
  struct NotAllowed: Error {
    /// Those that there are, as `Allow` lists them.
    let allowed: String
  }

  private static let methods: [HTTPRequest.Method] = [
    .get, .head, .post, .put, .patch, .delete, .trace,
  ]

  /// Adds routes for all methods that the paths of a router don't have; call it when all others are there.
  static func add(to router: Router<ServerContext>) {
    var found: [String: (path: RouterPath, methods: Set<HTTPRequest.Method>)] = [:]
    for route in router.routes {
      found["\(route.path)", default: (route.path, [])].methods.insert(route.method)
    }
    for (path, methods) in found.values {
      // Whoever gets something may ask for its head.
      let known = methods.contains(.get) ? methods.union([.head]) : methods
      let allowed = known.map(\.rawValue).sorted().joined(separator: ", ")
      for method in Self.methods where !known.contains(method) {
        router.on(path, method: method) { _, _ -> Response in
          throw NotAllowed(allowed: allowed)
        }
      }
    }
  }
}
