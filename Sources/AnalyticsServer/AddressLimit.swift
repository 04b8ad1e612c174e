import PlaybackFacts
import Synchronization

/// How many pings may come from one address.
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

  private let pingsPerWindow: Int
  private let state = Mutex((window: Timestamp(milliseconds: 0), counts: [String: Int]()))

  init(pingsPerWindow: Int) {
    self.pingsPerWindow = pingsPerWindow
  }

  /// Counts a ping from `address`.
  func admit(_ address: String, at now: Timestamp) throws(Exceeded) {
    if ListenAddress(host: address, port: 0).isLoopback { return }
    let window = now.floored(to: Self.window)
    let count = state.withLock { state in
      if state.window != window { state = (window, [:]) }
      let count = state.counts[address, default: 0] + 1
      state.counts[address] = count
      return count
    }
    guard count <= pingsPerWindow else {
      let rest = (window + Self.window) - now
      throw Exceeded(retryAfterSeconds: (rest + Milliseconds.second - 1) / Milliseconds.second)
    }
  }
}
