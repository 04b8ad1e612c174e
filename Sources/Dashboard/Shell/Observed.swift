public import AnalyticsSource
public import PlaybackFacts

/// What was watched beside results: live facts, and the state of source and program.
public struct Observed: Hashable, Sendable {
  /// A fact with its number: how many had arrived with it since they are watched.
  struct Entry: Hashable, Sendable {
    let number: Int
    let fact: Fact
  }

  /// The newest facts, the newest last: at most ``limit`` heartbeats and as many others, which are few beside them.
  private(set) var entries: [Entry] = []
  /// How many arrived since they are watched.
  public internal(set) var passed = 0
  /// The state of the source; nil until it said so.
  public internal(set) var health: SourceHealth?
  /// What this program takes from the machine.
  public internal(set) var process: ProcessUse?
  /// What both were before.
  public internal(set) var history = HealthHistory()
  /// Why it is not known.
  public internal(set) var fault: String?
  private var isFirst = true
  private var watch = 0
  /// What is watched now.
  var subject: Observation?

  /// The most facts of a kind that are held.
  static let limit = 500

  /// The newest facts, the newest last.
  public var facts: [Fact] { entries.map(\.fact) }

  /// Whether the facts of two instants were watched without a break in between.
  func isOfSameWatch(as other: Observed) -> Bool { watch == other.watch }

  /// Begins again: the facts there are at first have not passed by, and may be known already.
  mutating func restart() {
    isFirst = true
    watch += 1
  }

  /// Forgets everything: nothing of it is of the source that is watched from now on.
  mutating func forget() {
    let last = watch
    self = Observed()
    watch = last + 1
  }

  mutating func pass(_ recent: RecentFacts) {
    fault = nil
    if isFirst {
      isFirst = false
      passed = 0
      entries = Self.newest(
        recent.facts.enumerated().map { index, fact in
          Entry(number: index + 1 - recent.facts.count, fact: fact)
        }
      )
      return
    }
    let first = passed + recent.skipped
    passed = first + recent.facts.count
    let news = recent.facts.enumerated().map { Entry(number: first + $0 + 1, fact: $1) }
    entries = Self.newest(entries + news)
  }

  private static func newest(_ entries: [Entry]) -> [Entry] {
    guard entries.count > limit else { return entries }
    var room = (heartbeats: limit, others: limit)
    let newest = entries.reversed().filter { entry in
      if entry.fact.kind.isHeartbeat {
        room.heartbeats -= 1
        return room.heartbeats >= 0
      }
      room.others -= 1
      return room.others >= 0
    }
    return newest.reversed()
  }
}
