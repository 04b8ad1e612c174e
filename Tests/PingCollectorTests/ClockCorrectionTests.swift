import PlaybackFacts
import Testing

@testable import PingCollector

@Suite("Correction of the clock")
struct ClockCorrectionTests: PlayedEvents {
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
