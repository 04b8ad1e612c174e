public import PlaybackFacts
public import QueryCore

/// What became of the pings of the last 48 hours, as far as the source has stored it.
public protocol PingHistoryReading: Sendable {
  /// What became of the pings of one playback, viewer or media item.
  ///
  /// - Parameters:
  ///   - selection: whose pings.
  ///   - limit: the most pings, ≥ 1; the newest are returned where there are more.
  /// - Returns: the pings in the order of their receipt, the newest last.
  /// - Throws: ``QueryError/unavailable(reason:publicReason:)`` where the source can't be read,
  ///   ``QueryError/notProvided`` where it has no such history.
  func pingHistory(of selection: PingSelection, limit: Int) async throws(QueryError) -> PingHistory
}

/// Whose pings are asked for.
public enum PingSelection: Hashable, Sendable {
  case playback(PlaybackID)
  case viewer(ViewerID)
  /// The media item as its facts name it.
  case media(String)

  /// Whether a ping is one of them.
  public func contains(_ playback: PlaybackID, _ viewer: ViewerID, _ mediaID: String) -> Bool {
    switch self {
    case .playback(let id): id == playback
    case .viewer(let id): id == viewer
    case .media(let id): id == mediaID
    }
  }
}

/// Pings of the last 48 hours, each with what became of it and the facts that it made.
public struct PingHistory: Hashable, Sendable {
  /// A ping and what became of it.
  public struct Ping: Hashable, Sendable {
    /// Whose ping, as ``PlaybackFacts/PlaybackID``.
    public var playback: PlaybackID
    /// Who watches, as in the facts; 0 where no event could be believed.
    public var viewer: ViewerID
    /// The media item as the facts name it.
    public var mediaID: String
    /// When it arrived.
    public var receivedAt: Timestamp
    /// What became of its events.
    public var outcome: PingOutcome
    /// The facts that it made.
    public var facts: [MadeFact]

    /// Makes a ping.
    public init(
      playback: PlaybackID,
      viewer: ViewerID,
      mediaID: String,
      receivedAt: Timestamp,
      outcome: PingOutcome,
      facts: [MadeFact] = []
    ) {
      self.playback = playback
      self.viewer = viewer
      self.mediaID = mediaID
      self.receivedAt = receivedAt
      self.outcome = outcome
      self.facts = facts
    }
  }

  /// A fact without its playback, which is that of its ping.
  public struct MadeFact: Hashable, Sendable {
    /// What happened.
    public var kind: FactKind
    /// When; of watch and stall, the start of the slot.
    public var time: Timestamp
    /// How much, as in ``PlaybackFacts/Fact``.
    public var value: Int64?

    /// Makes a fact.
    public init(_ kind: FactKind, at time: Timestamp, value: Int64? = nil) {
      self.kind = kind
      self.time = time
      self.value = value
    }
  }

  /// The pings in the order of their receipt, the newest last.
  public var pings: [Ping]
  /// How many pings there are, those beyond the limit included.
  public var total: Int
  /// When the oldest ping of anybody in the history arrived, to some seconds; nil where there is none.
  public var since: Timestamp?

  /// Makes a history.
  public init(pings: [Ping], total: Int, since: Timestamp?) {
    self.pings = pings
    self.total = total
    self.since = since
  }
}
