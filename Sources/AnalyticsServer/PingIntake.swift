import HTTPTypes
import NIOCore
import PingCollector
import PlaybackFacts

/// Takes the pings that come to one path, whatever brings them.
struct PingIntake: Sendable {
  let path: String
  let collector: any PingReceiving
  let limit: AddressLimit
  let refusals: LimitCounts
  let now: @Sendable () -> Timestamp

  /// Counts a request from an address, as soon as its head is there.
  func admit(_ address: String) throws(AddressLimit.Exceeded) {
    do throws(AddressLimit.Exceeded) {
      try limit.admit(address, at: now())
    } catch {
      refusals.addPing()
      throw error
    }
  }

  /// Takes the body of a request; `answer` is called once, on any thread.
  func take(
    _ body: ByteBuffer,
    headers: HTTPFields,
    address: String,
    answer: @escaping @Sendable (Result<EventCounts, CollectorError>) -> Void
  ) {
    collector.take(
      body: Array(body.readableBytesView),
      address: address,
      userAgent: headers[.userAgent] ?? "",
      hints: ClientHints(
        brands: headers[.clientBrands],
        mobile: headers[.clientIsMobile],
        platform: headers[.clientPlatform]
      ),
      country: nil,
      receivedAt: now(),
      answer: answer
    )
  }
}

extension HTTPField.Name {
  fileprivate static let clientBrands = literal("Sec-CH-UA")
  fileprivate static let clientIsMobile = literal("Sec-CH-UA-Mobile")
  fileprivate static let clientPlatform = literal("Sec-CH-UA-Platform")
}
