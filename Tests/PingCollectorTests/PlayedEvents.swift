import PlaybackFacts

@testable import PingCollector

/// A suite whose tests play events, at times in seconds since the start.
protocol PlayedEvents {}

extension PlayedEvents {
  static var start: Timestamp { Timeline.start }

  /// An event so many seconds after the start.
  static func event(
    _ kind: PlayerEvent.Kind,
    _ seconds: Double,
    position: Double? = nil,
    isPaused: Bool? = nil,
    code: Int64? = nil
  ) -> PlayerEvent {
    let time = start + Int64(seconds * 1000)
    return PlayerEvent(kind, at: time, position: position, isPaused: isPaused, errorCode: code)
  }

  static func ping(sent: Double?, mediaID: String = "vi1", _ events: [PlayerEvent]) -> PlayerPing {
    PlayerPing(
      sentAt: sent.map { start + Int64($0 * 1000) },
      sessionID: "s",
      playbackID: "p",
      mediaID: mediaID,
      events: events
    )
  }

  /// Applies a ping that is received as many seconds after the start.
  static func apply(
    _ events: [PlayerEvent],
    sent: Double?,
    received: Double,
    to tracker: inout PlaybackTracker
  ) -> PlaybackTracker.Result {
    tracker.apply(ping(sent: sent, events), receivedAt: start + Int64(received * 1000))
  }

  /// The facts of events that come in one ping, over a connection without delay.
  static func facts(_ events: [PlayerEvent], mediaID: String = "vi1") -> [Fact] {
    var tracker = PlaybackTracker(.sample(mediaID: mediaID))
    let last = events.map { Double($0.emittedAt - start) / 1000 }.max() ?? 0
    return apply(events, sent: last, received: last, to: &tracker).facts
  }
}
