import PlaybackFacts

/// The events of a ping by the collector's clock, without those whose time can't be believed.
struct CorrectedPing {
  /// In the order of the player's clock.
  private(set) var events: [TrackedEvent] = []
  /// When the first error happened that is a failure, and its code; 0 for none.
  private(set) var error: (time: Timestamp, code: Int64)?
  /// When the media was set first, by the player's clock in ms.
  private(set) var sourceSetAt: Int64?
  /// The offset that includes this ping.
  private(set) var offset: ClockOffset
  private(set) var refused: [EventRefusal: Int] = [:]

  /// An event may not have happened later than this after its ping was sent.
  private static let latest = Milliseconds.minute
  /// The code of an error that is the user's wish.
  private static let aborted: Int64 = 1

  /// Corrects a ping, given what is known of the player's clock from earlier ones.
  init(_ ping: PlayerPing, receivedAt: Timestamp, offset: ClockOffset) {
    self.offset = offset
    guard let latestEvent = ping.events.map(\.emittedAt).max() else { return }
    let sentAt = ping.sentAt ?? latestEvent
    self.offset.add(receivedAt - sentAt)
    let correction = self.offset.milliseconds
    events.reserveCapacity(ping.events.count)
    for event in ping.events.sortedByTime {
      let time = min(event.emittedAt + correction, receivedAt)
      if receivedAt - time > Milliseconds.lateness {
        refused[.tooOld, default: 0] += 1
      } else if event.emittedAt - sentAt > Self.latest {
        refused[.afterSending, default: 0] += 1
      } else {
        take(event, at: time)
      }
    }
  }

  /// When the earliest of its events happened; nil if there is none.
  ///
  /// The UTC day of a playback's first ping is the one whose key hashes the viewer.
  var earliest: Timestamp? { events.map(\.timestamp).min() }

  private mutating func take(_ event: PlayerEvent, at time: Timestamp) {
    events.append(TrackedEvent(event, time: time))
    if event.kind == .sourceSet, sourceSetAt == nil { sourceSetAt = event.emittedAt.milliseconds }
    if event.kind == .error, event.errorCode != Self.aborted, error == nil {
      error = (time, event.errorCode ?? 0)
    }
  }
}

extension [PlayerEvent] {
  /// The events by the player's clock; those of the same instant stay in their order.
  fileprivate var sortedByTime: [PlayerEvent] {
    let isSorted = zip(self, dropFirst()).allSatisfy { $0.emittedAt <= $1.emittedAt }
    // The sort of the standard library is stable, but does not promise to be.
    return isSorted
      ? self
      : enumerated().sorted { ($0.1.emittedAt, $0.0) < ($1.1.emittedAt, $1.0) }.map(\.element)
  }
}
