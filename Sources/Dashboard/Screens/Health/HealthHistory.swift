import AnalyticsSource
import PlaybackFacts

/// What this dashboard has seen of a source's state, oldest first, so that numbers have a past: sources don't keep
/// one.
///
/// It is bounded: once it is full, every second reading is dropped and the next ones are as far apart; from a
/// minute on, the oldest go instead, after four hours.
public struct HealthHistory: Hashable, Sendable {
  /// The state at one instant.
  struct Reading: Hashable, Sendable {
    let time: Timestamp
    /// By the uptime of this program, which can't be set.
    let uptime: Duration
    let health: SourceHealth?
    let process: ProcessUse?
  }

  static let limit = 240
  private static let longestInterval = Duration.seconds(64)
  /// What counts as now.
  private static let recentCount = 6
  /// What a source is judged by.
  static let recentTime = Duration.seconds(300)

  private(set) var readings: [Reading] = []
  /// The last readings, however close to each other.
  private var recent: [Reading] = []
  private var interval = Duration.seconds(2)

  /// Since when there are readings.
  var since: Timestamp? { readings.first?.time }

  mutating func note(_ reading: Reading) {
    recent = recent.suffix(Self.recentCount - 1) + [reading]
    if let last = readings.last, reading.uptime - last.uptime < interval * 3 / 4 { return }
    readings.append(reading)
    guard readings.count > Self.limit else { return }
    if interval >= Self.longestInterval {
      readings.removeFirst()
    } else {
      readings = readings.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
      interval *= 2
    }
  }

  /// How fast a counter grew between every two readings, each second; nil where it was reset, and while nobody
  /// looked.
  func rates(_ counter: (SourceHealth) -> Int?) -> [Double?] {
    zip(readings, readings.dropFirst()).map { before, after in
      isBreak(before, after) ? nil : Self.rate(from: before, to: after, counter)
    }
  }

  /// How fast a counter grows now, each second; nil before there are two readings.
  func currentRate(_ counter: (SourceHealth) -> Int?) -> Double? {
    guard let last = recent.last,
      let first = recent.first(where: { last.uptime - $0.uptime <= .seconds(20) })
    else { return nil }
    return Self.rate(from: first, to: last, counter)
  }

  /// By how much a counter has grown in the last minutes, resets left out; nil before there are two
  /// readings.
  func growth(over time: Duration = recentTime, _ counter: (SourceHealth) -> Int?) -> Int? {
    guard let last = recent.last else { return nil }
    let known = readings.last == last ? readings : readings + [last]
    let counts = known.filter { last.uptime - $0.uptime <= time }
      .compactMap { $0.health.flatMap(counter) }
    guard counts.count > 1 else { return nil }
    return zip(counts, counts.dropFirst()).reduce(0) { $0 + max(0, $1.1 - $1.0) }
  }

  /// A number at every reading.
  func levels(_ number: (Reading) -> Double?) -> [Double?] {
    var levels: [Double?] = []
    for (index, reading) in readings.enumerated() {
      if index > 0, isBreak(readings[index - 1], reading) { levels.append(nil) }
      levels.append(number(reading))
    }
    return levels
  }

  private func isBreak(_ before: Reading, _ after: Reading) -> Bool {
    after.uptime - before.uptime > interval * 3 + .seconds(5)
  }

  private static func rate(
    from before: Reading,
    to after: Reading,
    _ counter: (SourceHealth) -> Int?
  ) -> Double? {
    let seconds = (after.uptime - before.uptime) / .seconds(1)
    guard let first = before.health.flatMap(counter), let last = after.health.flatMap(counter),
      last >= first, seconds > 0
    else { return nil }
    return Double(last - first) / seconds
  }
}
