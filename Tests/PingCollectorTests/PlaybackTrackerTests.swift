import PlaybackFacts
import Testing

@testable import PingCollector

@Suite("Playback tracker")
struct PlaybackTrackerTests {
  static let start = Timeline.start

  /// An event so many seconds after the start.
  static func event(
    _ kind: PlayerEvent.Kind,
    _ seconds: Double,
    position: Double? = nil,
    isPaused: Bool? = nil,
    code: Int64? = nil
  ) -> PlayerEvent {
    let time = start + Int64(seconds * 1000)
    return PlayerEvent(kind, at: time, position: position, isPaused: isPaused, errorCode: code)
  }

  static func ping(sent: Double?, mediaID: String = "vi1", _ events: [PlayerEvent]) -> PlayerPing {
    PlayerPing(
      sentAt: sent.map { start + Int64($0 * 1000) },
      sessionID: "s",
      playbackID: "p",
      mediaID: mediaID,
      events: events
    )
  }

  /// Applies a ping that is received as many seconds after the start.
  static func apply(
    _ events: [PlayerEvent],
    sent: Double?,
    received: Double,
    to tracker: inout PlaybackTracker
  ) -> PlaybackTracker.Result {
    tracker.apply(ping(sent: sent, events), receivedAt: start + Int64(received * 1000))
  }

  /// The facts of events that come in one ping, over a connection without delay.
  static func facts(_ events: [PlayerEvent], mediaID: String = "vi1") -> [Fact] {
    var tracker = PlaybackTracker(.sample(mediaID: mediaID))
    let last = events.map { Double($0.emittedAt - start) / 1000 }.max() ?? 0
    return apply(events, sent: last, received: last, to: &tracker).facts
  }

  // MARK: - Rules

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
      name: "loaded after a play plays on",
      a: event(.loaded, 10, position: 10, isPaused: false),
      b: event(.timeUpdate, 15, position: 15),
      watched: 5000,
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
      name: "over 90 s nothing counts",
      a: event(.timeUpdate, 10, position: 10),
      b: event(.timeUpdate, 100.001, position: 100),
      watched: 0,
      stalled: 0
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

  @Test func `a playback that is loaded but not asked to play does not play`() {
    let facts = Self.facts([
      Self.event(.loaded, 0, position: 0, isPaused: false),
      Self.event(.pause, 5, position: 5),
    ])

    #expect(lines(facts) == ["impression at 0"])
  }

  @Test func `waiting before the start is no stall, not even in the interval that ends with it`() {
    let facts = Self.facts([
      Self.event(.play, 0, position: 0), Self.event(.timeUpdate, 5, position: 0),
      Self.event(.timeUpdate, 10, position: 3), Self.event(.timeUpdate, 15, position: 6),
    ])

    #expect(total(.watch, facts) == 6000)
    #expect(total(.stall, facts) == 2000)
  }

  @Test(arguments: [(5.0, "impression at 3"), (1.0, "impression 2000 at 3")])
  func `the impression takes from the source set before it`(setAt: Double, line: String) {
    let facts = Self.facts([Self.event(.sourceSet, setAt), Self.event(.loaded, 3)])

    #expect(lines(facts) == [line])
  }

  static let errors: [(code: Int64?, lines: [String])] = [
    (nil, ["error 0 at 1"]), (0, ["error 0 at 1"]), (1, []), (2, ["error 2 at 1"]),
    (4, ["error 4 at 1"]), (-7, ["error -7 at 1"]),
  ]

  @Test(arguments: errors)
  func `an error counts unless the user wished it`(code: Int64?, expected: [String]) {
    let facts = Self.facts([Self.event(.error, 1, code: code)])

    #expect(lines(facts) == expected)
  }

  // MARK: - Slots

  @Test func `the parts of an interval in its slots add up`() {
    // 10,001 ms in 17 s are spread over 13.4 s of one slot and 3.6 s of the next.
    let facts = Self.facts([
      Self.event(.play, 0.6, position: 0), Self.event(.timeUpdate, 6.6, position: 6),
      Self.event(.timeUpdate, 23.6, position: 16.001),
    ])

    #expect(
      lines(facts).filter { $0.hasPrefix("watch") || $0.hasPrefix("stall") } == [
        "watch 13883 at 0", "stall 5517 at 0", "watch 2118 at 20", "stall 1482 at 20",
      ]
    )
  }

  @Test func `pings that were held up and come all at once lose nothing`() {
    var tracker = PlaybackTracker(.sample())
    var facts: [Fact] = []
    for k in 0...24 {
      let sent = Double(k) * 5
      let event = Self.event(k == 0 ? .play : .timeUpdate, sent, position: sent)
      facts += Self.apply([event], sent: sent, received: 120, to: &tracker).facts
    }

    #expect(total(.watch, facts) == 120_000)
    #expect(facts.allSatisfy { $0.time <= Self.start + 120_000 })
    expectSoundness(of: facts)
  }

  @Test func `a playback of hours has a small state`() {
    var tracker = PlaybackTracker(.sample())
    var size = 0
    for k in 0..<3000 {
      let seconds = Double(k) * 5
      let event = Self.event(k == 0 ? .play : .timeUpdate, seconds, position: seconds)
      _ = Self.apply(
        [event],
        sent: seconds,
        received: seconds + Double(k % 7) / 10,
        to: &tracker
      )
      size = max(size, tracker.bytes.count)
    }

    #expect(size < 400)
    // Many are kept: none has room to grow.
    #expect(tracker.bytes.capacity < tracker.bytes.count + 32)
  }

  // MARK: - Time

  @Test func `the smallest delay of twelve pings corrects the clock`() {
    var tracker = PlaybackTracker(.sample())
    var times: [Int64] = []
    // The player's clock is 100 s fast; the first ping took 2 s, the others 5 s.
    for k in 0..<14 {
      let sent = 100 + Double(k)
      let received = Double(k) + (k == 0 ? 2 : 5)
      _ = Self.apply(
        [Self.event(.timeUpdate, sent - 10)],
        sent: sent,
        received: received,
        to: &tracker
      )
      times.append((tracker.window.events.last?.time ?? 0) - Self.start.milliseconds)
    }

    #expect(times[0] == -8000)
    #expect(times[11] == 11_000 - 8000)
    #expect(times[12] == 12_000 - 5000)
  }

  @Test func `no event is later than its receipt`() {
    var tracker = PlaybackTracker(.sample())

    let result = Self.apply([Self.event(.loaded, 50)], sent: 10, received: 12, to: &tracker)

    #expect(lines(result.facts) == ["impression at 12"])
  }

  @Test func `a ping that does not say when it was sent was sent with its last event`() {
    var tracker = PlaybackTracker(.sample())
    let events = [Self.event(.loaded, 100), Self.event(.play, 103)]

    let result = Self.apply(events, sent: nil, received: 4, to: &tracker)

    #expect(lines(result.facts) == ["impression at 1", "play at 4"])
  }

  static let edges: [(seconds: Double, refusal: EventRefusal?)] = [
    (-172_800, nil), (-172_800.001, .tooOld), (60, nil), (60.001, .afterSending),
  ]

  @Test(arguments: edges)
  func `events from two days ago or a minute ahead are refused`(
    at seconds: Double,
    refusal: EventRefusal?
  ) {
    var tracker = PlaybackTracker(.sample())

    let result = Self.apply([Self.event(.loaded, seconds)], sent: 0, received: 0, to: &tracker)

    #expect(result.events.refused == (refusal.map { [$0: 1] } ?? [:]))
    #expect(result.facts.count == (refusal == nil ? 1 : 0))
  }

  @Test func `a ping of which everything is refused changes nothing`() {
    var tracker = PlaybackTracker(.sample())
    _ = Self.apply([Self.event(.loaded, 0)], sent: 1, received: 1, to: &tracker)
    let before = tracker

    let result = Self.apply([Self.event(.play, 100)], sent: 1, received: 1, to: &tracker)

    #expect(result.facts.isEmpty)
    #expect(tracker == before)
  }
}
