import PingCollector
import PlaybackFacts
import Testing

@testable import AnalyticsServer

@Suite("Address limit")
struct AddressLimitTests {
  private let start = Timestamp(seconds: 1_716_981_300)

  private func sender(_ address: String) -> Sender { Sender(IPAddress(address)) }

  @Test func `each address has its own count, and each window begins anew`() throws {
    let limit = AddressLimit(perWindow: 2)

    for _ in 0..<2 { try limit.admit(sender("192.0.2.1"), at: start + 2500) }
    #expect(throws: AddressLimit.Exceeded(retryAfterSeconds: 8)) {
      try limit.admit(sender("192.0.2.1"), at: start + 2500)
    }
    #expect(throws: AddressLimit.Exceeded(retryAfterSeconds: 1)) {
      try limit.admit(sender("192.0.2.1"), at: start + 9999)
    }
    try limit.admit(sender("192.0.2.2"), at: start + 9999)
    try limit.admit(sender("192.0.2.1"), at: start + 10_000)
  }

  @Test(arguments: ["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"])
  func `this machine has no limit`(address: String) throws {
    let limit = AddressLimit(perWindow: 0)

    try limit.admit(sender(address), at: start)
  }

  @Test func `a network of 64 bits counts as one address`() throws {
    let limit = AddressLimit(perWindow: 2)

    try limit.admit(sender("2001:db8:0:1::1"), at: start)
    try limit.admit(sender("2001:db8:0:1:ffff::2"), at: start)
    #expect(throws: AddressLimit.Exceeded.self) {
      try limit.admit(sender("2001:db8:0:1::3"), at: start)
    }
    try limit.admit(sender("2001:db8:0:2::1"), at: start)
  }

  @Test func `an IPv4 address written as IPv6 is the same`() throws {
    let limit = AddressLimit(perWindow: 1)

    try limit.admit(sender("::ffff:192.0.2.1"), at: start)
    #expect(throws: AddressLimit.Exceeded.self) { try limit.admit(sender("192.0.2.1"), at: start) }
  }

  @Test func `no more addresses are remembered than there is room for`() throws {
    let limit = AddressLimit(perWindow: 1, mostAddresses: 2)

    try limit.admit(sender("192.0.2.1"), at: start)
    try limit.admit(sender("192.0.2.2"), at: start)
    for _ in 0..<3 { try limit.admit(sender("192.0.2.3"), at: start) }
    #expect(throws: AddressLimit.Exceeded.self) { try limit.admit(sender("192.0.2.1"), at: start) }

    try limit.admit(sender("192.0.2.3"), at: start + AddressLimit.window)
    #expect(throws: AddressLimit.Exceeded.self) {
      try limit.admit(sender("192.0.2.3"), at: start + AddressLimit.window)
    }
  }
}
