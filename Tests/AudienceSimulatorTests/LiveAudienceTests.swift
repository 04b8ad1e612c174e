import AudienceSimulator
import PingCollector
import PlaybackFacts
import Testing

@Suite("Live audience") struct LiveAudienceTests {
  private let now = Audience.evening + 12_345

  @Test func `pings the same, however often it is asked`() {
    let audience = Audience(seed: 1, viewers: 20)
    var once = LiveAudience(audience, from: now)
    var often = once

    let whole = once.pings(until: now + 180_000)
    var parts: [RecordedPing] = []
    for step in 1...180 { parts += often.pings(until: now + Int64(step) * 1000) }

    #expect(!whole.isEmpty)
    #expect(Set(parts) == Set(whole))
    #expect(parts.count == whole.count)
    #expect(zip(whole, whole.dropFirst()).allSatisfy { $0.receivedAt <= $1.receivedAt })
    #expect(whole.allSatisfy { now < $0.receivedAt && $0.receivedAt <= now + 180_000 })
  }

  @Test func `is there from the first moment and stays as large`() {
    let audience = Audience(seed: 2, viewers: 60)
    // A whole week on average, and less or more by the hour: on Tuesday evening more.
    var live = LiveAudience(audience, from: now)

    var watching: [Int] = []
    for slot in 1...9 {
      let pings = live.pings(until: now + Int64(slot) * Milliseconds.slot)
      watching.append(Set(pings.map(\.ping.playbackID)).count)
    }

    #expect(watching.allSatisfy { (45...200).contains($0) })
  }

  @Test func `moves every second`() {
    var live = LiveAudience(Audience(seed: 3, viewers: 60), from: now)

    for second in 1...60 {
      #expect(!live.pings(until: now + Int64(second) * 1000).isEmpty)
    }
  }

  @Test func `comes in numbers when a live event starts`() {
    func viewers(_ audience: Audience) -> Int {
      var live = LiveAudience(audience, from: now + 20 * Milliseconds.minute)
      let pings = live.pings(until: now + 21 * Milliseconds.minute)
      return Set(pings.map(\.ping.playbackID)).count
    }

    let usual = viewers(Audience(seed: 4, viewers: 10))
    let event = viewers(Audience(seed: 4, viewers: 10, liveEventAt: Audience.evening))

    #expect(event > 3 * usual)
  }
}
