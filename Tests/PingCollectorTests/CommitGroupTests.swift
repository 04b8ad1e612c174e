import PlaybackFacts
import TestSupport
import Testing

@testable import PingCollector

@Suite("Pings that are committed together", .timeLimit(.minutes(10)))
struct CommitGroupTests: CollectorSuite {
  @Test func `pings that come while a commit is running share the next`() async throws {
    let sink = RecordingSink()
    let collector = collector(sink)
    sink.hold()

    try await withThrowingTaskGroup { group in
      group.addTask { try await send(play("first"), to: collector) }
      while sink.heldCommits < 1 { await Task.yield() }
      for k in 0..<50 { group.addTask { try await send(play("p\(k)"), to: collector) } }
      while collector.waitingPings < 50 { await Task.yield() }
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
      while collector.waitingPings < 3 { await Task.yield() }
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
      while collector.waitingPings < 1 { await Task.yield() }
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
      while collector.waitingPings < 1 { await Task.yield() }
      async let drained: Void = collector.drain()
      while !collector.isStopped { await Task.yield() }
      await #expect(throws: CollectorError.stopped) {
        try await send(play("third"), to: collector)
      }
      sink.letGo()
      await drained
      #expect(sink.batches.count == 2)
      try await group.waitForAll()
    }
  }

  @Test func `draining ends at once where nothing waits, and again`() async throws {
    let collector = collector(RecordingSink())
    try await send(play(), to: collector)

    await collector.drain()
    await collector.drain()

    await #expect(throws: CollectorError.stopped) { try await send(play("late"), to: collector) }
  }

  @Test func `pings from many tasks at once are all committed, and all answered`() async throws {
    let sink = RecordingSink()
    let collector = collector(sink)

    let accepted = try await withThrowingTaskGroup(of: Int.self) { group in
      for k in 0..<500 {
        group.addTask { try await send(play("p\(k)"), to: collector).accepted }
      }
      return try await group.reduce(0, +)
    }
    await collector.drain()

    #expect(accepted == 500)
    #expect(sink.facts.count == 500)
    #expect(collector.counts.acceptedPings == 500)
    #expect(collector.waitingPings == 0)
  }
}
