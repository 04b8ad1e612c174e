/// How much a collector holds and how long it waits.
public struct CollectorLimits: Hashable, Sendable {
  /// How many pings may wait; further ones are refused as overload.
  public var waitingPings = 20_000
  /// How many bytes the waiting pings may hold; further ones are refused as overload.
  public var waitingBytes = 64 << 20
  /// How many pings are committed at once, unless more came as one.
  public var pingsPerCommit = 4000
  /// How long a commit waits for more pings to share it.
  public var gathering = Duration.milliseconds(2)
  /// How often a commit is tried before its pings get an error.
  public var commitAttempts = 2
  /// How many bytes of playbacks' states are held in memory; others are read from the sink.
  ///
  /// It is enough for 200,000 playbacks with usual ids and referrers. Those that pinged once only get a
  /// thirty-second part of it.
  public var stateBytesInMemory = 128 << 20
  /// How many ms a state is held in memory at least when no ping of its playback comes; at most twice.
  public var stateIdleTime: Int64 = 300_000
  /// How many media ids are stored under their own name for the first time on one UTC day.
  public var newMediaIDs = 100_000
  /// How many referrers are stored under their own name for the first time on one UTC day.
  public var newReferrers = 10_000
  /// Whether only media ids are stored under their own name whose title or tags were imported.
  public var hasKnownMediaOnly = false
  /// Whether what became of each ping is committed with its facts, as ``PlaybackFacts/FactBatch/pings``.
  public var hasPingHistory = false

  /// Makes the usual limits.
  public init() {}
}
