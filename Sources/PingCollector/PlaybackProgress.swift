import PlaybackFacts

/// The state of a walk over the events of a playback, in the order of the player's clock.
///
/// Each step goes from one event, A, to the next, B, and returns how much of the time between them
/// was watched and how much was stalled.
struct PlaybackProgress: Hashable, Sendable {
  /// The event that was reached; nil before the first.
  var last: TrackedEvent?
  /// All time watched so far, in ms.
  var watched: Int64 = 0
  /// Whether the position of a live stream fell without a seek: it lies in a window that moves, and
  /// from then on it only says whether the stream moves.
  var hasMovingWindow = false

  /// What happened between two events.
  struct Interval: Hashable {
    /// The length in ms.
    var duration: Int64 = 0
    /// Time watched, in ms; at most the duration.
    var watched: Int64 = 0
    /// Time stalled, in ms; at most the duration less the time watched.
    var stalled: Int64 = 0
  }

  /// Steps to the next event.
  mutating func advance(to event: TrackedEvent, in mediaType: MediaType) -> Interval {
    defer { last = event }
    guard let last else { return Interval() }
    if mediaType == .liveStream, Self.falls(from: last, to: event) { hasMovingWindow = true }
    let interval = interval(from: last, to: event, in: mediaType)
    watched += interval.watched
    return interval
  }

  /// Longer intervals count only where the position proves that they were watched.
  private static let longestInterval: Int64 = 90_000
  /// No interval counts that is longer: its first event would be too old to be accepted.
  private static let longestProvenInterval = Milliseconds.lateness
  /// How far from the duration the position may have moved in a long interval that counts.
  private static let proofTolerance: Int64 = 1000
  /// How much of the time before a seek was surely watched.
  private static let longestBeforeSeek: Int64 = 1000
  /// How much further than time a position may be after a seek; else it is still the old one.
  private static let seekTolerance: Int64 = 1000
  /// A shorter rest is no stall but the inaccuracy of positions.
  private static let shortestStall: Int64 = 100
  /// More of one interval is no stall but a machine that slept.
  private static let longestStall: Int64 = 30_000

  private func interval(
    from a: TrackedEvent,
    to b: TrackedEvent,
    in mediaType: MediaType
  ) -> Interval {
    let duration = b.emittedAt - a.emittedAt
    var interval = Interval(duration: duration)
    guard a.leavesPlaying else { return interval }
    guard duration <= Self.longestInterval else {
      if mediaType == .video, Self.isProven(duration, from: a, to: b) {
        interval.watched = duration
      }
      return interval
    }
    guard b.kind != .seek else {
      interval.watched = min(duration, Self.longestBeforeSeek)
      return interval
    }
    interval.watched = watchedTime(from: a, to: b, lasting: duration)
    // Waiting for the first picture is no stall.
    if watched > 0 { interval.stalled = min(duration - interval.watched, Self.longestStall) }
    return interval
  }

  private func watchedTime(
    from a: TrackedEvent,
    to b: TrackedEvent,
    lasting duration: Int64
  ) -> Int64 {
    guard let moved = Self.movement(from: a, to: b) else { return duration }
    if a.kind == .seek, !(0...duration + Self.seekTolerance).contains(moved) { return duration }
    if hasMovingWindow { return moved != 0 ? duration : 0 }
    let watched = min(duration, max(0, moved))
    return moved > 0 && duration - watched < Self.shortestStall ? duration : watched
  }

  /// Whether the positions prove that all of a long interval was watched, whose pings were lost.
  private static func isProven(
    _ duration: Int64,
    from a: TrackedEvent,
    to b: TrackedEvent
  ) -> Bool {
    guard duration <= longestProvenInterval, let moved = movement(from: a, to: b) else {
      return false
    }
    return abs(moved - duration) <= proofTolerance
  }

  private static func falls(from a: TrackedEvent, to b: TrackedEvent) -> Bool {
    guard a.kind != .seek, b.kind != .seek, let moved = movement(from: a, to: b) else {
      return false
    }
    return moved < 0
  }

  /// How far the position moved, in ms; nil where one of both is unknown.
  private static func movement(from a: TrackedEvent, to b: TrackedEvent) -> Int64? {
    guard let start = a.position, let end = b.position else { return nil }
    return end - start
  }
}
