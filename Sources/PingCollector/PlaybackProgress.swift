import PlaybackFacts

/// How far a walk over the events of a playback has come, in the order of the player's clock.
///
/// Each step goes from one event, A, to the next, B, and tells how much of the time between them was
/// watched and how much stood still.
struct PlaybackProgress: Hashable, Sendable {
  /// The event that was reached; nil before the first.
  var last: TrackedEvent?
  /// Whether the player plays on after ``last``.
  var isPlaying = false
  /// Whether a play event was passed.
  var hasPlayed = false
  /// All time watched so far, in ms.
  var watched: Int64 = 0

  /// What happened between two events.
  struct Interval: Hashable {
    /// How long it lasted, in ms.
    var duration: Int64 = 0
    /// Time watched, in ms; at most the duration.
    var watched: Int64 = 0
    /// Time that stood still, in ms; 0 or all that was not watched.
    var stalled: Int64 = 0
  }

  /// Steps to the event that comes next.
  mutating func advance(to event: TrackedEvent, in mediaType: MediaType) -> Interval {
    let interval = last.map { self.interval(from: $0, to: event, in: mediaType) } ?? Interval()
    watched += interval.watched
    switch event.kind {
    case .play, .seek, .timeUpdate: isPlaying = !event.isPaused
    case .loaded: isPlaying = !event.isPaused && hasPlayed
    case .pause, .error, .end, .sourceSet: isPlaying = false
    }
    if event.kind == .play { hasPlayed = true }
    last = event
    return interval
  }

  /// Intervals that last longer tell nothing: the player slept.
  private static let longestInterval: Int64 = 90_000
  /// How much of the time before a seek was surely watched.
  private static let longestBeforeSeek: Int64 = 1000
  /// How much further than time a position may be after a seek; else it is still the old one.
  private static let seekTolerance: Int64 = 1000
  /// A shorter rest is no stall but the inaccuracy of positions.
  private static let shortestStall: Int64 = 100

  private func interval(
    from a: TrackedEvent,
    to b: TrackedEvent,
    in mediaType: MediaType
  ) -> Interval {
    let duration = b.emittedAt - a.emittedAt
    var interval = Interval(duration: duration)
    guard isPlaying, duration <= Self.longestInterval else { return interval }
    if b.kind == .seek {
      interval.watched = min(duration, Self.longestBeforeSeek)
      return interval
    }
    interval.watched = watchedTime(from: a, to: b, lasting: duration, in: mediaType)
    // Waiting for the first picture is no stall.
    if watched > 0 { interval.stalled = duration - interval.watched }
    return interval
  }

  private func watchedTime(
    from a: TrackedEvent,
    to b: TrackedEvent,
    lasting duration: Int64,
    in mediaType: MediaType
  ) -> Int64 {
    guard let start = a.position, let end = b.position else { return duration }
    let moved = end - start
    if a.kind == .seek, !(0...duration + Self.seekTolerance).contains(moved) { return duration }
    // The position of a live stream is one in a moving window: only that it moves says something.
    if mediaType == .liveStream { return moved != 0 ? duration : 0 }
    let watched = min(duration, max(0, moved))
    return moved > 0 && duration - watched < Self.shortestStall ? duration : watched
  }
}
