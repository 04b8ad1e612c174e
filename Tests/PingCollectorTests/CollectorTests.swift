import PlaybackFacts
import Synchronization
import TestSupport
import Testing

@testable import PingCollector

@Suite("Collector", .timeLimit(.minutes(10)))
struct CollectorTests {
  private static let start = Timeline.start
  private static let chrome =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    + "Chrome/124.0.0.0 Safari/537.36"

  /// Limits without a wait for more pings.
  private static var limits: CollectorLimits {
    var limits = CollectorLimits()
    limits.gathering = .zero
    return limits
  }

  private func collector(
    _ sink: RecordingSink,
    limits: CollectorLimits = limits,
    importedAt: Timestamp? = nil
  ) -> Collector {
    Collector(
      sink: sink,
      audience: AudienceLookup { $0 == "192.0.2.1" ? "FR" : "unknown" },
      limits: limits,
      importedAt: importedAt
    )
  }

  private func play(_ playback: String = "p", at time: Timestamp = start) -> PlayerPing {
    PlayerPing(
      sentAt: time,
      sessionID: "s",
      playbackID: playback,
      mediaID: "li7",
      referrer: "https://example.org",
      events: [PlayerEvent(.play, at: time, position: 0)]
    )
  }

  @discardableResult
  private func send(
    _ ping: PlayerPing,
    to collector: Collector,
    address: String = "192.0.2.1",
    country: String? = nil,
    receivedAt: Timestamp = start
  ) async throws -> EventCounts {
    try await collector.collect(
      body: ping.json,
      address: address,
      userAgent: Self.chrome,
      country: country,
      receivedAt: receivedAt
    )
  }

  // MARK: - One ping

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

  // MARK: - Viewers

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

  // MARK: - Commits

  @Test func `pings that come while a commit is running share the next`() async throws {
    let sink = RecordingSink()
    let collector = collector(sink)
    sink.hold()

    try await withThrowingTaskGroup { group in
      group.addTask { try await send(play("first"), to: collector) }
      while sink.heldCommits < 1 { await Task.yield() }
      for k in 0..<50 { group.addTask { try await send(play("p\(k)"), to: collector) } }
      while await collector.waitingPings < 50 { await Task.yield() }
      #expect(sink.batches.isEmpty)
      sink.letGo()
      try await group.waitForAll()
    }

    #expect(sink.batches.map(\.facts.count) == [1, 50])
    #expect(collector.counts.acceptedPings == 51)
    #expect(collector.counts.commits == 2)
  }

  @Test func `pings of one playback that share a commit make one state`() async throws {
    let sink = RecordingSink()
    let collector = collector(sink)
    let pings = (0..<3).map { k in
      let time = Self.start + Int64(k) * 5000
      var ping = play(at: time)
      ping.events[0].position = Double(k) * 5
      return RecordedPing(ping, receivedAt: time, address: "192.0.2.1", userAgent: "")
    }

    let counts = try await collector.collect(pings)

    #expect(counts.map(\.accepted) == [1, 1, 1])
    #expect(sink.batches.count == 1)
    #expect(sink.batches.first?.states.count == 1)
    #expect(total(.watch, sink.facts) == 10_000)
  }

  @Test func `an import keeps states from its beginning on`() async throws {
    let sink = RecordingSink()
    let now = Self.start + 30 * Milliseconds.day

    try await send(play(), to: collector(sink, importedAt: now))

    #expect(sink.batches.map(\.receivedAt) == [now])
    #expect(sink.batches.first?.states.map(\.lastPingAt) == [now])
    #expect(sink.facts.map(\.time) == [Self.start])
  }

  @Test func `too many waiting pings are an overload`() async throws {
    let sink = RecordingSink()
    var limits = Self.limits
    limits.waitingPings = 3
    let collector = collector(sink, limits: limits)
    sink.hold()

    try await withThrowingTaskGroup { group in
      group.addTask { try await send(play("first"), to: collector) }
      while sink.heldCommits < 1 { await Task.yield() }
      for k in 0..<3 { group.addTask { try await send(play("p\(k)"), to: collector) } }
      while await collector.waitingPings < 3 { await Task.yield() }
      await #expect(throws: CollectorError.overloaded(waiting: 3)) {
        try await send(play("more"), to: collector)
      }
      sink.letGo()
      try await group.waitForAll()
    }

    #expect(collector.counts.rejectedPings == 1)
    #expect(sink.facts.count == 4)
  }

  @Test func `waiting pings of too many bytes are an overload`() async throws {
    let sink = RecordingSink()
    var limits = Self.limits
    limits.waitingBytes = 10_000
    let collector = collector(sink, limits: limits)
    let agent = String(repeating: "x", count: 6000)
    let ping = play().json
    sink.hold()

    try await withThrowingTaskGroup { group in
      group.addTask { try await send(play("first"), to: collector) }
      while sink.heldCommits < 1 { await Task.yield() }
      group.addTask {
        try await collector.collect(
          body: ping,
          address: "",
          userAgent: agent,
          receivedAt: Self.start
        )
      }
      while await collector.waitingPings < 1 { await Task.yield() }
      await #expect(throws: CollectorError.overloaded(waiting: 1)) {
        try await collector.collect(
          body: ping,
          address: "",
          userAgent: agent,
          receivedAt: Self.start
        )
      }
      sink.letGo()
      try await group.waitForAll()
    }

    // What was waiting left its room.
    try await send(play("last"), to: collector)
    #expect(collector.counts.rejectedPings == 1)
  }

  @Test func `draining answers all that wait and takes no more`() async throws {
    let sink = RecordingSink()
    let collector = collector(sink)
    sink.hold()

    try await withThrowingTaskGroup { group in
      group.addTask { try await send(play("first"), to: collector) }
      while sink.heldCommits < 1 { await Task.yield() }
      group.addTask { try await send(play("second"), to: collector) }
      while await collector.waitingPings < 1 { await Task.yield() }
      async let drained: Void = collector.drain()
      while await !collector.isStopped { await Task.yield() }
      await #expect(throws: CollectorError.stopped) {
        try await send(play("third"), to: collector)
      }
      sink.letGo()
      await drained
      #expect(sink.batches.count == 2)
      try await group.waitForAll()
    }
  }

  // MARK: - Failures

  @Test func `a commit whose outcome is unknown is tried again with the same id`() async throws {
    let steps = Mutex<[RecordingSink.Step]>([.failAfterKeeping, .keep])
    let sink = RecordingSink { steps.withLock { $0.removeFirst() } }
    let collector = collector(sink)

    try await send(play(), to: collector)

    #expect(sink.batches.count == 1)
    #expect(collector.counts.failedCommits == 1)
    #expect(collector.counts.commits == 1)
  }

  @Test(arguments: [RecordingSink.Step.failBeforeKeeping, .failAfterKeeping])
  func `after a failed commit the states are read again`(failure: RecordingSink.Step) async throws {
    let isFailing = Mutex(false)
    let sink = RecordingSink { isFailing.withLock(\.self) ? failure : .keep }
    let collector = collector(sink)
    try await send(play(), to: collector)
    var more = play(at: Self.start + 5000)
    more.events[0].position = 5
    let ping = more

    isFailing.withLock { $0 = true }
    await #expect(throws: CollectorError.notKept(reason: "the disk is full")) {
      try await send(ping, to: collector, receivedAt: Self.start + 5000)
    }
    isFailing.withLock { $0 = false }
    try await send(ping, to: collector, receivedAt: Self.start + 6000)

    #expect(total(.watch, sink.facts) == 5000)
    #expect(sink.stateReads.count == 2)
    #expect(collector.counts.unkeptPings == 1)
    expectSoundness(of: sink.facts)
  }

  @Test(arguments: 0..<12 as Range<UInt64>)
  func `no failure or restart at any instant counts anything twice`(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    let playback = RandomPlayback(minutes: 3, using: &generator)
    let dice = Mutex(SeededGenerator(seed: seed + 1000))
    let sink = RecordingSink {
      switch dice.withLock({ Int.random(in: 0..<6, using: &$0) }) {
      case 0: .failBeforeKeeping
      case 1: .failAfterKeeping
      default: .keep
      }
    }
    var limits = Self.limits
    limits.commitAttempts = 1
    var collector = collector(sink, limits: limits)

    for delivery in playback.shuffled(using: &generator) {
      let ping = RecordedPing(delivery)
      while (try? await collector.collect([ping])) == nil {
        if Bool.random(using: &generator) { collector = self.collector(sink, limits: limits) }
      }
      if Int.random(in: 0..<4, using: &generator) == 0 {
        collector = self.collector(sink, limits: limits)
      }
    }

    expect(sink.facts, toCountOnce: playback)
  }

  @Test(arguments: 0..<12 as Range<UInt64>)
  func `collectors that share a sink count what one would count`(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    let playback = RandomPlayback(minutes: 3, using: &generator)
    let sink = FactModel()
    let collectors = (0..<3).map { _ in
      Collector(sink: sink, audience: AudienceLookup { _ in "FR" }, limits: Self.limits)
    }

    for delivery in playback.shuffled(using: &generator) {
      try await collectors[Int.random(in: 0..<3, using: &generator)].collect([
        RecordedPing(delivery)
      ])
    }

    expect(await sink.facts, toCountOnce: playback)
  }

  private func expect(_ facts: [Fact], toCountOnce playback: RandomPlayback) {
    var tracker = PlaybackTracker(.sample())
    let expected = playback.inOrder.flatMap {
      tracker.apply($0.ping, receivedAt: $0.receivedAt).facts
    }
    #expect(total(.watch, facts) == total(.watch, expected))
    #expect(total(.stall, facts) == total(.stall, expected))
    #expect(Set(happenedOnce(facts)).isSuperset(of: happenedOnce(expected)))
    expectSoundness(of: facts)
  }

  @Test func `what another collector has changed is seen though only others were asked for since`()
    async throws
  {
    let sink = FactModel()
    let collectors = (0..<2).map { _ in
      Collector(sink: sink, audience: AudienceLookup { _ in "FR" }, limits: Self.limits)
    }
    let first = PlayerPing(
      sentAt: Self.start,
      sessionID: "s",
      playbackID: "p1",
      mediaID: "li7",
      events: [PlayerEvent(.loaded, at: Self.start, position: 0)]
    )
    try await send(first, to: collectors[0])
    try await send(play("p1"), to: collectors[1])
    try await send(play("p2"), to: collectors[0])

    try await send(play("p1"), to: collectors[0])

    #expect(await sink.facts.filter { $0.kind == .play }.count == 2)
  }

  // MARK: - Memory

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

extension RecordedPing {
  /// What comes from a viewer whose program says nothing of itself.
  fileprivate init(_ delivery: RandomPlayback.Delivery) {
    self.init(
      delivery.ping,
      receivedAt: delivery.receivedAt,
      address: "192.0.2.1",
      userAgent: ""
    )
  }
}
