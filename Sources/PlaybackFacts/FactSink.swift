/// Where facts go to stay.
public protocol FactSink: Sendable {
  /// Keeps facts and the playback states that changed with them: all of it, or nothing.
  ///
  /// When it returns, all of it is on disk. Whether a batch whose commit threw was kept is known by
  /// sending it again: a batch that was kept already is acknowledged and not counted twice.
  func commit(_ batch: FactBatch) async throws

  /// The kept states of those playbacks that have one.
  func playbackStates(of playbacks: [PlaybackID]) async throws -> [PlaybackID: [UInt8]]

  /// The key under which viewers of a UTC day are hashed; made when it is asked for first.
  func viewerKey(for day: CivilDate) async throws -> SipHash.Key
}

/// What is committed at once.
public struct FactBatch: Sendable {
  /// Tells this batch from every other.
  public let id: UInt64
  /// When its pings arrived; for imports, when the import began.
  public let receivedAt: Timestamp
  /// The facts, in any order.
  public var facts: [Fact]
  /// The states of the playbacks whose state changed.
  public var states: [PlaybackState]

  /// Makes a batch.
  public init(
    id: UInt64,
    receivedAt: Timestamp,
    facts: [Fact],
    states: [PlaybackState] = []
  ) {
    self.id = id
    self.receivedAt = receivedAt
    self.facts = facts
    self.states = states
  }
}

/// What the collector has to remember of a playback between two pings.
public struct PlaybackState: Hashable, Sendable {
  /// Whose state.
  public let playback: PlaybackID
  /// When its last ping arrived; the state is kept for 48 hours after it.
  public let lastPingAt: Timestamp
  /// The state, as the collector encodes it; opaque to the sink.
  public let bytes: [UInt8]

  /// Makes a state record.
  public init(playback: PlaybackID, lastPingAt: Timestamp, bytes: [UInt8]) {
    self.playback = playback
    self.lastPingAt = lastPingAt
    self.bytes = bytes
  }
}
