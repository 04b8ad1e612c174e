public import PlaybackFacts

/// Makes facts of the pings of one playback, each once, in whatever order they come.
///
/// ```
///  ping ─▶ correct the clock ─▶ put events in place ─▶ count the intervals around them anew ─▶ facts
///          ClockOffset          EventWindow            PlaybackProgress, SlotSums
/// ```
/// It is a value: whoever has it applies a ping, commits the facts together with ``bytes``, and throws
/// the tracker away if that fails.
public struct PlaybackTracker: Hashable, Sendable {
  /// Whose pings, with all that its facts can be told apart by.
  public let playback: Playback

  private(set) var once = OnceFacts()
  /// When the media was set as the player's source first, in ms by the player's clock.
  private(set) var sourceSetAt: Int64?
  private(set) var offset = ClockOffset()
  private(set) var slots = SlotSums()
  private(set) var window = EventWindow()

  /// Makes the tracker of a playback that nothing is known of.
  public init(_ playback: Playback) {
    self.playback = playback
  }

  /// Makes a tracker of its parts.
  init(
    _ playback: Playback,
    once: OnceFacts,
    sourceSetAt: Int64?,
    offset: ClockOffset,
    slots: SlotSums,
    window: EventWindow
  ) {
    self.playback = playback
    self.once = once
    self.sourceSetAt = sourceSetAt
    self.offset = offset
    self.slots = slots
    self.window = window
  }

  /// What a ping led to.
  public struct Result: Hashable, Sendable {
    /// The facts to commit, in no order.
    public var facts: [Fact] = []
    /// What became of the events.
    public var events = EventCounts()
    /// How many of the accepted events are older than one of an earlier ping.
    public var outOfOrder = 0
  }

  /// Takes in a ping of this playback that was received at `receivedAt`.
  public mutating func apply(_ ping: PlayerPing, receivedAt: Timestamp) -> Result {
    var result = Result()
    result.events.refused = ping.refusedEvents
    let corrected = CorrectedPing(ping, receivedAt: receivedAt, offset: offset)
    result.events.refused.merge(corrected.refused, uniquingKeysWith: +)
    guard !corrected.events.isEmpty else { return result }
    offset = corrected.offset
    sourceSetAt = [sourceSetAt, corrected.sourceSetAt].compactMap(\.self).min()
    if let (error, code) = corrected.error { note(.error, at: error, value: code, &result.facts) }
    let previous = window
    let firstChange = place(corrected.events, &result)
    recount(from: firstChange, previous: previous, receivedAt: receivedAt, &result.facts)
    window.close(in: playback.mediaType)
    return result
  }
}

// MARK: - Steps

extension PlaybackTracker {
  /// Puts events into the window; the index of the first, or where the window ends if there is none.
  private mutating func place(_ events: [TrackedEvent], _ result: inout Result) -> Int {
    var firstChange: Int?
    for event in events {
      switch window.insert(event) {
      case .placed(let index):
        result.events.accepted += 1
        // Those of the same ping come in the order of their time.
        if index < window.events.endIndex - 1 { result.outOfOrder += 1 }
        firstChange = firstChange ?? index
      case .duplicate: result.events.duplicates += 1
      case .late:
        result.events.late += 1
        noteKind(of: event, &result.facts)
      }
    }
    return firstChange ?? window.events.endIndex
  }

  /// Counts the intervals that end at `index` or later, and takes back what they were before.
  private mutating func recount(
    from index: Int,
    previous: EventWindow,
    receivedAt: Timestamp,
    _ facts: inout [Fact]
  ) {
    let mediaType = playback.mediaType
    var progress = window.before
    for event in window.events[..<index] { _ = progress.advance(to: event, in: mediaType) }
    var differences = SlotAmounts()
    var previousProgress = progress
    // All of the previous events are among those of now, in the same order.
    var previousEvents = previous.events[index...]
    for event in window.events[index...] {
      let interval = progress.advance(to: event, in: mediaType)
      var previousInterval = PlaybackProgress.Interval()
      if event == previousEvents.first {
        previousEvents.removeFirst()
        previousInterval = previousProgress.advance(to: event, in: mediaType)
      }
      if interval != previousInterval {
        differences.add(previousInterval, endingAt: event.time, times: -1)
        differences.add(interval, endingAt: event.time, times: 1)
      }
      noteKind(of: event, &facts)
      if interval.watched > 0 { noteStart(at: event, &facts) }
      for (fact, seconds) in zip(OnceFacts.views, FactKind.viewThresholds)
      where progress.watched >= seconds * Milliseconds.second {
        note(fact, at: event.timestamp, value: seconds, &facts)
      }
    }
    let last = SlotAmounts.slot(of: receivedAt.milliseconds)
    for change in slots.settle(differences, upTo: last).entries {
      let time = Timestamp(milliseconds: change.slot * Milliseconds.slot)
      if change.watched != 0 {
        facts.append(Fact(.watch, at: time, value: change.watched, of: playback))
      }
      if change.stalled != 0 {
        facts.append(Fact(.stall, at: time, value: change.stalled, of: playback))
      }
    }
  }

  /// Notes what an event says by its kind alone.
  private mutating func noteKind(of event: TrackedEvent, _ facts: inout [Fact]) {
    switch event.kind {
    case .loaded: noteImpression(at: event, &facts)
    case .play: note(.play, at: event.timestamp, &facts)
    case .end: note(.end, at: event.timestamp, &facts)
    case .pause, .timeUpdate, .error, .seek, .sourceSet: break
    }
  }

  /// A playback that starts was loaded and was asked to play, even if nothing has said so.
  private mutating func noteStart(at event: TrackedEvent, _ facts: inout [Fact]) {
    noteImpression(at: event, &facts)
    note(.play, at: event.timestamp, &facts)
    note(.start, at: event.timestamp, &facts)
  }

  private mutating func noteImpression(at event: TrackedEvent, _ facts: inout [Fact]) {
    note(.impression, at: event.timestamp, value: sourceSetAt.map { event.emittedAt - $0 }, &facts)
  }

  /// Adds a fact that happens once, unless it has; a value out of its range is unknown.
  private mutating func note(
    _ fact: OnceFacts,
    at time: Timestamp,
    value: Int64? = nil,
    _ facts: inout [Fact]
  ) {
    guard once.insert(fact).inserted else { return }
    let value = fact.kind.known(value)
    facts.append(Fact(fact.kind, at: time, value: value, of: playback))
  }
}
