import PlaybackFacts

/// A ping on its way through the collector.
struct Arrival: Sendable {
  let ping: RecordedPing
  let playback: PlaybackID

  init(_ ping: RecordedPing) {
    self.ping = ping
    playback = ping.ping.playback
  }

  /// Its events as they are if it is the first ping of its playback.
  var firstPing: CorrectedPing {
    CorrectedPing(ping.ping, receivedAt: ping.receivedAt, offset: ClockOffset())
  }
}
