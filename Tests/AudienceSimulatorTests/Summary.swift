import AudienceSimulator
import PingCollector
import PlaybackFacts

/// What facts say, however many facts it takes to say it.
struct Summary: Hashable {
  /// What happened once.
  var events: Set<Fact> = []
  /// Watched and stalled ms of each playback and slot; 0 is left out.
  var slots: [Slot: Int64] = [:]

  struct Slot: Hashable {
    var kind: FactKind
    var time: Timestamp
    var playback: Playback
  }

  init(_ facts: some Sequence<Fact>) {
    for fact in facts {
      if fact.kind.isSlotted {
        let slot = Slot(kind: fact.kind, time: fact.time, playback: fact.playback)
        slots[slot, default: 0] += fact.value ?? 0
      } else {
        events.insert(fact)
      }
    }
    slots = slots.filter { $0.value != 0 }
  }
}

/// The facts that a collector makes of pings, in the order in which they come.
func collected(_ pings: [RecordedPing], by audience: Audience) -> [Fact] {
  var trackers: [PlaybackID: PlaybackTracker] = [:]
  return pings.flatMap { ping in
    let id = ping.ping.playback
    var tracker = trackers[id] ?? PlaybackTracker(playback(of: ping, in: audience))
    defer { trackers[id] = tracker }
    return tracker.apply(ping.ping, receivedAt: ping.receivedAt).facts
  }
}

/// The playback that a collector makes of its first ping.
private func playback(of ping: RecordedPing, in audience: Audience) -> Playback {
  let userAgent = UserAgent(parsing: ping.userAgent, hints: ping.hints)
  let clockError = (ping.ping.sentAt ?? ping.receivedAt) - ping.receivedAt
  let first = ping.ping.events.map(\.emittedAt).min() ?? ping.receivedAt
  let key = audience.viewerKey(for: CivilTime(first - clockError).date)
  return Playback(
    id: ping.ping.playback,
    viewer: ViewerID(
      rawValue: ViewerHash.of(address: ping.address, userAgent: ping.userAgent, key: key)
    ),
    mediaID: ping.ping.mediaID,
    country: ping.country ?? Dimension.unknown,
    deviceType: userAgent.deviceType,
    operatingSystem: userAgent.operatingSystem,
    browser: userAgent.browser,
    referrer: ping.ping.referrer,
    isBot: userAgent.isBot
  )
}

extension Audience {
  /// 2024-05-28T18:00:00Z, a Tuesday evening.
  static let evening = Timestamp(seconds: 1_716_919_200)
}

extension AudienceHistory {
  /// All facts of a history, and the hours that they were told in.
  mutating func all() -> (facts: [Fact], hours: [Timeframe]) {
    var facts: [Fact] = []
    var hours: [Timeframe] = []
    while let hour = next() {
      facts += hour.facts
      hours.append(hour.timeframe)
    }
    return (facts, hours)
  }
}
