import AnalyticsServer
import Testing

@Suite("Listen address")
struct ListenAddressTests {
  @Test(arguments: [
    ("127.0.0.1:8080", "127.0.0.1", 8080, true), ("127.9.8.7:1", "127.9.8.7", 1, true),
    ("[::1]:8080", "::1", 8080, true), ("[0:0::1]:80", "0:0::1", 80, true),
    ("[::ffff:127.0.0.1]:80", "::ffff:127.0.0.1", 80, true), ("localhost:0", "localhost", 0, true),
    (":8080", "0.0.0.0", 8080, false), ("0.0.0.0:80", "0.0.0.0", 80, false),
    ("[::]:80", "::", 80, false), ("[::2]:80", "::2", 80, false),
    ("[::ffff:10.0.0.1]:80", "::ffff:10.0.0.1", 80, false),
    ("128.0.0.1:80", "128.0.0.1", 80, false), ("example.org:65535", "example.org", 65_535, false),
    ("localhost.example.org:80", "localhost.example.org", 80, false),
  ])
  func `an address has a host and a port`(
    text: String,
    host: String,
    port: Int,
    isLoopback: Bool
  ) throws {
    let address = try ListenAddress(text)

    #expect(address == ListenAddress(host: host, port: port))
    #expect(address.isLoopback == isLoopback)
    #expect(try ListenAddress(address.description) == address)
  }

  @Test(arguments: [
    "", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:-1",
    "::1:8080", "[::1]", "[::1:80", "[nope]:80", "[127.0.0.1]:80", "a b:80", "http://x:80",
    "x/y:80", "é:80", "x:8 0",
  ])
  func `anything else is refused by name`(text: String) throws {
    let error = #expect(throws: ServerError.invalidAddress(text)) { try ListenAddress(text) }

    #expect(error?.description.contains("'\(text)'") == true)
  }
}
