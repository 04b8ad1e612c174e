import HTTPTypes
import PingCollector

/// Under which names a server may be asked without a key that only its machine reaches.
///
/// A page of the internet can let its own name lead to this machine (DNS rebinding): then its scripts may read the
/// answers. But requests of such a page name the page's host, and not this machine.
enum HostRule {
  /// Whether `Host` names this machine: `localhost` or a name below it, or a loopback address, with a port or without.
  static func namesThisMachine(_ authority: String) -> Bool {
    var host = authority.lowercased()[...]
    if host.hasPrefix("[") {
      guard let end = host.firstIndex(of: "]") else { return false }
      host = host[..<end].dropFirst()
    } else if let colon = host.lastIndex(of: ":") {
      host = host[..<colon]
    }
    if host.last == "." { host.removeLast() }
    return host == "localhost" || host.hasSuffix(".localhost")
      || IPAddress(String(host))?.isLoopback ?? false
  }
}
