public import PlaybackFacts

/// A batch of events of one playback, as a player sends it every five seconds.
public struct PlayerPing: Hashable, Sendable {
  /// What a ping may hold at most.
  public enum Limit {
    /// 65,536: the bytes of a body.
    public static let bodyBytes = 65_536
    /// 255: the bytes of an id.
    public static let idBytes = 255
    /// 20: the events that count.
    public static let events = 20
    /// 2,048: the characters of a referrer.
    public static let referrerCharacters = 2048
    /// 2⁵³: how far from 0 a number may be.
    public static let number: Double = 9_007_199_254_740_992
  }

  /// When it was sent, by the player's clock; nil if that is missing or makes no sense.
  public var sentAt: Timestamp?
  /// The player's name for the browser tab or app launch.
  public var sessionID: String
  /// The player's name for this load of this media item.
  public var playbackID: String
  /// The media item; ids of live streams begin with `li`.
  public var mediaID: String
  /// The address of the page; empty from apps.
  public var referrer: String
  /// The version of the sender.
  public var version: String
  /// What happened, oldest first; at most 20.
  public var events: [PlayerEvent]
  /// How many events were refused while the ping was read, by reason.
  public var refusedEvents: [EventRefusal: Int]

  /// Makes a ping.
  public init(
    sentAt: Timestamp?,
    sessionID: String,
    playbackID: String,
    mediaID: String,
    referrer: String = "",
    version: String = "",
    events: [PlayerEvent],
    refusedEvents: [EventRefusal: Int] = [:]
  ) {
    self.sentAt = sentAt
    self.sessionID = sessionID
    self.playbackID = playbackID
    self.mediaID = mediaID
    self.referrer = referrer
    self.version = version
    self.events = events
    self.refusedEvents = refusedEvents
  }

  /// The playback that the facts belong to.
  public var playback: PlaybackID { PlaybackID(playbackID) }
}
