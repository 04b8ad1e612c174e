/// What became of the events of one ping, as a count for each outcome.
public struct PingOutcome: Hashable, Sendable {
  /// Events that were taken in.
  public var accepted: Int
  /// Those of ``accepted`` that are older than an event of an earlier ping.
  public var outOfOrder: Int
  /// Events that had been taken in already.
  public var duplicates: Int
  /// Events older than the newest two minutes, which count only for what happens once.
  public var late: Int
  /// Events that count for nothing, by reason, such as `too-old`.
  public var refused: [String: Int]

  /// Makes an outcome; what is left out is 0.
  public init(
    accepted: Int = 0,
    outOfOrder: Int = 0,
    duplicates: Int = 0,
    late: Int = 0,
    refused: [String: Int] = [:]
  ) {
    self.accepted = accepted
    self.outOfOrder = outOfOrder
    self.duplicates = duplicates
    self.late = late
    self.refused = refused
  }

  /// The outcome of the ping as a whole, in one word.
  public var verdict: PingVerdict {
    if accepted > 0 { return outOfOrder > 0 ? .outOfOrder : .accepted }
    if late > 0 { return .late }
    if duplicates > 0 { return .duplicate }
    return refused.isEmpty ? .empty : .refused
  }
}

/// What became of a ping as a whole: the best that became of any of its events.
public enum PingVerdict: String, CaseIterable, Hashable, Sendable {
  /// Some of its events were taken in, none of them out of order.
  case accepted
  /// Some of its events were taken in, at least one before an event of an earlier ping.
  case outOfOrder = "out-of-order"
  /// Its events are older than the newest two minutes of the playback; they count for what happens once.
  case late
  /// All of its events had been taken in already.
  case duplicate
  /// All of its events were refused.
  case refused
  /// It has no events.
  case empty
}

/// A ping of a batch, and what became of it.
public struct BatchPing: Sendable {
  /// The playback it belongs to; the viewer is 0 where no event could be believed and it has none.
  public var playback: Playback
  /// When it arrived.
  public var receivedAt: Timestamp
  /// What became of its events.
  public var outcome: PingOutcome
  /// How many facts it made: those in ``FactBatch/facts`` that follow the facts of the ping before it.
  public var factCount: Int

  /// Makes a ping of a batch.
  public init(playback: Playback, receivedAt: Timestamp, outcome: PingOutcome, factCount: Int) {
    self.playback = playback
    self.receivedAt = receivedAt
    self.outcome = outcome
    self.factCount = factCount
  }
}
