/// An `http` or `https` URL, split into what a connection needs and what a request needs.
package struct HTTPAddress: Hashable, Sendable {
  /// What one connection leads to.
  package struct Origin: Hashable, Sendable {
    package let isSecure: Bool
    /// A name or an IP address; an IPv6 address is without its brackets.
    package let host: String
    package let port: Int
  }

  package let origin: Origin
  /// Path and query, as they stand in the first line of a request.
  package let target: String

  /// Bytes of a host beside letters and digits.
  private static let hostMarks = Set("-._~!$&'()*+,;=".utf8)
  /// Bytes of path and query beside letters and digits.
  private static let targetMarks = Set("-._~!$&'()*+,;=:@/?%[]".utf8)

  /// Reads a URL such as `http://127.0.0.1:8080/data?a=b`; nil where it is none.
  ///
  /// What may not stand in a path is escaped, and a fragment left out. A user name before the host is
  /// refused: keys are given on their own.
  package init?(_ url: String) {
    guard let scheme = url.firstRange(of: "://") else { return nil }
    let isSecure: Bool
    switch url[..<scheme.lowerBound].lowercased() {
    case "http": isSecure = false
    case "https": isSecure = true
    default: return nil
    }
    let rest = url[scheme.upperBound...].prefix { $0 != "#" }
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    guard let (host, port) = Self.hostAndPort(authority) else { return nil }
    origin = Origin(isSecure: isSecure, host: host, port: port ?? (isSecure ? 443 : 80))
    let target = Self.escaped(rest[authority.endIndex...])
    self.target = target.hasPrefix("/") ? target : "/" + target
  }

  /// Whether the server is on this machine, where bytes cost less than packing them.
  package var isLoopback: Bool {
    origin.host == "localhost" || origin.host == "::1" || origin.host.hasPrefix("127.")
  }

  /// The value of the field `Host`.
  package var hostField: String {
    let host = origin.host.contains(":") ? "[\(origin.host)]" : origin.host
    return origin.port == (origin.isSecure ? 443 : 80) ? host : "\(host):\(origin.port)"
  }

  private static func hostAndPort(_ authority: Substring) -> (host: String, port: Int?)? {
    let host: Substring
    var rest: Substring
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { return nil }
      host = authority[..<end].dropFirst()
      rest = authority[end...].dropFirst()
      guard host.contains(":"), host.utf8.allSatisfy({ isHexDigit($0) || $0 == 0x3a || $0 == 0x2e })
      else { return nil }
    } else {
      host = authority.prefix { $0 != ":" }
      rest = authority[host.endIndex...]
      guard !host.isEmpty, host.utf8.allSatisfy({ isLetterOrDigit($0) || hostMarks.contains($0) })
      else { return nil }
    }
    guard !rest.isEmpty else { return (String(host), nil) }
    guard rest.removeFirst() == ":" else { return nil }
    guard !rest.isEmpty else { return (String(host), nil) }
    guard rest.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(rest),
      (1...65_535).contains(port)
    else { return nil }
    return (String(host), port)
  }

  private static func escaped(_ target: Substring) -> String {
    let isPlain = { (byte: UInt8) in isLetterOrDigit(byte) || targetMarks.contains(byte) }
    guard !target.utf8.allSatisfy(isPlain) else { return String(target) }
    let digits = Array("0123456789ABCDEF".utf8)
    let bytes = target.utf8.flatMap { byte in
      isPlain(byte) ? [byte] : [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    default: false
    }
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
    default: false
    }
  }
}
