public import PlaybackFacts

/// Something that a player says has happened.
public struct PlayerEvent: Hashable, Sendable {
  /// What happened; the raw value is what is on the wire.
  public enum Kind: UInt8, CaseIterable, Hashable, Sendable {
    case loaded = 1
    case play, pause, timeUpdate, error, end, seek, sourceSet
  }

  /// What happened.
  public var kind: Kind
  /// When, by the player's clock.
  public var emittedAt: Timestamp
  /// Where in the media, in seconds; nil if unknown.
  public var position: Double?
  /// Whether the player was paused; nil if it didn't say.
  public var isPaused: Bool?
  /// 0 none, 1 aborted, 2 network, 3 decoding, 4 not supported; nil if it didn't say.
  public var errorCode: Int64?

  /// Makes an event.
  public init(
    _ kind: Kind,
    at emittedAt: Timestamp,
    position: Double? = nil,
    isPaused: Bool? = nil,
    errorCode: Int64? = nil
  ) {
    self.kind = kind
    self.emittedAt = emittedAt
    self.position = position
    self.isPaused = isPaused
    self.errorCode = errorCode
  }
}

/// Why an event of an accepted ping counts for nothing.
public enum EventRefusal: String, Error, CaseIterable, Hashable, Sendable {
  /// It came after the twentieth of its ping.
  case tooMany = "too-many"
  /// It is no JSON object, or a value has another type than the wire format says.
  case wrongType = "wrong-type"
  /// It has no `eat`.
  case noTime = "no-time"
  /// It has no `typ`, or one that isn't known.
  case unknownType = "unknown-type"
  /// A number is not finite or beyond ±2⁵³.
  case numberOutOfRange = "number-out-of-range"
  /// It happened more than 48 hours before it was received.
  case tooOld = "too-old"
  /// It happened more than 60 s after its ping was sent.
  case afterSending = "after-sending"
  /// What is kept of its playback can't be read, so nothing could be counted exactly once.
  case unreadableState = "unreadable-state"
}
