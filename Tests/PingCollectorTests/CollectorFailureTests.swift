import PlaybackFacts
import Synchronization
import TestSupport
import Testing

@testable import PingCollector

@Suite("Collectors that fail or share a sink", .timeLimit(.minutes(10)))
struct CollectorFailureTests: CollectorSuite {
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

  @Test func `where nothing can be told of new playbacks, pings of known ones are kept`()
    async throws
  {
    let sink = RecordingSink()
    let collector = collector(sink)
    try await send(play("known"), to: collector)
    var more = play("known", at: Self.start + 5000)
    more.events[0].position = 5
    let (ping, lost) = (more, play("new"))
    sink.makeUnreadable([lost.playback])
    sink.hold()

    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { _ = try await send(play("first"), to: collector) }
      while sink.heldCommits < 1 { await Task.yield() }
      group.addTask {
        _ = try await send(ping, to: collector, receivedAt: Self.start + 5000)
      }
      group.addTask {
        await #expect(throws: CollectorError.notKept(reason: "the disk is full")) {
          try await send(lost, to: collector)
        }
      }
      while collector.waitingPings < 2 { await Task.yield() }
      sink.letGo()
      try await group.waitForAll()
    }

    #expect(total(.watch, sink.facts) == 5000)
    #expect(collector.counts.unkeptPings == 1)
    sink.makeUnreadable([])
    try await send(lost, to: collector)
    #expect(sink.facts.count { $0.kind == .play } == 3)
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
