import PingCollector
import PlaybackFacts
import Synchronization

/// How many requests of a kind may come from one address, or from one /64 network of IPv6.
///
/// Counts are of windows of time that are the same for all addresses, so that what is remembered
/// goes away by itself. Addresses of this machine have no limit: a proxy may stand there.
final class AddressLimit: Sendable {
  /// Too many came; the next window begins in so many seconds, ≥ 1.
  struct Exceeded: Error, Hashable {
    let retryAfterSeconds: Int64
  }

  /// The width of a window.
  static let window = 10 * Milliseconds.second

  private let mostPerWindow: Int
  private let mostAddresses: Int
  private let state = Mutex((window: Timestamp(milliseconds: 0), counts: [UInt64: Int]()))

  /// Makes a limit.
  /// - Parameters:
  ///   - perWindow: How many requests one address may send in a window.
  ///   - mostAddresses: How many addresses are counted in a window; further ones have no limit, since
  ///     what comes from so many at once no limit per address holds back.
  init(perWindow: Int, mostAddresses: Int = 100_000) {
    mostPerWindow = perWindow
    self.mostAddresses = mostAddresses
  }

  /// Counts a request from `address`; those that are no IP addresses count as one.
  func admit(_ address: String, at now: Timestamp) throws(Exceeded) {
    if ListenAddress(host: address, port: 0).isLoopback { return }
    // Addresses of one link have its name behind a percent sign.
    let subscriber = IPAddress(String(address.prefix { $0 != "%" }))?.subscriber ?? 0
    let window = now.floored(to: Self.window)
    let count = state.withLock { state in
      if state.window != window { state = (window, [:]) }
      guard let count = state.counts[subscriber] ?? (state.counts.count < mostAddresses ? 0 : nil)
      else { return 0 }
      state.counts[subscriber] = count + 1
      return count + 1
    }
    guard count <= mostPerWindow else {
      let rest = (window + Self.window) - now
      throw Exceeded(retryAfterSeconds: (rest + Milliseconds.second - 1) / Milliseconds.second)
    }
  }
}
