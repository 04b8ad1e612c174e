import PlaybackFacts

/// The events of a playback's newest two minutes, ordered by the player's clock, then by arrival.
///
/// ```
///     before          events
///  ───────────┤ ○ ○  ○ ○  ○  ○  ○ │ ← newest
///             └──── two minutes ──┘
/// ```
struct EventWindow: Hashable, Sendable {
  /// How far the window reaches back from the newest event, in ms.
  static let length: Int64 = 120_000
  /// How many events it holds at most, so that nobody can make it grow without bound: two a second.
  static let capacity = 240

  /// The walk over all events that have left the window; its last is the left neighbour of the first.
  private(set) var before = PlaybackProgress()
  private(set) var events: [TrackedEvent] = []

  init() {}

  init(before: PlaybackProgress, events: [TrackedEvent]) {
    self.before = before
    self.events = events
  }

  /// What became of an inserted event.
  enum Placement: Equatable {
    /// It was put in its place.
    case placed(index: Int)
    /// It is there already.
    case duplicate
    /// It is older than the window.
    case late
  }

  /// Puts an event in its place.
  mutating func insert(_ event: TrackedEvent) -> Placement {
    if let newest = events.last, event.emittedAt < newest.emittedAt - Self.length { return .late }
    if let left = before.last, event.emittedAt <= left.emittedAt { return .late }
    var index = events.endIndex
    while index > 0, events[index - 1].emittedAt > event.emittedAt { index -= 1 }
    let simultaneous = events[..<index].reversed().prefix { $0.emittedAt == event.emittedAt }
    guard !simultaneous.contains(where: { $0.kind == event.kind }) else { return .duplicate }
    events.insert(event, at: index)
    return .placed(index: index)
  }

  /// Removes the events that are too old, or too many.
  mutating func close(in mediaType: MediaType) {
    guard let newest = events.last else { return }
    let tooMany = events.count - Self.capacity
    let leaving = events.enumerated().prefix { index, event in
      index < tooMany || event.emittedAt < newest.emittedAt - Self.length
    }
    for (_, event) in leaving { _ = before.advance(to: event, in: mediaType) }
    events.removeFirst(leaving.count)
  }
}
