public import AnalyticsSource
public import PlaybackFacts

/// What was watched beside results: live facts, and the state of source and program.
public struct Observed: Hashable, Sendable {
  /// The newest facts, the newest last; at most ``limit``.
  public internal(set) var facts: [Fact] = []
  /// How many arrived since they are watched.
  public internal(set) var passed = 0
  /// The state of the source; nil until it said so.
  public internal(set) var health: SourceHealth?
  /// What this program takes from the machine.
  public internal(set) var process: ProcessUse?
  /// Why it is not known.
  public internal(set) var fault: String?
  private var isFirst = true
  /// What is watched now.
  var subject: Observation?

  /// The most facts that are held.
  static let limit = 500

  /// Begins again: the facts there are at first have not passed by, and may be known already.
  mutating func restart() {
    isFirst = true
  }

  mutating func pass(_ recent: RecentFacts) {
    if isFirst {
      isFirst = false
      (facts, passed, fault) = (Array(recent.facts.suffix(Self.limit)), 0, nil)
      return
    }
    passed += recent.facts.count + recent.skipped
    facts = Array((facts + recent.facts).suffix(Self.limit))
    fault = nil
  }
}
