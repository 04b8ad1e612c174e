import PlaybackFacts
import Testing

@testable import PingCollector

@Suite("Late events")
struct LateEventTests {
  private typealias Player = PlaybackTrackerTests

  @Test func `a late pause takes back what was counted as watched`() {
    var tracker = PlaybackTracker(.sample())
    let first = Player.apply(
      [Player.event(.play, 0, position: 0), Player.event(.timeUpdate, 30, position: 30)],
      sent: 30,
      received: 30,
      to: &tracker
    )

    let second = Player.apply(
      [Player.event(.pause, 10, position: 10), Player.event(.play, 29, position: 29)],
      sent: 30,
      received: 31,
      to: &tracker
    )

    #expect(lines(first.facts).contains("watch 20000 at 0"))
    #expect(lines(second.facts) == ["watch -10000 at 0", "watch -9000 at 20"])
  }

  @Test func `an event older than two minutes counts only for what happens once`() {
    var tracker = PlaybackTracker(.sample())
    _ = Player.apply(
      [Player.event(.timeUpdate, 200, position: 50)],
      sent: 200,
      received: 200,
      to: &tracker
    )
    let events = [
      Player.event(.loaded, 70, position: 0), Player.event(.play, 71, position: 0),
      Player.event(.timeUpdate, 79.999, position: 9),
      Player.event(.error, 79, code: 3), Player.event(.end, 79.5, position: 9),
    ]

    let result = Player.apply(events, sent: 200, received: 201, to: &tracker)

    #expect(
      lines(result.facts) == ["impression at 70", "play at 71", "error 3 at 79", "end at 79.5"]
    )
    #expect(result.events.late == 5)
  }

  @Test func `an event between the oldest of the window and the one before it is put in place`() {
    var tracker = PlaybackTracker(.sample())
    for seconds in [0.0, 60, 119, 179] {
      _ = Player.apply(
        [Player.event(seconds == 0 ? .play : .timeUpdate, seconds, position: seconds)],
        sent: seconds,
        received: seconds,
        to: &tracker
      )
    }

    let result = Player.apply(
      [Player.event(.pause, 59.5, position: 59.5)],
      sent: 179,
      received: 179,
      to: &tracker
    )

    #expect(result.events.accepted == 1)
    #expect(total(.watch, result.facts) == -500)
  }

  @Test func `an event is known by its time and type`() {
    var tracker = PlaybackTracker(.sample())
    let events = [Player.event(.play, 0, position: 0), Player.event(.timeUpdate, 5, position: 5)]
    _ = Player.apply(events, sent: 5, received: 5, to: &tracker)

    let again = Player.apply(
      [
        Player.event(.timeUpdate, 5, position: 1, isPaused: true),
        Player.event(.seek, 5, position: 9),
      ],
      sent: 6,
      received: 6,
      to: &tracker
    )

    #expect(again.events.duplicates == 1)
    #expect(again.events.accepted == 1)
    #expect(again.facts.isEmpty)
  }

  @Test func `what happened once keeps its time when an earlier event comes late`() {
    var tracker = PlaybackTracker(.sample())
    let first = Player.apply(
      [Player.event(.play, 10, position: 0)],
      sent: 10,
      received: 10,
      to: &tracker
    )

    let second = Player.apply(
      [Player.event(.play, 5, position: 0)],
      sent: 10,
      received: 11,
      to: &tracker
    )

    #expect(lines(first.facts) == ["play at 10"])
    #expect(second.facts.isEmpty)
  }

  @Test func `a source set that comes after the impression leaves its time unknown`() {
    var tracker = PlaybackTracker(.sample())
    let first = Player.apply(
      [Player.event(.loaded, 2, isPaused: true)],
      sent: 2,
      received: 2,
      to: &tracker
    )

    let second = Player.apply([Player.event(.sourceSet, 1)], sent: 2, received: 3, to: &tracker)

    #expect(lines(first.facts) == ["impression at 2"])
    #expect(second.facts.isEmpty)
  }

  @Test func `a seek that comes late takes back the fall of a live stream's position`() {
    let events = [
      Player.event(.play, 0, position: 50), Player.event(.timeUpdate, 5, position: 55),
      Player.event(.timeUpdate, 10, position: 20), Player.event(.timeUpdate, 15, position: 22),
    ]
    let seek = Player.event(.seek, 9, position: 19)
    var late = PlaybackTracker(.sample(mediaID: "li1"))
    var facts = late.apply(Player.ping(sent: 15, events), receivedAt: Player.start + 15_000).facts

    let fallen = (total(.watch, facts), total(.stall, facts))
    facts += late.apply(Player.ping(sent: 15, [seek]), receivedAt: Player.start + 15_000).facts

    #expect(fallen == (15_000, 0))
    // Before the seek 5 s and the last second, after it 1 s, and then 2 of 5 s.
    #expect((total(.watch, facts), total(.stall, facts)) == (9000, 3000))
  }

  @Test func `the window holds no more than its capacity`() {
    var tracker = PlaybackTracker(.sample())
    for k in 0..<400 {
      let seconds = Double(k) / 10
      _ = Player.apply(
        [Player.event(k == 0 ? .play : .timeUpdate, seconds, position: seconds)],
        sent: seconds,
        received: seconds,
        to: &tracker
      )
    }

    #expect(tracker.window.events.count == EventWindow.capacity)
    #expect(tracker.window.before.watched == 15_900)
    #expect(tracker.bytes.count < 1500)
  }
}
