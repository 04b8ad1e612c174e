public import PingCollector
public import PlaybackFacts

/// Whatever takes pings: the collector of an environment.
public protocol PingReceiving: Sendable {
  /// What was done so far.
  var counts: CollectorCounts { get }

  /// Takes a ping as it came, and returns at once.
  ///
  /// - Parameters:
  ///   - body: What was sent, at most 64 KiB.
  ///   - address: The address it came from, without port; empty if it is not known.
  ///   - userAgent: What the player calls itself; empty if it does not.
  ///   - hints: What the browser says of itself in client hints.
  ///   - country: What a trusted proxy says of the country, if there is one.
  ///   - receivedAt: When it came.
  ///   - answer: Is called once, on any thread: when the facts are on disk, with what became of the events; or
  ///     with the error where the ping is not taken. Sending it again is harmless always.
  func take(
    body: [UInt8],
    address: String,
    userAgent: String,
    hints: ClientHints,
    country: String?,
    receivedAt: Timestamp,
    answer: @escaping @Sendable (Result<EventCounts, CollectorError>) -> Void
  )

  /// Finishes what has been begun; called once, after the last ping.
  func drain() async
}

extension Collector: PingReceiving {}
