import PingCollector
import PlaybackFacts

/// How many requests of a kind may come from one address, or from one /64 network of IPv6.
///
/// Addresses of this machine have no limit: a proxy may stand there.
struct AddressLimit: Sendable {
  /// Too many came; the next window begins in so many seconds, ≥ 1.
  struct Exceeded: Error, Hashable {
    let retryAfterSeconds: Int64
  }

  /// The width of a window in milliseconds.
  static let window = 10 * Milliseconds.second

  private let limit: RequestLimit<UInt64>

  /// Makes a limit of requests in ten seconds; see ``RequestLimit/init(perWindow:width:mostSenders:)``.
  init(
    perWindow: @escaping @autoclosure @Sendable () -> Int,
    mostAddresses: Int = 100_000
  ) {
    limit = RequestLimit(perWindow: perWindow(), width: Self.window, mostSenders: mostAddresses)
  }

  /// Counts a request from `address`; those that are no IP addresses count as one.
  func admit(_ address: String, at now: Timestamp) throws(Exceeded) {
    let standing = limit.count(Self.subscriber(of: address), at: now)
    if standing.isExceeded { throw Exceeded(retryAfterSeconds: standing.resetSeconds) }
  }

  /// What an address counts as; nil for this machine.
  static func subscriber(of address: String) -> UInt64? {
    if ListenAddress(host: address, port: 0).isLoopback { return nil }
    // Addresses of one link have its name behind a percent sign.
    return IPAddress(String(address.prefix { $0 != "%" }))?.subscriber ?? 0
  }
}
