import PlaybackFacts

/// How far a player's clock is behind the collector's, as its last twelve pings tell.
///
/// A ping takes time to arrive, so `received − sat` is never too small by more than the clocks
/// differ: the smallest of several is the best guess.
struct ClockOffset: Hashable, Sendable {
  /// How many pings are remembered.
  static let capacity = 12

  /// `received − sat` of the last pings in ms, in the order in which they came.
  private(set) var differences: [Int64] = []

  init() {}

  init(differences: [Int64]) {
    self.differences = differences
  }

  /// What to add to the player's time, in ms; 0 before the first ping.
  var milliseconds: Int64 { differences.min() ?? 0 }

  /// Takes in the time of a further ping.
  mutating func add(_ difference: Int64) {
    if differences.count == Self.capacity { differences.removeFirst() }
    differences.append(difference)
  }
}
