import PlaybackFacts

/// Pings that are committed together: takes them in one after the other and gathers what they lead to.
///
/// It works on copies of the playback states, so that nothing is lost if the commit fails.
struct PingGroup {
  private(set) var facts: [Fact] = []
  /// The pings in their order, where a history of them is wanted.
  private(set) var pings: [BatchPing] = []
  private let hasHistory: Bool
  private var members: [Member] = []
  private var indices: [PlaybackID: Int] = [:]
  private var unreadable: Set<PlaybackID> = []

  private struct Member {
    var tracker: PlaybackTracker
    /// When the last of its pings in this group came; nil if none of them changed anything.
    var lastPingAt: Timestamp?
  }

  /// Begins with the kept states of those playbacks that have one.
  init(states: [PlaybackID: [UInt8]], hasHistory: Bool = false) {
    self.hasHistory = hasHistory
    for (id, bytes) in states {
      if let tracker = PlaybackTracker(bytes: bytes, of: id) {
        add(tracker)
      } else {
        unreadable.insert(id)
      }
    }
  }

  /// Takes in a ping; `newcomer` makes its playback if nothing is known of it.
  mutating func apply(
    _ arrival: Arrival,
    newcomer: (_ firstEvent: Timestamp) -> Playback
  ) -> EventCounts {
    let ping = arrival.ping
    if unreadable.contains(arrival.playback) {
      return refuse(arrival, [.unreadableState: ping.ping.events.count])
    }
    var index = indices[arrival.playback]
    if index == nil, let time = arrival.firstPing.earliest {
      index = add(PlaybackTracker(newcomer(time)))
    }
    // Without an event that can be believed there is nothing to remember of a new playback.
    guard let index else { return refuse(arrival, arrival.firstPing.refused) }
    let result = members[index].tracker.apply(ping.ping, receivedAt: ping.receivedAt)
    if !result.events.areAllRefused {
      members[index].lastPingAt = max(members[index].lastPingAt ?? ping.receivedAt, ping.receivedAt)
    }
    facts += result.facts
    if hasHistory {
      pings.append(
        BatchPing(
          playback: members[index].tracker.playback,
          receivedAt: ping.receivedAt,
          outcome: result.events.outcome(outOfOrder: result.outOfOrder),
          factCount: result.facts.count
        )
      )
    }
    return result.events
  }

  /// The states that changed.
  var states: [PlaybackState] {
    members.compactMap { member in
      member.lastPingAt.map {
        PlaybackState(
          playback: member.tracker.playback.id,
          lastPingAt: $0,
          bytes: member.tracker.bytes
        )
      }
    }
  }

  /// Refuses all events of a ping of which nothing is remembered.
  private mutating func refuse(
    _ arrival: Arrival,
    _ refused: [EventRefusal: Int]
  ) -> EventCounts {
    let ping = arrival.ping.ping
    var counts = EventCounts()
    counts.refused = ping.refusedEvents.merging(refused, uniquingKeysWith: +)
    if hasHistory {
      pings.append(
        BatchPing(
          // Who watches is found out when an event is believed.
          playback: Playback(
            id: arrival.playback,
            viewer: ViewerID(rawValue: 0),
            mediaID: ping.mediaID
          ),
          receivedAt: arrival.ping.receivedAt,
          outcome: counts.outcome(),
          factCount: 0
        )
      )
    }
    return counts
  }

  @discardableResult
  private mutating func add(_ tracker: PlaybackTracker) -> Int {
    indices[tracker.playback.id] = members.endIndex
    members.append(Member(tracker: tracker))
    return members.endIndex - 1
  }
}
