import PingCollector
import Testing

@Suite("IP networks")
struct IPNetworkTests {
  @Test(arguments: [
    ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.0", false),
    ("10.1.2.3/8", "10.9.9.9", true), ("192.0.2.1", "192.0.2.1", true),
    ("192.0.2.1", "192.0.2.2", false), ("0.0.0.0/0", "203.0.113.1", true),
    ("0.0.0.0/0", "2001:db8::1", false), ("::/0", "192.0.2.1", false), ("::/0", "::1", true),
    ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::", false),
    ("2001:db8::1", "2001:db8:0::1", true), ("::ffff:10.0.0.0/104", "10.1.1.1", true),
    ("::ffff:10.0.0.0/104", "11.1.1.1", false), ("10.0.0.0/8", "::ffff:10.1.1.1", true),
    ("172.16.0.0/12", "172.31.255.255", true), ("172.16.0.0/12", "172.32.0.0", false),
    ("192.0.2.0/31", "192.0.2.1", true), ("192.0.2.0/32", "192.0.2.1", false),
  ])
  func `a network has the addresses that begin like it`(
    network: String,
    address: String,
    isInside: Bool
  ) throws {
    let network = try #require(IPNetwork(network))
    let address = try #require(IPAddress(address))

    #expect(network.contains(address) == isInside)
  }

  @Test(arguments: [
    "10.0.0.0/33", "::/129", "::ffff:10.0.0.0/95", "10.0.0.0/8/8", "/8", "a/8", "1.2.3.4/x",
  ])
  func `what is no network is none`(text: String) {
    #expect(IPNetwork(text) == nil)
  }

  @Test(arguments: [
    ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("::", "::"), ("192.0.2.1", "192.0.2.1"),
    ("::ffff:192.0.2.1", "192.0.2.1"), ("1:0:0:2::3", "1:0:0:2::3"), ("0.0.0.0", "0.0.0.0"),
  ])
  func `an address has one notation`(text: String, notation: String) throws {
    #expect(try #require(IPAddress(text)).description == notation)
  }
}
