import PlaybackFacts
import TestSupport
import Testing

@testable import PingCollector

@Suite("Collector", .timeLimit(.minutes(10)))
struct CollectorTests: CollectorSuite {
  @Test func `an accepted ping is kept with all its dimensions and its state`() async throws {
    let sink = RecordingSink()

    let counts = try await send(play(), to: collector(sink), receivedAt: Self.start + 20)

    let batch = try #require(sink.batches.first)
    let playback = try #require(batch.facts.first?.playback)
    #expect(counts.accepted == 1)
    #expect(batch.facts == [Fact(.play, at: Self.start + 20, of: playback)])
    #expect(batch.receivedAt == Self.start + 20)
    #expect(batch.states.map(\.playback) == [PlaybackID("p")])
    #expect(batch.states.map(\.lastPingAt) == [Self.start + 20])
    #expect(playback.mediaID == "li7")
    #expect(playback.country == "FR")
    #expect(playback.deviceType == "computer")
    #expect(playback.operatingSystem == "windows")
    #expect(playback.browser == "chrome")
    #expect(playback.referrer == "https://example.org")
    let key = SipHash.Key(low: UInt64(CivilTime(Self.start).date.daysSince1970), high: 1)
    let viewer = ViewerHash.of(address: "192.0.2.1", userAgent: Self.chrome, key: key)
    #expect(playback.viewer.rawValue == viewer)
  }

  @Test(arguments: [
    ("de" as String?, "DE"), ("DE", "DE"), (nil, "FR"), ("XX", "FR"), ("", "FR"), ("Germany", "FR"),
  ])
  func `a trusted proxy says the country, else the address does`(
    header: String?,
    country: String
  ) async throws {
    let sink = RecordingSink()

    try await send(play(), to: collector(sink), country: header)

    #expect(sink.facts.map(\.playback.country) == [country])
  }

  @Test func `a ping that is at fault is refused and counted`() async {
    let sink = RecordingSink()
    let collector = collector(sink)

    await #expect(throws: CollectorError.refused(.missing(field: "sid"))) {
      try await collector.collect(
        body: Array("{}".utf8),
        address: "",
        userAgent: "",
        receivedAt: Self.start
      )
    }

    #expect(collector.counts.refusedPings == [.missing: 1])
    #expect(sink.stateReads.isEmpty)
  }

  @Test func `a ping without a believable event is accepted and commits nothing`() async throws {
    let sink = RecordingSink()
    let collector = collector(sink)
    var empty = play()
    empty.events = []
    var old = play()
    old.events[0].emittedAt = Self.start - 3 * Milliseconds.day

    let nothing = try await send(empty, to: collector)
    let refused = try await send(old, to: collector)

    #expect(nothing == EventCounts())
    #expect(refused.refused == [.tooOld: 1])
    #expect(sink.batches.isEmpty)
    #expect(collector.counts.acceptedPings == 2)
  }

  @Test func `a state that can't be read lets nothing be counted twice`() async throws {
    let sink = RecordingSink()
    sink.set([9, 9, 9], of: PlaybackID("p"))
    let collector = collector(sink)

    let counts = try await send(play(), to: collector)

    #expect(counts.refused == [.unreadableState: 1])
    #expect(sink.batches.isEmpty)
    #expect(collector.counts.events.refused == [.unreadableState: 1])
  }

  @Test func `the viewer is of the day of the first event and stays`() async throws {
    let sink = RecordingSink()
    let collector = collector(sink)
    let midnight = Self.start.floored(to: Milliseconds.day) + Milliseconds.day

    try await send(play(at: midnight - 1000), to: collector, receivedAt: midnight - 1000)
    var later = play(at: midnight + 5000)
    later.events[0].position = 6
    try await send(later, to: collector, receivedAt: midnight + 5000)
    try await send(play("q", at: midnight + 6000), to: collector, receivedAt: midnight + 6000)

    let day = CivilTime(Self.start).date.daysSince1970
    #expect(sink.keyReads.map(\.daysSince1970) == [day, day + 1])
    #expect(Set(sink.facts.map(\.playback.viewer)).count == 2)
    #expect(Set(sink.facts.filter { $0.playback.id == PlaybackID("p") }.map(\.playback)).count == 1)
  }

  @Test func `the first ping fixes the dimensions`() async throws {
    let sink = RecordingSink()
    let collector = collector(sink)

    try await send(play(), to: collector)
    try await send(
      play(at: Self.start + 5000),
      to: collector,
      address: "198.51.100.1",
      receivedAt: Self.start + 5000
    )

    #expect(Set(sink.facts.map(\.playback.country)) == ["FR"])
  }

  @Test func `states that are not in memory come back from the sink`() async throws {
    let sink = RecordingSink()
    var limits = Self.limits
    limits.stateBytesInMemory = 1024
    let collector = collector(sink, limits: limits)

    for k in 0..<10 { try await send(play("p\(k)"), to: collector) }
    let again = try await send(play("p0"), to: collector)

    #expect(again.duplicates == 1)
    #expect(sink.facts.count == 10)
    #expect(sink.stateReads.count == 11)
  }

  @Test func `states of idle playbacks leave the memory`() async throws {
    let sink = RecordingSink()
    let collector = collector(sink)

    for k in 0..<4 {
      let time = Self.start + Int64(k) * Self.limits.stateIdleTime
      try await send(play("p\(k)", at: time), to: collector, receivedAt: time)
    }
    try await send(
      play("p3", at: Self.start + 900_001),
      to: collector,
      receivedAt: Self.start + 900_001
    )
    try await send(
      play("p0", at: Self.start + 900_002),
      to: collector,
      receivedAt: Self.start + 900_002
    )

    #expect(sink.stateReads.count == 5)
  }
}
