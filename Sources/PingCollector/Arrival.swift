import PlaybackFacts

/// A ping on its way through the collector.
///
/// It is one object, since a ping has a dozen texts, each of which a copy would have to retain.
final class Arrival: Sendable {
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
