import PlaybackFacts
import Testing

@testable import AnalyticsServer

@Suite("Address limit")
struct AddressLimitTests {
  private let start = Timestamp(seconds: 1_716_981_300)

  @Test func `each address has its own count, and each window begins anew`() throws {
    let limit = AddressLimit(pingsPerWindow: 2)

    for _ in 0..<2 { try limit.admit("192.0.2.1", at: start + 2500) }
    #expect(throws: AddressLimit.Exceeded(retryAfterSeconds: 8)) {
      try limit.admit("192.0.2.1", at: start + 2500)
    }
    #expect(throws: AddressLimit.Exceeded(retryAfterSeconds: 1)) {
      try limit.admit("192.0.2.1", at: start + 9999)
    }
    try limit.admit("192.0.2.2", at: start + 9999)
    try limit.admit("192.0.2.1", at: start + 10_000)
  }

  @Test(arguments: ["127.0.0.1", "::1"])
  func `this machine has no limit`(address: String) throws {
    let limit = AddressLimit(pingsPerWindow: 0)

    try limit.admit(address, at: start)
  }
}
