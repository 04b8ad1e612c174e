public import PlaybackFacts

/// What a collector has done since it was made.
public struct CollectorCounts: Hashable, Sendable {
  /// Pings whose facts are kept.
  public var acceptedPings = 0
  /// Pings that were at fault, by reason.
  public var refusedPings: [PingRefusal.Reason: Int] = [:]
  /// Pings that came while too many were waiting, or while the collector was stopping.
  public var rejectedPings = 0
  /// Pings whose commit failed.
  public var unkeptPings = 0
  /// What became of the events of the accepted pings.
  public var events = EventCounts()
  /// Playbacks whose media id or referrer is beyond the limits of a day, and stored as `(other)`.
  public var otherPlaybacks: [Dimension: Int] = [:]
  /// Facts that were committed.
  public var facts = 0
  /// Commits that succeeded.
  public var commits = 0
  /// Attempts to commit that failed.
  public var failedCommits = 0

  /// Makes counts that are all 0.
  public init() {}
}
