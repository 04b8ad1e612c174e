public import PingCollector
public import PlaybackFacts

/// Whatever takes pings: the collector of an environment.
public protocol PingReceiving: Sendable {
  /// What was done so far.
  var counts: CollectorCounts { get }

  /// Takes a ping as it came; returns when its facts are on disk.
  ///
  /// - Parameters:
  ///   - body: What was sent, at most 64 KiB.
  ///   - address: The address it came from, without port; empty if it is not known.
  ///   - userAgent: What the player calls itself; empty if it does not.
  ///   - hints: What the browser says of itself in client hints.
  ///   - country: What a trusted proxy says of the country, if there is one.
  ///   - receivedAt: When it came.
  /// - Returns: What became of its events.
  /// - Throws: ``CollectorError``; sending the ping again is harmless always.
  @discardableResult
  func collect(
    body: [UInt8],
    address: String,
    userAgent: String,
    hints: ClientHints,
    country: String?,
    receivedAt: Timestamp
  ) async throws(CollectorError) -> EventCounts

  /// Finishes what has been begun; called once, after the last ping.
  func drain() async
}

extension Collector: PingReceiving {}
