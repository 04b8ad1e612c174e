import HTTPTypes
import NIOCore
import PingCollector

/// Who sent a request, as far as limits, viewers and countries are concerned.
struct Sender: Hashable {
  /// The IP address without port, in one notation; empty where there is none.
  let address: String
  /// What limits count it as; nil for this machine, which has none: a proxy may stand there.
  let subscriber: UInt64?
  /// What a trusted proxy says of the country; nil where none says anything.
  var country: String?

  /// The sender at an address; all without one count as one.
  init(_ address: IPAddress?, country: String? = nil) {
    self.country = country
    guard let address else {
      (self.address, subscriber) = ("", 0)
      return
    }
    self.address = address.description
    subscriber = address.isLoopback ? nil : address.subscriber
  }
}

/// The proxies that may say for whom they send a request.
///
/// What anybody else says is not listened to: whoever could choose an address could avoid all limits.
///
/// ```
/// client 198.51.100.7 ──▶ proxy 10.0.0.2 ──▶ proxy 10.0.0.1 ──▶ server
///                                             X-Forwarded-For: 198.51.100.7, 10.0.0.2
/// ```
/// With `10.0.0.0/8` trusted, the sender is the rightmost address that is not of a proxy: `198.51.100.7`. What
/// stands to the left of it came from the client.
public struct TrustedProxies: Hashable, Sendable {
  /// No proxy is trusted: the sender is whoever opened the connection.
  public static let none = TrustedProxies(networks: [], countryHeader: nil)

  private let networks: [IPNetwork]
  /// The header in which they say the country of a client; nil where they don't.
  let countryHeader: HTTPField.Name?

  private init(networks: [IPNetwork], countryHeader: HTTPField.Name?) {
    self.networks = networks
    self.countryHeader = countryHeader
  }

  /// Proxies by their addresses and networks.
  ///
  /// - Parameters:
  ///   - networks: Addresses such as `127.0.0.1`, or networks such as `10.0.0.0/8` and `2001:db8::/32`.
  ///   - countryHeader: The header in which these proxies say the country of a client, such as
  ///     `CF-IPCountry`; nil where they don't.
  /// - Throws: ``ServerError`` for what is neither address nor network, or no header.
  public init(_ networks: [String], countryHeader: String? = nil) throws(ServerError) {
    var parsed: [IPNetwork] = []
    for text in networks {
      guard let network = IPNetwork(text) else { throw .invalidNetwork(text) }
      parsed.append(network)
    }
    var name: HTTPField.Name?
    if let countryHeader {
      name = HTTPField.Name(countryHeader)
      guard name != nil else { throw .invalidHeader(countryHeader) }
    }
    self.init(networks: parsed, countryHeader: name)
  }

  /// The other end of a connection.
  struct Peer: Hashable {
    let sender: Sender
    let isTrusted: Bool
  }

  /// The other end of a connection, from its address.
  func peer(at socket: SocketAddress?) -> Peer {
    let address = socket.flatMap { IPAddress($0) }
    return Peer(sender: Sender(address), isTrusted: address.map(contains) ?? false)
  }

  /// Who sent a request with some headers over a connection.
  func sender(of headers: HTTPFields, from peer: Peer) -> Sender {
    guard peer.isTrusted else { return peer.sender }
    var sender = peer.sender
    sender.country = countryHeader.flatMap { headers[$0] }
    let isPlain = headers.contains(.xForwardedFor)
    let read = isPlain ? ForwardedAddress.plain : ForwardedAddress.parameter
    var found: IPAddress?
    for element in elements(of: headers[values: isPlain ? .xForwardedFor : .forwarded]) {
      // What can't be read hides who is behind it.
      guard let address = read(element) else { return sender }
      found = address
      if !contains(address) { break }
    }
    return found.map { Sender($0, country: sender.country) } ?? sender
  }

  private func contains(_ address: IPAddress) -> Bool {
    networks.contains { $0.contains(address) }
  }

  /// The elements of a field that may come several times, the last one first.
  private func elements(of values: [String]) -> some Sequence<Substring> {
    values.reversed().lazy.flatMap { $0.split(separator: ",").reversed() }
      .filter { !$0.allSatisfy { $0 == " " || $0 == "\t" } }
  }
}

/// An address that a proxy has written into a field.
private enum ForwardedAddress {
  /// An element of `X-Forwarded-For`: an address, perhaps with a port.
  static func plain(_ element: Substring) -> IPAddress? { address(trimmed(element)) }

  /// An element of `Forwarded` (RFC 7239), such as `for="[2001:db8::1]:4711";proto=https`.
  ///
  /// An address never holds a comma. So elements are cut at each comma, whatever quotes a client may have opened
  /// in front of those that the proxies wrote, and an element with half a quote is not understood.
  static func parameter(_ element: Substring) -> IPAddress? {
    guard element.count(where: { $0 == "\"" }).isMultiple(of: 2), !element.contains("\\") else {
      return nil
    }
    for parameter in element.split(separator: ";") {
      let pair = parameter.split(separator: "=", maxSplits: 1)
      guard pair.count == 2, trimmed(pair[0]).lowercased() == "for" else { continue }
      return address(trimmed(pair[1]))
    }
    return nil
  }

  /// Reads `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`, also in quotes.
  private static func address(_ text: Substring) -> IPAddress? {
    var text = text
    if text.first == "\"", text.last == "\"", text.count > 1 { text = text.dropFirst().dropLast() }
    if text.first == "[" {
      guard let end = text.firstIndex(of: "]") else { return nil }
      let port = text[text.index(after: end)...]
      guard port.isEmpty || isPort(port) else { return nil }
      text = text[text.index(after: text.startIndex)..<end]
    } else if text.count(where: { $0 == ":" }) == 1, let colon = text.firstIndex(of: ":") {
      guard isPort(text[colon...]) else { return nil }
      text = text[..<colon]
    }
    return IPAddress(String(text.prefix { $0 != "%" }))
  }

  /// Whether a text is a colon and a port; proxies may write a name for a port that they hide.
  private static func isPort(_ text: Substring) -> Bool {
    text.first == ":" && text.count > 1
      && text.dropFirst().utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "-"),
          UInt8(ascii: "."):
          true
        default: false
        }
      }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " || $0 == "\t" }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }
}

extension IPAddress {
  /// The address of a socket; nil for one of another kind.
  fileprivate init?(_ socket: SocketAddress) {
    // Behind the family and the port of sockaddr_in; behind the flow as well of sockaddr_in6.
    switch socket {
    case .v4: self = .v4(UInt32(bigEndian: socket.load(at: 4)))
    case .v6: self.init(v6: UInt128(bigEndian: socket.load(at: 8)))
    case .unixDomainSocket: return nil
    }
  }
}

extension SocketAddress {
  fileprivate func load<Number: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> Number {
    withSockAddr { address, size in
      UnsafeRawBufferPointer(start: address, count: size)
        .loadUnaligned(fromByteOffset: offset, as: Number.self)
    }
  }
}

extension HTTPField.Name {
  static let xForwardedFor = literal("X-Forwarded-For")
  static let forwarded = literal("Forwarded")
}
