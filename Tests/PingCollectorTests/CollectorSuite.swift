import PlaybackFacts

@testable import PingCollector

/// A suite whose tests send pings to collectors.
protocol CollectorSuite {}

extension CollectorSuite {
  static var start: Timestamp { Timeline.start }
  static var chrome: String {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
      + "Chrome/124.0.0.0 Safari/537.36"
  }

  /// Limits without a wait for more pings.
  static var limits: CollectorLimits {
    var limits = CollectorLimits()
    limits.gathering = .zero
    return limits
  }

  func collector(
    _ sink: RecordingSink,
    limits: CollectorLimits = Self.limits,
    importedAt: Timestamp? = nil
  ) -> Collector {
    Collector(
      sink: sink,
      audience: AudienceLookup { $0 == "192.0.2.1" ? "FR" : "unknown" },
      limits: limits,
      importedAt: importedAt
    )
  }

  func play(_ playback: String = "p", at time: Timestamp = Self.start) -> PlayerPing {
    PlayerPing(
      sentAt: time,
      sessionID: "s",
      playbackID: playback,
      mediaID: "li7",
      referrer: "https://example.org",
      events: [PlayerEvent(.play, at: time, position: 0)]
    )
  }

  @discardableResult
  func send(
    _ ping: PlayerPing,
    to collector: Collector,
    address: String = "192.0.2.1",
    country: String? = nil,
    receivedAt: Timestamp = Self.start
  ) async throws -> EventCounts {
    try await collector.collect(
      body: ping.json,
      address: address,
      userAgent: Self.chrome,
      country: country,
      receivedAt: receivedAt
    )
  }
}
