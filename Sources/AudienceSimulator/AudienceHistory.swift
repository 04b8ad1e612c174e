public import PlaybackFacts

/// What an audience has done up to now, hour by hour, as facts.
///
/// ```swift
/// var history = AudienceHistory(of: audience, during: timeframe, facts: 300_000)
/// while let hour = history.next() { … }
/// ```
/// Its memory holds the playbacks of a few hours.
public struct AudienceHistory: Sendable {
  /// The facts of an hour.
  public struct Hour: Sendable {
    /// The hour; the first and the last may be shorter.
    public let timeframe: Timeframe
    /// Its facts; those of a playback stay together.
    public let facts: [Fact]
    /// How much of the history is made when it is, from 0 to 1.
    public let progress: Double
  }

  /// The audience, of the size that follows from the wanted number of facts.
  public private(set) var audience: Audience
  /// What is told.
  public let timeframe: Timeframe
  /// The playbacks that go on after the history, or begin in its last minute but after its end.
  ///
  /// They are complete when it is. Where they are to be continued, it has none of their facts.
  public private(set) var running: [SimulatedPlayback] = []

  private let isContinued: Bool
  private let viewerKey: @Sendable (CivilDate) -> SipHash.Key
  private var hour: Timestamp
  private var pending: [Timestamp: [Fact]] = [:]
  private var quota: FactQuota?

  /// Makes the history of an audience.
  ///
  /// - Parameters:
  ///   - audience: Who watches.
  ///   - timeframe: Whole minutes from its start on; nothing lies after its end.
  ///   - facts: How many facts it is to have, those of what runs at the end included; the audience's
  ///     size follows from it. For 50,000 or more they are met to 1 %. Nil keeps the size.
  ///   - isContinued: Whether a ``LiveAudience`` goes on with what runs at the end.
  ///   - viewerKey: The key under which viewers of a UTC day are hashed; nil lets the seed decide.
  public init(
    of audience: Audience,
    during timeframe: Timeframe,
    facts: Int? = nil,
    isContinued: Bool = false,
    viewerKey: (@Sendable (CivilDate) -> SipHash.Key)? = nil
  ) {
    self.audience = audience
    self.timeframe = timeframe
    self.isContinued = isContinued
    self.viewerKey = viewerKey ?? { audience.viewerKey(for: $0) }
    hour = timeframe.from.floored(to: Milliseconds.hour)
    if let facts {
      let quota = FactQuota(facts, of: audience, during: timeframe)
      self.audience.playbacksPerHour = quota.playbacksPerHour
      self.quota = quota
    }
  }

  /// Makes the next hour; nil after the last.
  public mutating func next() -> Hour? {
    guard hour < timeframe.to else { return nil }
    let following = hour + Milliseconds.hour
    let part = Timeframe(from: hour, to: following).intersection(timeframe)
    let crowd = quota?.crowd(inHourAt: hour) ?? 1
    var facts: [Fact] = []
    var count = 0
    for (minute, scene) in AudienceMinutes(of: audience, in: part) {
      for playback in audience.arrivals(inMinuteAt: minute, of: scene, crowd: crowd) {
        facts.removeAll(keepingCapacity: true)
        playback.appendFacts(until: timeframe.to, viewerKey: viewerKey, to: &facts)
        count += facts.count
        let isRunning = playback.leavesAt > timeframe.to
        if isRunning { running.append(playback) }
        if !(isRunning && isContinued) { add(facts) }
      }
    }
    quota?.produced += count
    let hourFacts = pending.removeValue(forKey: hour) ?? []
    hour = following
    let progress = Double(part.to - timeframe.from) / Double(timeframe.duration)
    return Hour(timeframe: part, facts: hourFacts, progress: progress)
  }

  private mutating func add(_ facts: [Fact]) {
    for fact in facts {
      // A slot may begin before the history does.
      let hour = max(fact.time.floored(to: Milliseconds.hour), self.hour)
      pending[hour, default: []].append(fact)
    }
  }
}
