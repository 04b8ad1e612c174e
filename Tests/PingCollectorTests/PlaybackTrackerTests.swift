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

  struct LiveStream: CustomTestStringConvertible, Sendable {
    let name: String
    /// What comes before the interval from 10 to 15 s, with positions 40 and 43.
    let before: [PlayerEvent]
    let watched, stalled: Int64

    var testDescription: String { name }
  }

  static let liveStreams: [LiveStream] = [
    LiveStream(
      name: "after a position fell, one that moves at all was watched",
      before: [event(.timeUpdate, 5, position: 5), event(.timeUpdate, 6, position: 2)],
      watched: 5000,
      stalled: 0
    ),
    LiveStream(
      name: "after it fell while paused, too",
      before: [event(.pause, 5, position: 5), event(.timeUpdate, 6, position: 2)],
      watched: 5000,
      stalled: 0
    ),
    LiveStream(
      name: "a seek back is no fall",
      before: [event(.timeUpdate, 5, position: 5), event(.seek, 6, position: 2)],
      watched: 3000,
      stalled: 2000
    ),
    LiveStream(
      name: "nor is an old position before a seek back",
      before: [event(.seek, 5, position: 5), event(.timeUpdate, 6, position: 2)],
      watched: 3000,
      stalled: 2000
    ),
    LiveStream(
      name: "nor is one across an event without a position",
      before: [
        event(.timeUpdate, 5, position: 5), event(.timeUpdate, 6),
        event(.timeUpdate, 7, position: 2),
      ],
      watched: 3000,
      stalled: 2000
    ),
  ]

  @Test(arguments: liveStreams)
  func `a live stream's position counts until it falls without a seek`(_ stream: LiveStream) {
    let before = [Self.event(.play, 0, position: 0)] + stream.before
    let after = [
      Self.event(.timeUpdate, 10, position: 40), Self.event(.timeUpdate, 15, position: 43),
    ]

    let shorter = Self.facts(before + after.prefix(1), mediaID: "li1")
    let longer = Self.facts(before + after, mediaID: "li1")

    #expect(total(.watch, longer) - total(.watch, shorter) == stream.watched)
    #expect(total(.stall, longer) - total(.stall, shorter) == stream.stalled)
  }

  @Test func `a live stream's moving window that stands still stalls`() {
    let facts = Self.facts(
      [
        Self.event(.play, 0, position: 0), Self.event(.timeUpdate, 5, position: 5),
        Self.event(.timeUpdate, 10, position: 3), Self.event(.timeUpdate, 15, position: 3),
      ],
      mediaID: "li1"
    )

    #expect(total(.watch, facts) == 10_000)
    #expect(total(.stall, facts) == 5000)
  }

  @Test func `a fall is remembered when its events have left the window`() throws {
    var tracker = PlaybackTracker(.sample(mediaID: "li1"))
    _ = Self.apply(
      [Self.event(.play, 0, position: 50), Self.event(.timeUpdate, 5, position: 40)],
      sent: 5,
      received: 5,
      to: &tracker
    )
    for seconds in stride(from: 80.0, through: 240, by: 80) {
      let event = Self.event(.timeUpdate, seconds, position: 100 + seconds)
      _ = Self.apply([event], sent: seconds, received: seconds, to: &tracker)
    }

    #expect(tracker.window.before.hasMovingWindow)
    var copy = try #require(PlaybackTracker(bytes: tracker.bytes, of: tracker.playback.id))
    let event = Self.event(.timeUpdate, 245, position: 341)
    let facts = Self.apply([event], sent: 245, received: 245, to: &copy).facts

    #expect(total(.watch, facts) == 5000)
    #expect(total(.stall, facts) == 0)
  }

  @Test func `a playback that is loaded and paused does not play`() {
    let facts = Self.facts([
      Self.event(.loaded, 0, position: 0, isPaused: true),
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

  @Test(arguments: [
    (5.0, "impression at 3"), (3, "impression 0 at 3"), (1, "impression 2000 at 3"),
    (-117, "impression 120000 at 3"), (-117.001, "impression at 3"),
  ])
  func `the impression takes from the source set before it`(setAt: Double, line: String) {
    let facts = Self.facts([
      Self.event(.sourceSet, setAt), Self.event(.loaded, 3, isPaused: true),
    ])

    #expect(lines(facts) == [line])
  }

  @Test func `a clock that is set right between source set and loaded spoils no impression`() {
    var tracker = PlaybackTracker(.sample())
    let wrong = 20 * 86_400.0
    _ = Self.apply([Self.event(.sourceSet, -wrong)], sent: -wrong, received: 0, to: &tracker)

    let loaded = Self.event(.loaded, 2, isPaused: true)
    let result = Self.apply([loaded], sent: 2, received: 2, to: &tracker)

    #expect(lines(result.facts) == ["impression at 2"])
  }

  static let errors: [(code: Int64?, lines: [String])] = [
    (nil, ["error 0 at 1"]), (0, ["error 0 at 1"]), (1, []), (2, ["error 2 at 1"]),
    (4, ["error 4 at 1"]), (65_535, ["error 65535 at 1"]), (65_536, ["error 0 at 1"]),
    (-7, ["error 0 at 1"]),
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

  @Test func `a stall that is cut lies in all of its interval`() {
    // 10 s watched and 30 s stalled in 60 s: a third of each slot is neither.
    let facts = Self.facts([
      Self.event(.play, 0, position: 0), Self.event(.timeUpdate, 10, position: 10),
      Self.event(.timeUpdate, 70, position: 20),
    ])

    #expect(
      lines(facts).filter { $0.hasPrefix("watch") || $0.hasPrefix("stall") } == [
        "watch 11667 at 0", "stall 5000 at 0", "watch 3333 at 20", "stall 10000 at 20",
        "watch 3333 at 40", "stall 10000 at 40", "watch 1667 at 60", "stall 5000 at 60",
      ]
    )
  }

  @Test func `no slot gets a negative part of an interval`() {
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<20_000 {
      let duration = Int64.random(in: 30_001...90_000, using: &generator)
      let watched = Int64.random(in: 0...duration - 30_000, using: &generator)
      var amounts = SlotAmounts()
      // Mostly so that a first or last part of a few ms is left.
      let end = 7 * Milliseconds.slot + .random(in: -2...4, using: &generator)
      amounts.add(
        PlaybackProgress.Interval(duration: duration, watched: watched, stalled: 30_000),
        endingAt: Bool.random(using: &generator) ? end : end + duration,
        times: 1
      )

      #expect(amounts.entries.allSatisfy { $0.watched >= 0 && $0.stalled >= 0 })
      #expect(amounts.entries.allSatisfy { $0.watched + $0.stalled <= Milliseconds.slot })
      #expect(amounts.entries.reduce(0) { $0 + $1.watched } == watched)
      #expect(amounts.entries.reduce(0) { $0 + $1.stalled } == 30_000)
    }
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
    let events = [Self.event(.loaded, 100, isPaused: true), Self.event(.play, 103)]

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
