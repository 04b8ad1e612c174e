import Testing

@testable import OutgoingHTTP

@Suite("HTTP address")
struct HTTPAddressTests {
  static let addresses: [(url: String, isSecure: Bool, host: String, port: Int, target: String)] = [
    ("http://127.0.0.1:8080", false, "127.0.0.1", 8080, "/"),
    ("http://example.org", false, "example.org", 80, "/"),
    ("https://example.org/", true, "example.org", 443, "/"),
    ("HTTPS://Example.org:8443/a/b?c=d&e=f", true, "Example.org", 8443, "/a/b?c=d&e=f"),
    ("http://example.org?c=d", false, "example.org", 80, "/?c=d"),
    ("http://example.org:/a#b", false, "example.org", 80, "/a"),
    ("http://[::1]:8080/a", false, "::1", 8080, "/a"),
    ("http://[fe80::1]", false, "fe80::1", 80, "/"),
    ("http://a/my stats?q=\"ä\"", false, "a", 80, "/my%20stats?q=%22%C3%A4%22"),
    ("http://a/x\r\nX-Y: z", false, "a", 80, "/x%0D%0AX-Y:%20z"),
    ("http://a/%20", false, "a", 80, "/%20"),
    ("http://a//b", false, "a", 80, "//b"),
  ]

  @Test(arguments: addresses)
  func `an address is split`(
    url: String,
    isSecure: Bool,
    host: String,
    port: Int,
    target: String
  ) throws {
    let address = try #require(HTTPAddress(url))

    #expect(address.origin == .init(isSecure: isSecure, host: host, port: port))
    #expect(address.target == target)
  }

  @Test(arguments: [
    "", "nowhere", "nowhere:80", "//nowhere", "ftp://nowhere", "http:nowhere", "http:/nowhere",
    "http://", "http:///a", "http://:80", "http://a b", "http://a:b", "http://a:0",
    "http://a:65536",
    "http://a:+80", "http://a:80:80", "http://key@a", "http://[::1", "http://[::1]x", "http://[a]",
    "http://\u{e4}", "http://a\r\n",
  ])
  func `what is no address is refused`(url: String) {
    #expect(HTTPAddress(url) == nil)
  }

  @Test(arguments: [
    ("http://localhost:1", true), ("http://127.0.0.2", true), ("http://[::1]", true),
    ("http://localhost.a", false), ("http://a", false),
  ])
  func `a server on this machine is known as such`(url: String, isLoopback: Bool) {
    #expect(HTTPAddress(url)?.isLoopback == isLoopback)
  }

  @Test(arguments: [
    ("http://a", "a"), ("http://a:80", "a"), ("http://a:443", "a:443"), ("https://a:443", "a"),
    ("https://a:80", "a:80"), ("http://[::1]:8080", "[::1]:8080"), ("http://[::1]", "[::1]"),
  ])
  func `the host field names the port where it is not the usual one`(url: String, field: String) {
    #expect(HTTPAddress(url)?.hostField == field)
  }
}
