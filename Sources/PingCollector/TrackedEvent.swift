import PlaybackFacts

/// What is remembered of an event to count the time between it and its neighbours.
struct TrackedEvent: Hashable, Sendable {
  /// When it happened, in ms by the player's clock; durations are differences of these.
  let emittedAt: Int64
  /// When it happened, in ms by the collector's clock, as it was known when the event came.
  let time: Int64
  /// Where in the media, in ms; nil if unknown.
  let position: Int64?
  /// What happened.
  let kind: PlayerEvent.Kind
  /// Whether the player was paused after it.
  let isPaused: Bool

  /// Whether the player plays on after the event.
  var leavesPlaying: Bool {
    switch kind {
    case .pause, .error, .end: false
    case .loaded, .play, .timeUpdate, .seek, .sourceSet: !isPaused
    }
  }

  /// The timestamp for a fact of this event.
  var timestamp: Timestamp { Timestamp(milliseconds: time) }
}

extension TrackedEvent {
  init(_ event: PlayerEvent, time: Timestamp) {
    self.init(
      emittedAt: event.emittedAt.milliseconds,
      time: time.milliseconds,
      position: event.position.map(Self.milliseconds),
      kind: event.kind,
      isPaused: event.isPaused ?? event.kind.impliesPause
    )
  }

  /// Seconds in whole ms, at most ±2^53, so that differences can't overflow.
  private static func milliseconds(_ seconds: Double) -> Int64 {
    let limit = PlayerPing.Limit.number
    let milliseconds = max(-limit, min(limit, seconds * 1000))
    return Int64(milliseconds + (milliseconds < 0 ? -0.5 : 0.5))
  }
}

extension PlayerEvent.Kind {
  /// Whether the player is paused after such an event if the event doesn't say.
  var impliesPause: Bool {
    switch self {
    case .loaded, .play, .timeUpdate, .seek: false
    case .pause, .error, .end, .sourceSet: true
    }
  }
}
