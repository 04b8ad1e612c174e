import HTTPTypes
import NIOCore
import PingCollector
import PingCollector
import Testing

@testable import AnalyticsServer

@Suite("Sender")
struct SenderTests {
  private static let forwarded = HTTPField.Name.forwarded
  private static let plain = HTTPField.Name.xForwardedFor

  private func sender(
    _ headers: HTTPFields,
    from peer: String = "10.0.0.1",
    trusting networks: [String] = ["10.0.0.0/8", "2001:db8:ffff::/48", "127.0.0.1"]
  ) throws -> String {
    let proxies = try TrustedProxies(networks)
    return proxies.sender(
      of: headers,
      from: proxies.peer(at: try SocketAddress(ipAddress: peer, port: 1))
    ).address
  }

  @Test(arguments: [
    ("198.51.100.7", "198.51.100.7"),
    ("198.51.100.7, 10.0.0.2", "198.51.100.7"),
    ("203.0.113.9, 198.51.100.7", "198.51.100.7"),
    ("203.0.113.9,198.51.100.7,10.9.9.9 , 10.0.0.2", "198.51.100.7"),
    ("198.51.100.7:4711", "198.51.100.7"),
    ("2001:DB8:0:0::1", "2001:db8::1"),
    ("[2001:db8::1]", "2001:db8::1"),
    ("[2001:db8::1]:4711, 2001:db8:ffff::5", "2001:db8::1"),
    ("::ffff:198.51.100.7", "198.51.100.7"),
    ("198.51.100.7, ::ffff:10.0.0.2", "198.51.100.7"),
    ("garbage, 198.51.100.7", "198.51.100.7"),
    ("\"198.51.100.7\"", "198.51.100.7"),
    (" 198.51.100.7 ,, \t", "198.51.100.7"),
    // Nobody but proxies: the one that is farthest away.
    ("10.3.0.1, 10.0.0.2", "10.3.0.1"),
  ])
  func `behind a trusted proxy is the rightmost address that is no proxy`(
    field: String,
    address: String
  ) throws {
    #expect(try sender([.xForwardedFor: field]) == address)
  }

  @Test(arguments: [
    ("for=198.51.100.7", "198.51.100.7"),
    ("For=198.51.100.7;proto=https;by=10.0.0.1", "198.51.100.7"),
    ("proto=https; for = \"198.51.100.7:4711\"", "198.51.100.7"),
    ("for=\"[2001:db8::1]:4711\", for=10.0.0.2", "2001:db8::1"),
    ("for=\"[2001:db8::1]\"", "2001:db8::1"),
    ("for=203.0.113.9, for=198.51.100.7;host=\"a:1\", for=\"10.0.0.2:_port\"", "198.51.100.7"),
    // A quote that a client has opened hides nothing that a proxy wrote behind it.
    ("for=\"203.0.113.9, for=198.51.100.7", "198.51.100.7"),
  ])
  func `the standard field is read likewise`(field: String, address: String) throws {
    #expect(try sender([.forwarded: field]) == address)
  }

  @Test(arguments: [
    (plain, ""), (plain, "unknown"), (plain, "198.51.100.7, unknown, 10.0.0.2"),
    (plain, "198.51.100"), (plain, "198.51.100.07"), (plain, "198.51.100.7:80:80"),
    (plain, "[2001:db8::1"), (plain, "[2001:db8::1]x"), (plain, "198.51.100.7:"), (plain, "a b"),
    (plain, "198.51.100.7;10.0.0.1"), (plain, "\""),
    (forwarded, "for=unknown"), (forwarded, "for=_hidden"), (forwarded, "proto=https"),
    (forwarded, "198.51.100.7"), (forwarded, "for="), (forwarded, "for=203.0.113.9;x=\""),
    (forwarded, "for=1.2.3.4\\"), (forwarded, "for=203.0.113.9;host=\"a,for=192.0.2.1;x\""),
  ])
  func `a field that can't be read counts as none`(name: HTTPField.Name, field: String) throws {
    #expect(try sender([name: field]) == "10.0.0.1")
  }

  @Test func `several fields are one list, in their order`() throws {
    var headers = HTTPFields()
    headers.append(HTTPField(name: .xForwardedFor, value: "203.0.113.9"))
    headers.append(HTTPField(name: .xForwardedFor, value: "198.51.100.7, 10.0.0.3"))
    headers.append(HTTPField(name: .xForwardedFor, value: "10.0.0.2"))

    #expect(try sender(headers) == "198.51.100.7")
  }

  @Test(arguments: ["11.0.0.1", "192.0.2.1", "::1", "2001:db8:fffe::1"])
  func `nobody else is believed`(peer: String) throws {
    let headers: HTTPFields = [
      .xForwardedFor: "198.51.100.7", .forwarded: "for=198.51.100.7",
    ]

    #expect(try sender(headers, from: peer) == peer)
    #expect(try sender(headers, trusting: []) == "10.0.0.1")
  }

  @Test func `without a field the sender is the proxy, in one notation`() throws {
    #expect(try sender([:]) == "10.0.0.1")
    #expect(try sender([:], from: "::ffff:10.0.0.1") == "10.0.0.1")
    #expect(try sender([:], from: "2001:DB8::0:1") == "2001:db8::1")
  }

  @Test func `a country counts where a trusted proxy says it`() throws {
    let proxies = try TrustedProxies(["10.0.0.1"], countryHeader: "CF-IPCountry")
    let name = try #require(HTTPField.Name("cf-ipcountry"))
    let headers: HTTPFields = [name: "FR", .xForwardedFor: "198.51.100.7"]

    #expect(
      proxies.sender(
        of: headers,
        from: proxies.peer(at: try SocketAddress(ipAddress: "10.0.0.1", port: 1))
      )
        == Sender(IPAddress("198.51.100.7"), country: "FR")
    )
    #expect(
      proxies.sender(
        of: headers,
        from: proxies.peer(at: try SocketAddress(ipAddress: "10.0.0.2", port: 1))
      )
        == Sender(IPAddress("10.0.0.2"))
    )
  }

  @Test(arguments: [
    "", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "example.org", "10.0.0", "::/129",
  ])
  func `what is no network is refused by name`(text: String) {
    #expect(throws: ServerError.invalidNetwork(text)) { try TrustedProxies([text]) }
  }

  @Test func `what is no header is refused by name`() {
    #expect(throws: ServerError.invalidHeader("a b")) {
      try TrustedProxies(["::1"], countryHeader: "a b")
    }
  }
}
