import Glibc

/// Where a server listens: a host and a port.
public struct ListenAddress: Hashable, Sendable {
  /// A name or an address without brackets; `0.0.0.0` is every IPv4 address of the machine.
  public let host: String
  /// 0–65,535; 0 lets the system choose.
  public let port: Int

  /// Makes an address.
  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Reads `127.0.0.1:8080`, `[::1]:8080`, `localhost:0`, or `:8080` for every address.
  public init(_ text: String) throws(ServerError) {
    guard let colon = text.lastIndex(of: ":"),
      let port = UInt16(text[text.index(after: colon)...]),
      let host = Self.host(text[..<colon])
    else { throw .invalidAddress(text) }
    self.init(host: host, port: Int(port))
  }

  /// Whether only this machine can reach it.
  public var isLoopback: Bool {
    if host == "localhost" { return true }
    var ipv4 = in_addr()
    if inet_pton(AF_INET, host, &ipv4) == 1 {
      return withUnsafeBytes(of: ipv4) { $0.first == 127 }
    }
    var ipv6 = in6_addr()
    guard inet_pton(AF_INET6, host, &ipv6) == 1 else { return false }
    return withUnsafeBytes(of: ipv6) { bytes in
      let isOne = bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
      let isMapped = bytes.prefix(12).elementsEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff])
      return isOne || isMapped && bytes[12] == 127
    }
  }

  private static func host(_ text: Substring) -> String? {
    if text.isEmpty { return "0.0.0.0" }
    if text.hasPrefix("["), text.hasSuffix("]") {
      var address = in6_addr()
      let inner = String(text.dropFirst().dropLast())
      return inet_pton(AF_INET6, inner, &address) == 1 ? inner : nil
    }
    let isName = text.utf8.allSatisfy { byte in
      byte > 0x20 && byte < 0x7f && !":[]/@?#".utf8.contains(byte)
    }
    return isName ? String(text) : nil
  }
}

extension ListenAddress: CustomStringConvertible {
  /// The address as it is read, `[::1]:8080`.
  public var description: String {
    host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
