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

  /// Counts a request.
  func admit(_ sender: Sender, at now: Timestamp) throws(Exceeded) {
    let standing = limit.count(sender.subscriber, at: now)
    if standing.isExceeded { throw Exceeded(retryAfterSeconds: standing.resetSeconds) }
  }
}
