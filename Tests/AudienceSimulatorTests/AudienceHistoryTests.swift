import AudienceSimulator
import PingCollector
import PlaybackFacts
import Testing

@Suite("Audience history") struct AudienceHistoryTests {
  private let evening = Audience.evening + 25 * Milliseconds.minute + 7123

  private func lastHours(_ hours: Int64) -> Timeframe {
    Timeframe(from: evening - hours * Milliseconds.hour, to: evening)
  }

  @Test func `is the same for the same seed only`() {
    func facts(seed: UInt64) -> [Fact] {
      var history = AudienceHistory(
        of: Audience(seed: seed, playbacksPerHour: 60),
        during: lastHours(6)
      )
      return history.all().facts
    }

    #expect(facts(seed: 1) == facts(seed: 1))
    #expect(facts(seed: 1) != facts(seed: 2))
  }

  @Test func `comes hour by hour and ends now`() {
    let timeframe = lastHours(12)
    var history = AudienceHistory(
      of: Audience(seed: 3, playbacksPerHour: 40),
      during: timeframe
    )
    var ends: [Timestamp] = []
    var progress = 0.0
    while let hour = history.next() {
      ends.append(hour.timeframe.to)
      progress = hour.progress
      let slot = hour.timeframe.from - Milliseconds.slot
      #expect(hour.facts.allSatisfy { slot <= $0.time && $0.time < hour.timeframe.to })
    }

    #expect(ends == ends.sorted())
    #expect(ends.last == evening)
    #expect(progress == 1)
    #expect(history.running.allSatisfy { $0.leavesAt > evening })
    #expect(!history.running.isEmpty)
  }

  @Test(arguments: [(20_000, 7), (30_000, 2)])
  func `has as many facts as were wanted`(facts: Int, days: Int64) {
    var history = AudienceHistory(
      of: Audience(seed: 4, playbacksPerHour: 1),
      during: lastHours(24 * days),
      facts: facts
    )
    var count = 0
    while let hour = history.next() { count += hour.facts.count }

    #expect(abs(Double(count) / Double(facts) - 1) < 0.02)
  }

  @Test func `says the same whether or not a live audience goes on with it`() {
    let audience = Audience(seed: 5, playbacksPerHour: 20, liveEventAt: Audience.evening)
    var whole = AudienceHistory(of: audience, during: lastHours(3))
    var continued = AudienceHistory(of: audience, during: lastHours(3), isContinued: true)
    let wholeFacts = whole.all().facts
    let closedFacts = continued.all().facts
    var live = LiveAudience(continuing: continued)

    let backlog = live.backlog()

    #expect(!backlog.isEmpty)
    #expect(closedFacts.count < wholeFacts.count)
    #expect(Summary(closedFacts + collected(backlog, by: audience)) == Summary(wholeFacts))
    #expect(live.backlog().isEmpty)
  }

  @Test func `an outage hits whom it hits, when it is`() {
    let start = lastHours(2).from
    let outage = Outage(at: start + 30 * Milliseconds.minute)
    func errors(_ outage: Outage?) -> [Fact] {
      var history = AudienceHistory(
        of: Audience(seed: 5, playbacksPerHour: 600, outage: outage),
        during: lastHours(2)
      )
      return history.all().facts.filter { $0.kind == .error }
    }

    let more = errors(outage)
    let usual = errors(nil)
    let hit = more.filter { outage.hits($0.playback.country, at: $0.time) }

    #expect(hit.count > 20)
    #expect(more.count - hit.count < usual.count * 2)
    #expect(hit.allSatisfy { Country.continent(of: $0.playback.country) == "EU" })
  }

  @Test func `has everything that can happen, on every kind of device`() {
    var history = AudienceHistory(
      of: Audience(seed: 6, playbacksPerHour: 120),
      during: lastHours(24)
    )
    let facts = history.all().facts
    let playbacks = Set(facts.map(\.playback))

    #expect(Set(facts.map(\.kind)) == Set(FactKind.allCases))
    #expect(
      Set(playbacks.map(\.deviceType)) == [
        "computer", "phone", "tablet", "tv", "console", "wearable", "unknown",
      ]
    )
    #expect(Set(playbacks.map(\.mediaType)) == Set(MediaType.allCases))
    #expect(Set(playbacks.map(\.country)).count > 20)
    #expect(Set(playbacks.map(\.referrer)).count > 10)
    #expect(Set(playbacks.map(\.viewer)).count < playbacks.count)
    #expect(playbacks.allSatisfy { $0.mediaID.utf8.count == 24 })
  }

  @Test func `follows the days of its viewers`() {
    var history = AudienceHistory(
      of: Audience(seed: 7, playbacksPerHour: 15),
      during: Timeframe(
        from: Audience.evening.floored(to: Milliseconds.day) - 7 * Milliseconds.day,
        to: Audience.evening.floored(to: Milliseconds.day)
      )
    )
    var playsByHour = [Int](repeating: 0, count: 24)
    for fact in history.all().facts where fact.kind == .play {
      playsByHour[CivilTime(fact.time).hour] += 1
    }

    #expect(playsByHour[19] > 2 * playsByHour[4])
  }
}
