/// Where facts go to stay.
public protocol FactSink: Sendable {
  /// Keeps facts and the playback states that changed with them: all of it, or nothing.
  ///
  /// When it returns, all of it is on disk, unless the outcome says otherwise. Whether a batch whose commit
  /// threw was kept is known by sending it again: a batch that was kept already is acknowledged and not
  /// counted twice.
  @discardableResult
  func commit(_ batch: FactBatch) async throws -> CommitOutcome

  /// The kept states of those playbacks that have one.
  func playbackStates(of playbacks: [PlaybackID]) async throws -> KeptStates

  /// The key under which viewers of a UTC day are hashed; made when it is asked for first.
  func viewerKey(for day: CivilDate) async throws -> SipHash.Key

  /// Which of some values are known: those of facts that are retained, and those of ``FactBatch/newValues``.
  ///
  /// - Parameters:
  ///   - values: Media ids and referrers of new playbacks.
  ///   - hasDescribedMediaOnly: Whether media ids are known only where a title or tags were imported.
  ///   - days: UTC days whose new values are to be counted.
  /// - Returns: The known ones among them, and how many new values each day had.
  /// - Throws: What the sink throws where it can't be read.
  func knownValues(
    among values: Set<OpenValue>,
    hasDescribedMediaOnly: Bool,
    on days: Set<CivilDate>
  ) async throws -> KnownValues
}

extension FactSink {
  /// Knows every value: a sink of its own has no limits.
  public func knownValues(
    among values: Set<OpenValue>,
    hasDescribedMediaOnly: Bool,
    on days: Set<CivilDate>
  ) async throws -> KnownValues {
    KnownValues(values: values)
  }
}

/// What is committed at once.
public struct FactBatch: Sendable {
  /// Tells this batch from every other.
  public let id: UInt64
  /// When its pings arrived; for imports, when the import began.
  public let receivedAt: Timestamp
  /// When the first of its pings arrived.
  public var firstReceivedAt: Timestamp
  /// The facts, in any order.
  public var facts: [Fact]
  /// The states of the playbacks whose state changed.
  public var states: [PlaybackState]
  /// The version of the sink at which the states that these were made of were the newest; nil where nobody
  /// else writes states.
  public var statesAsOf: Int64?
  /// Whether its playbacks may be those of another collector, which can't be reached.
  public var isTakenOver = false
  /// The values that its facts and states bring for the first time.
  public var newValues: [NewValue]
  /// The pings and what became of them, in the order of their facts; empty where no history of pings is stored.
  public var pings: [BatchPing]

  /// Makes a batch.
  public init(
    id: UInt64,
    receivedAt: Timestamp,
    facts: [Fact],
    states: [PlaybackState] = [],
    statesAsOf: Int64? = nil,
    newValues: [NewValue] = [],
    pings: [BatchPing] = []
  ) {
    self.id = id
    self.receivedAt = receivedAt
    firstReceivedAt = receivedAt
    self.facts = facts
    self.states = states
    self.statesAsOf = statesAsOf
    self.newValues = newValues
    self.pings = pings
  }
}

/// What became of a batch.
public struct CommitOutcome: Hashable, Sendable {
  /// Whether all of it is kept; nothing is where another writer has changed one of its states meanwhile.
  public let isKept: Bool
  /// The version of the sink behind it.
  public let version: Int64
  /// Whose states other writers have changed since ``FactBatch/statesAsOf``; nil where that is not known any
  /// more, and it may be any.
  public let changed: Set<PlaybackID>?

  /// Makes an outcome; by itself of a batch that was kept where nobody else writes.
  public init(isKept: Bool = true, version: Int64, changed: Set<PlaybackID>? = []) {
    self.isKept = isKept
    self.version = version
    self.changed = changed
  }
}

/// The newest states of some playbacks.
public struct KeptStates: Sendable {
  /// The version of the sink that they are of.
  public let version: Int64
  /// The states of those playbacks that have one, as the collector encodes them.
  public let states: [PlaybackID: [UInt8]]

  /// Makes the states of a version.
  public init(version: Int64, states: [PlaybackID: [UInt8]]) {
    self.version = version
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
