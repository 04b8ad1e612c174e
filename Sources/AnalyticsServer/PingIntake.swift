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
  /// Where pings go of playbacks that other collectors have; nil where there are no others.
  var forwarding: PingForwarding?
  /// The header in which a country is passed on; nil for none.
  var countryHeader: HTTPField.Name?
  let now: @Sendable () -> Timestamp

  /// Counts a request of a sender, as soon as its head is there.
  func admit(_ sender: Sender) throws(AddressLimit.Exceeded) {
    do throws(AddressLimit.Exceeded) {
      try limit.admit(sender, at: now())
    } catch {
      refusals.addPing()
      throw error
    }
  }

  /// Takes the body of a request as it came; `answer` is called once, on any thread.
  func take(
    _ body: ByteBuffer,
    headers: HTTPFields,
    sender: Sender,
    answer: @escaping @Sendable (Result<EventCounts, any Error>) -> Void
  ) {
    let plain: ByteBuffer
    do {
      let coding = headers.value(.contentEncoding)
      plain = try BodyCoding.unpacked(body, coding, upTo: PlayerPing.Limit.bodyBytes)
    } catch {
      return answer(.failure(error))
    }
    let bytes = Array(plain.readableBytesView)
    let takeHere = { @Sendable in
      take(bytes, headers: headers, sender: sender, answer: answer)
    }
    if let forwarding {
      let ping = PingForwarding.Ping(
        path: path,
        body: bytes,
        headers: headers,
        sender: sender,
        countryHeader: countryHeader
      )
      if forwarding.forward(ping, takeHere: takeHere, answer: answer) { return }
    }
    takeHere()
  }

  private func take(
    _ body: [UInt8],
    headers: HTTPFields,
    sender: Sender,
    answer: @escaping @Sendable (Result<EventCounts, any Error>) -> Void
  ) {
    collector.take(
      body: body,
      address: sender.address,
      userAgent: headers.value(.userAgent) ?? "",
      hints: ClientHints(
        brands: headers.value(.clientBrands),
        mobile: headers.value(.clientIsMobile),
        platform: headers.value(.clientPlatform)
      ),
      country: sender.country,
      receivedAt: now()
    ) { answer($0.mapError { $0 as any Error }) }
  }
}

extension HTTPField.Name {
  static let clientBrands = literal("Sec-CH-UA")
  static let clientIsMobile = literal("Sec-CH-UA-Mobile")
  static let clientPlatform = literal("Sec-CH-UA-Platform")
}
