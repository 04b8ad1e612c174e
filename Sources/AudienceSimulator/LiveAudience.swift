public import PingCollector
public import PlaybackFacts

/// What an audience does from now on, as the pings that its players send.
public struct LiveAudience: Sendable {
  private let audience: Audience
  /// The pings of the playbacks that run or are about to begin.
  private var players: [Player] = []
  /// The first minute whose arrivals are not known yet.
  private var nextMinute: Timestamp
  private var now: Timestamp

  private struct Player {
    var pings: ArraySlice<RecordedPing>
  }

  /// Makes an audience of whom some have watched for a while already.
  public init(_ audience: Audience, from now: Timestamp) {
    self.init(audience, running: [], from: now)
    // Nearly nobody stays for longer.
    arrive(in: Timeframe(from: now - 2 * Milliseconds.hour, to: nextMinute))
  }

  /// Goes on where a history ends.
  public init(continuing history: AudienceHistory) {
    self.init(history.audience, running: history.running, from: history.timeframe.to)
  }

  private init(_ audience: Audience, running: [SimulatedPlayback], from now: Timestamp) {
    self.audience = audience
    self.now = now
    nextMinute = now.ceiled(to: Milliseconds.minute)
    admit(running)
  }

  /// The pings that those who watch already have sent before, oldest first.
  ///
  /// A collector that is given them knows all that has happened in the playbacks that run.
  public mutating func backlog() -> [RecordedPing] {
    takePings(until: now)
  }

  /// The pings that are due since the last time, up to `time`, oldest first.
  public mutating func pings(until time: Timestamp) -> [RecordedPing] {
    _ = backlog()
    let known = nextMinute
    nextMinute = max(nextMinute, (time + 1).ceiled(to: Milliseconds.minute))
    arrive(in: Timeframe(from: known, to: nextMinute))
    now = max(now, time)
    return takePings(until: now)
  }

  private mutating func arrive(in timeframe: Timeframe) {
    guard !timeframe.isEmpty else { return }
    for (minute, scene) in AudienceMinutes(of: audience, in: timeframe) {
      admit(audience.arrivals(inMinuteAt: minute, of: scene))
    }
  }

  private mutating func admit(_ playbacks: [SimulatedPlayback]) {
    for playback in playbacks where playback.leavesAt > now {
      players.append(Player(pings: playback.pings()[...]))
    }
  }

  private mutating func takePings(until time: Timestamp) -> [RecordedPing] {
    var due: [RecordedPing] = []
    for index in players.indices {
      let pings = players[index].pings.prefix { $0.receivedAt <= time }
      due += pings
      players[index].pings.removeFirst(pings.count)
    }
    players.removeAll { $0.pings.isEmpty }
    return due.sorted { $0.receivedAt < $1.receivedAt }
  }
}
