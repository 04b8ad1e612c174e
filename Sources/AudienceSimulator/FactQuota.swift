import PlaybackFacts

/// How large an audience has to be, hour by hour, so that a given number of facts comes of it.
struct FactQuota: Sendable {
  /// The size that is expected to fit.
  let playbacksPerHour: Double
  /// How many facts there are so far.
  var produced = 0

  private let wanted: Int
  /// For each hour: the facts that are expected of it and all later ones, at the expected size.
  private var expectedFrom: [Timestamp: Double] = [:]

  /// How far the size may go from the expected one, so that no hour has to make up for all.
  private static let latitude = 0.75...1.33

  init(_ wanted: Int, of audience: Audience, during timeframe: Timeframe) {
    self.wanted = wanted
    let sample = AudienceSample(of: audience)
    var expected: [(hour: Timestamp, facts: Double)] = []
    for (minute, scene) in AudienceMinutes(of: audience, in: timeframe) {
      let age = timeframe.to - minute
      let ofEvents = scene.events.reduce(0) { $0 + $1.arrivals(inMinuteAt: minute) }
      let facts =
        scene.arrivalsPerMinute * sample.usual.facts(at: age)
        + ofEvents * sample.ofEvents.facts(at: age)
      let hour = minute.floored(to: Milliseconds.hour)
      if expected.last?.hour == hour {
        expected[expected.endIndex - 1].facts += facts
      } else {
        expected.append((hour, facts))
      }
    }
    let total = expected.reduce(0) { $0 + $1.facts }
    let size = total > 0 ? Double(wanted) / total : 0
    playbacksPerHour = size
    var sum = 0.0
    for (hour, facts) in expected.reversed() {
      sum += facts * size
      expectedFrom[hour] = sum
    }
  }

  /// How many times the expected size the audience has to be in an hour, after what was produced.
  func crowd(inHourAt hour: Timestamp) -> Double {
    guard let expected = expectedFrom[hour], expected > 0 else { return 1 }
    let crowd = Double(wanted - produced) / expected
    return min(max(crowd, Self.latitude.lowerBound), Self.latitude.upperBound)
  }
}
