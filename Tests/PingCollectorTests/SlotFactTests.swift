import PlaybackFacts
import Testing

@testable import PingCollector

@Suite("Facts of slots")
struct SlotFactTests: PlayedEvents {
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
}
