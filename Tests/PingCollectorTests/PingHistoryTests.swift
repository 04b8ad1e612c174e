import PlaybackFacts
import Testing

@testable import PingCollector

@Suite("Pings of batches")
struct PingHistoryTests: CollectorSuite {
  private static var limits: CollectorLimits {
    var limits = CollectorLimits()
    limits.gathering = .zero
    limits.hasPingHistory = true
    return limits
  }

  /// The pings of all batches, each with its facts.
  private func pings(_ sink: RecordingSink) -> [(ping: BatchPing, facts: [Fact])] {
    sink.batches.flatMap { batch in
      var rest = batch.facts[...]
      let pings = batch.pings.map { ping in
        defer { rest = rest.dropFirst(ping.factCount) }
        return (ping, Array(rest.prefix(ping.factCount)))
      }
      #expect(rest.isEmpty, "no fact without a ping")
      return pings
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `each ping has its verdict and its facts, and they add up to the ledger`(seed: UInt64)
    async throws
  {
    var generator = SeededGenerator(seed: seed)
    let playback = RandomPlayback(minutes: 4, using: &generator)
    let deliveries = playback.shuffled(using: &generator)
    let sink = RecordingSink()
    let collector = collector(sink, limits: Self.limits)
    var answers: [EventCounts] = []
    for delivery in deliveries {
      answers.append(
        try await send(delivery.ping, to: collector, receivedAt: delivery.receivedAt)
      )
    }

    let pings = pings(sink)
    #expect(pings.map(\.ping.receivedAt) == deliveries.map(\.receivedAt))
    for (index, (ping, facts)) in pings.enumerated() {
      let outcome = ping.outcome
      #expect(answers[index].outcome(outOfOrder: outcome.outOfOrder) == outcome)
      #expect(facts.allSatisfy { $0.playback == ping.playback })
      if outcome.verdict == .duplicate { #expect(facts.isEmpty) }
    }
    let counts = collector.counts
    func sum(_ count: (PingOutcome) -> Int) -> Int {
      pings.reduce(0) { $0 + count($1.ping.outcome) }
    }
    #expect(counts.acceptedPings == pings.count)
    #expect(counts.events.accepted == sum(\.accepted))
    #expect(counts.events.duplicates == sum(\.duplicates))
    #expect(counts.events.late == sum(\.late))
    #expect(
      counts.events.refused.values.reduce(0, +) == sum { $0.refused.values.reduce(0, +) }
    )
    #expect(counts.facts == pings.reduce(0) { $0 + $1.facts.count })
  }

  @Test func `a ping before an earlier one is out of order, the same again a duplicate`()
    async throws
  {
    let sink = RecordingSink()
    let collector = collector(sink, limits: Self.limits)
    func ping(_ second: Int64) -> PlayerPing {
      var ping = play(at: Self.start + second * 1000)
      ping.events = [.init(.timeUpdate, at: Self.start + second * 1000, position: Double(second))]
      return ping
    }
    for second in [0, 10, 5, 5, 200, 3] as [Int64] {
      try await send(ping(second), to: collector, receivedAt: Self.start + 200_000)
    }

    let verdicts = pings(sink).map(\.ping.outcome.verdict)
    #expect(verdicts == [.accepted, .accepted, .outOfOrder, .duplicate, .accepted, .late])
  }

  @Test func `pings that change nothing are committed too, without states`() async throws {
    let sink = RecordingSink()
    let collector = collector(sink, limits: Self.limits)
    let late = Self.start + 72 * Milliseconds.hour
    var old = play("new")
    old.sentAt = late
    let counts = try await send(old, to: collector, receivedAt: late)
    #expect(counts.refused == [.tooOld: 1])
    var empty = play("new")
    empty.events = []
    try await send(empty, to: collector)
    sink.set([9, 9], of: PlaybackID("broken"))
    try await send(play("broken"), to: collector)

    let outcomes = pings(sink).map(\.ping.outcome)
    #expect(outcomes.map(\.verdict) == [.refused, .empty, .refused])
    #expect(outcomes.map(\.refused) == [["too-old": 1], [:], ["unreadable-state": 1]])
    #expect(sink.batches.allSatisfy { $0.states.isEmpty && $0.facts.isEmpty })
    #expect(pings(sink).allSatisfy { $0.ping.playback.viewer.rawValue == 0 })
  }

  @Test func `a ping whose history can't be committed is not acknowledged`() async throws {
    let sink = RecordingSink { .failBeforeKeeping }
    let collector = collector(sink, limits: Self.limits)
    var empty = play()
    empty.events = []

    await #expect(throws: CollectorError.self) { try await send(empty, to: collector) }

    #expect(collector.counts.unkeptPings == 1)
  }

  @Test func `without a history batches have no pings, and pings that change nothing no batch`()
    async throws
  {
    let sink = RecordingSink()
    let collector = collector(sink)
    var empty = play()
    empty.events = []
    try await send(empty, to: collector)
    try await send(play(), to: collector)

    #expect(sink.batches.count == 1)
    #expect(sink.batches.allSatisfy { $0.pings.isEmpty })
  }
}
