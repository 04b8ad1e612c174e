/// The path that stands before all paths of a server, such as `/stats`.
///
/// Requests with it and without it are both answered, since some proxies take it off and some don't. Links in
/// answers have it.
public struct BasePath: Hashable, Sendable {
  /// Paths begin with the server's own.
  public static let none = BasePath(text: "")

  /// The path with a slash at its begin and none at its end; empty where there is none.
  public let text: String

  private init(text: String) {
    self.text = text
  }

  /// Reads a path such as `/stats`; slashes at either end don't matter.
  ///
  /// - Throws: ``ServerError/invalidBasePath(_:)`` where it has other characters than those that need no escape, or
  ///   begins like a path of the server, with which it could be mixed up.
  public init(_ text: String) throws(ServerError) {
    let parts = text.split(separator: "/")
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "/-._~".utf8.contains(byte)
      }
    }
    guard isPlain, !parts.contains("."), !parts.contains(".."),
      !Self.taken.contains(parts.first ?? "")
    else { throw .invalidBasePath(text) }
    self.text = parts.map { "/\($0)" }.joined()
  }

  /// What the paths of the server begin with.
  static let taken: Set<Substring> = [
    "watch", "sandbox", "auth", "data", "analytics", "media", "live", "health", "healthz",
    "metrics",
    "problems", "openapi.json", "docs", "events", "pings",
  ]

  var isEmpty: Bool { text.isEmpty }

  /// The target of a request without this path.
  ///
  /// `/stats/data/state?x` is `/data/state?x`, and so is `http://host/stats/data/state?x`; what lies elsewhere stays
  /// as it is.
  func removed(from target: String) -> String {
    let path = target.hasPrefix("/") ? target[...] : target.pathOfAbsoluteForm
    guard let path else { return target }
    var rest = path.utf8[...]
    for part in text.utf8.split(separator: UInt8(ascii: "/")) {
      rest = rest.drop { $0 == UInt8(ascii: "/") }
      let end = rest.firstIndex { "/?#".utf8.contains($0) } ?? rest.endIndex
      guard rest[..<end].elementsEqual(part) else { return target }
      rest = rest[end...]
    }
    let own = Substring(rest)
    return own.hasPrefix("/") ? String(own) : "/\(own)"
  }
}

extension String {
  /// The path of `http://host/path`; nil for what is no such target.
  fileprivate var pathOfAbsoluteForm: Substring? {
    guard let scheme = firstRange(of: "://") else { return nil }
    return self[scheme.upperBound...].firstIndex(of: "/").map { self[$0...] }
  }
}
