import PlaybackFacts

/// What became of the events of one ping or of many.
public struct EventCounts: Hashable, Sendable {
  /// Events that were taken in.
  public var accepted = 0
  /// Events that had been taken in already.
  public var duplicates = 0
  /// Events older than the newest two minutes, which count only for what happens once.
  public var late = 0
  /// Events that count for nothing, by reason.
  public var refused: [EventRefusal: Int] = [:]

  /// Makes counts that are all 0.
  public init() {}

  /// Whether no event had a chance to change anything.
  var areAllRefused: Bool { accepted + duplicates + late == 0 }

  /// The counts as a history of pings has them.
  ///
  /// - Parameter outOfOrder: How many of the accepted events are older than one of an earlier ping.
  /// - Returns: The same counts, with the names of the refusals.
  func outcome(outOfOrder: Int = 0) -> PingOutcome {
    PingOutcome(
      accepted: accepted,
      outOfOrder: outOfOrder,
      duplicates: duplicates,
      late: late,
      refused: refused.isEmpty
        ? [:] : Dictionary(uniqueKeysWithValues: refused.map { ($0.rawValue, $1) })
    )
  }

  /// Adds other counts.
  public static func += (lhs: inout EventCounts, rhs: EventCounts) {
    lhs.accepted += rhs.accepted
    lhs.duplicates += rhs.duplicates
    lhs.late += rhs.late
    lhs.refused.merge(rhs.refused, uniquingKeysWith: +)
  }
}
