import PlaybackFacts
import Testing

@testable import PingCollector

@Suite("Time between two events")
struct IntervalRuleTests: PlayedEvents {
  struct Rule: CustomTestStringConvertible, Sendable {
    let name: String
    var mediaID = "vi1"
    /// The interval begins with the first and ends with the second.
    let a, b: PlayerEvent
    let watched, stalled: Int64

    var testDescription: String { name }
  }

  static let rules: [Rule] = [
    Rule(
      name: "after a pause nothing is watched",
      a: event(.pause, 10, position: 10),
      b: event(.timeUpdate, 15, position: 15),
      watched: 0,
      stalled: 0
    ),
    Rule(
      name: "a time update that is paused does not play on",
      a: event(.timeUpdate, 10, position: 10, isPaused: true),
      b: event(.timeUpdate, 15, position: 15),
      watched: 0,
      stalled: 0
    ),
    Rule(
      name: "an end that claims to play does not",
      a: event(.end, 10, position: 10, isPaused: false),
      b: event(.timeUpdate, 15, position: 15),
      watched: 0,
      stalled: 0
    ),
    Rule(
      name: "a source set that claims to play plays",
      a: event(.sourceSet, 10, position: 0, isPaused: false),
      b: event(.timeUpdate, 15, position: 5),
      watched: 5000,
      stalled: 0
    ),
    Rule(
      name: "a source set that claims nothing is paused",
      a: event(.sourceSet, 10, position: 0),
      b: event(.timeUpdate, 15, position: 5),
      watched: 0,
      stalled: 0
    ),
    Rule(
      name: "loaded that claims nothing plays",
      a: event(.loaded, 10, position: 10),
      b: event(.timeUpdate, 15, position: 15),
      watched: 5000,
      stalled: 0
    ),
    Rule(
      name: "an error ends playing, whatever it claims",
      a: event(.error, 10, position: 10, isPaused: false, code: 2),
      b: event(.timeUpdate, 15, position: 15),
      watched: 0,
      stalled: 0
    ),
    Rule(
      name: "exactly 90 s count",
      a: event(.timeUpdate, 10, position: 10),
      b: event(.timeUpdate, 100, position: 100),
      watched: 90_000,
      stalled: 0
    ),
    Rule(
      name: "over 90 s a position that moved as long proves that it was watched",
      a: event(.timeUpdate, 10, position: 10),
      b: event(.timeUpdate, 210, position: 209),
      watched: 200_000,
      stalled: 0
    ),
    Rule(
      name: "over 90 s a position that moved for a second longer proves it too",
      a: event(.timeUpdate, 10, position: 10),
      b: event(.timeUpdate, 210, position: 211),
      watched: 200_000,
      stalled: 0
    ),
    Rule(
      name: "over 90 s nothing counts where the position is a ms further off",
      a: event(.timeUpdate, 10, position: 10),
      b: event(.timeUpdate, 210, position: 208.999),
      watched: 0,
      stalled: 0
    ),
    Rule(
      name: "over 90 s nothing counts without a position",
      a: event(.timeUpdate, 10, position: 10),
      b: event(.timeUpdate, 210),
      watched: 0,
      stalled: 0
    ),
    Rule(
      name: "over 90 s nothing counts of a live stream",
      mediaID: "li1",
      a: event(.timeUpdate, 10, position: 10),
      b: event(.timeUpdate, 210, position: 210),
      watched: 0,
      stalled: 0
    ),
    Rule(
      name: "over 90 s a paused player proves nothing",
      a: event(.timeUpdate, 10, position: 10, isPaused: true),
      b: event(.timeUpdate, 210, position: 210),
      watched: 0,
      stalled: 0
    ),
    Rule(
      name: "at most 30 s of an interval are stalled",
      a: event(.timeUpdate, 10, position: 10),
      b: event(.timeUpdate, 70, position: 15),
      watched: 5000,
      stalled: 30_000
    ),
    Rule(
      name: "a stall of 30 s counts in full",
      a: event(.timeUpdate, 10, position: 10),
      b: event(.timeUpdate, 40, position: 10),
      watched: 0,
      stalled: 30_000
    ),
    Rule(
      name: "at most a second before a seek counts, and the rest is no stall",
      a: event(.timeUpdate, 10, position: 10),
      b: event(.seek, 14, position: 500),
      watched: 1000,
      stalled: 0
    ),
    Rule(
      name: "all of less than a second before a seek counts",
      a: event(.timeUpdate, 10, position: 10),
      b: event(.seek, 10.4, position: 500),
      watched: 400,
      stalled: 0
    ),
    Rule(
      name: "after a seek the position may be the old one: far ahead",
      a: event(.seek, 10, position: 10),
      b: event(.timeUpdate, 15, position: 500),
      watched: 5000,
      stalled: 0
    ),
    Rule(
      name: "after a seek the position may be the old one: behind",
      a: event(.seek, 10, position: 500),
      b: event(.timeUpdate, 15, position: 15),
      watched: 5000,
      stalled: 0
    ),
    Rule(
      name: "after a seek a position that fits is believed",
      a: event(.seek, 10, position: 500),
      b: event(.timeUpdate, 15, position: 502),
      watched: 2000,
      stalled: 3000
    ),
    Rule(
      name: "after a seek a position up to a second ahead is believed",
      a: event(.seek, 10, position: 500),
      b: event(.timeUpdate, 15, position: 506),
      watched: 5000,
      stalled: 0
    ),
    Rule(
      name: "a live stream whose position moves back is watched",
      mediaID: "li1",
      a: event(.timeUpdate, 10, position: 30),
      b: event(.timeUpdate, 15, position: 29),
      watched: 5000,
      stalled: 0
    ),
    Rule(
      name: "a live stream whose position rests stands still",
      mediaID: "li1",
      a: event(.timeUpdate, 10, position: 30),
      b: event(.timeUpdate, 15, position: 30),
      watched: 0,
      stalled: 5000
    ),
    Rule(
      name: "a live stream whose position moves slower than time stalls",
      mediaID: "li1",
      a: event(.timeUpdate, 10, position: 30),
      b: event(.timeUpdate, 15, position: 33),
      watched: 3000,
      stalled: 2000
    ),
    Rule(
      name: "without a position all is watched",
      a: event(.timeUpdate, 10),
      b: event(.timeUpdate, 15, position: 15),
      watched: 5000,
      stalled: 0
    ),
    Rule(
      name: "no more is watched than time has passed",
      a: event(.timeUpdate, 10, position: 10),
      b: event(.timeUpdate, 15, position: 20),
      watched: 5000,
      stalled: 0
    ),
    Rule(
      name: "a position that goes back stands still",
      a: event(.timeUpdate, 10, position: 10),
      b: event(.timeUpdate, 15, position: 8),
      watched: 0,
      stalled: 5000
    ),
    Rule(
      name: "a rest of 99 ms is watched",
      a: event(.timeUpdate, 10, position: 10),
      b: event(.timeUpdate, 15, position: 14.901),
      watched: 5000,
      stalled: 0
    ),
    Rule(
      name: "a rest of 100 ms is stalled",
      a: event(.timeUpdate, 10, position: 10),
      b: event(.timeUpdate, 15, position: 14.9),
      watched: 4900,
      stalled: 100
    ),
    Rule(
      name: "a rest of all of 99 ms is stalled",
      a: event(.timeUpdate, 10, position: 10),
      b: event(.timeUpdate, 10.099, position: 10),
      watched: 0,
      stalled: 99
    ),
    Rule(
      name: "an error that follows ends an interval like any other",
      a: event(.timeUpdate, 10, position: 10),
      b: event(.error, 15, position: 13, code: 2),
      watched: 3000,
      stalled: 2000
    ),
  ]

  @Test(arguments: rules)
  func `the time between two events is counted by the first rule that applies`(_ rule: Rule) {
    // Something was watched before, so that stalls count, and the player was paused then.
    let before = [
      Self.event(.play, 0, position: 0), Self.event(.timeUpdate, 1, position: 1),
      Self.event(.pause, 1, position: 1),
    ]

    let facts = Self.facts(before + [rule.a, rule.b], mediaID: rule.mediaID)

    #expect(total(.watch, facts) == 1000 + rule.watched)
    #expect(total(.stall, facts) == rule.stalled)
  }

  @Test(arguments: [(172_800.0, Int64(172_800_000)), (172_800.001, 0)])
  func `a position proves at most two days, as no event may be older`(
    seconds: Double,
    watched: Int64
  ) {
    var tracker = PlaybackTracker(.sample())
    var facts: [Fact] = []
    for time in [0, seconds] {
      let event = Self.event(.timeUpdate, time, position: time)
      facts += Self.apply([event], sent: time, received: time, to: &tracker).facts
    }
    // Far more slots than are remembered, and then an event in between them.
    let late = Self.event(.pause, seconds - 60, position: seconds - 60)
    let again = Self.apply([late], sent: seconds, received: seconds, to: &tracker).facts

    #expect(total(.watch, facts) == watched)
    #expect(total(.watch, again) == (watched > 0 ? -60_000 : 172_740_001))
    #expect(tracker.bytes.count < 300)
    expectSoundness(of: facts + again)
  }
}
