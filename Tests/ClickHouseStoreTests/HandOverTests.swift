import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@testable import ClickHouseStore

@Suite(
  "Collectors that go on from each other",
  .timeLimit(.minutes(10)),
  .enabled(if: TestServers.isInstalled, "clickhouse-server is not installed")
)
struct HandOverTests {
  private static let playback = Playback(
    id: PlaybackID("p"),
    viewer: ViewerID("v"),
    mediaID: "vi1"
  )

  private static func batch(_ id: UInt64, _ state: String, after version: Int64?) -> FactBatch {
    FactBatch(
      id: id,
      receivedAt: noon,
      facts: [Fact(.play, at: noon, of: playback)],
      states: [PlaybackState(playback: playback.id, lastPingAt: noon, bytes: Array(state.utf8))],
      statesAsOf: version
    )
  }

  private func plays(_ store: ClickHouseStore) async throws -> Int {
    var rows = try await store.connection.rows(
      "SELECT toInt64(sum(plays)) FROM \(store.schema.whole("facts"))"
    )
    return Int(try rows.int64())
  }

  @Test func `a state is that of the collector which went on last, whatever its clock says`()
    async throws
  {
    try await TestServers.run(shards: 2) { servers in
      let first = try servers.open(outbox: "1.db", hasOthers: true)
      let second = try servers.open(
        outbox: "2.db",
        hasOthers: true,
        now: noon - 5 * Milliseconds.minute
      )
      var (version, expected): (Int64?, String?) = (nil, nil)
      for round in 0..<6 {
        let store = round % 2 == 0 ? first : second
        let kept = try await store.playbackStates(of: [Self.playback.id])
        let state = kept.states[Self.playback.id].map { String(decoding: $0, as: UTF8.self) }
        #expect(state == expected)
        // Nobody has sent anything: what one has committed the other knows all the same.
        version = kept.version
        let next = "state \(round)"
        var batch = Self.batch(UInt64(round), next, after: version)
        if store === second { batch = batch.received(at: noon - 5 * Milliseconds.minute) }
        try await store.commit(batch)
        expected = next
      }
    }
  }

  @Test func `what was left without an answer is sent without any ping`() async throws {
    try await TestServers.run(shards: 2) { servers in
      let dead = try servers.open(outbox: "1.db", hasOthers: true)
      _ = try await #require(dead.outbox).commit(Self.batch(1, "1", after: nil), isAnswered: false)
      try dead.close()

      let back = try servers.open(outbox: "1.db", hasOthers: true)
      let sending = Task { await back.run() }
      while try await plays(back) == 0 {}
      sending.cancel()
      await sending.value
    }
  }

  /// Another collector has the playback back for good, and had none of it in memory.
  @Test func `a receipt is given too by whom the playback belongs to`() async throws {
    try await TestServers.run(shards: 2) { servers in
      let dead = try servers.open(outbox: "1.db", hasOthers: true)
      let batch = Self.batch(1, "first", after: nil)
      let version = try await #require(dead.outbox).commit(batch, isAnswered: false)
      try await dead.handOver?.copy(batch.states, version)
      try dead.close()

      let owner = try servers.open(outbox: "2.db", hasOthers: true)
      let kept = try await owner.playbackStates(of: [Self.playback.id])
      var next = Self.batch(2, "second", after: kept.version)
      next.facts = []
      try await owner.commit(next)

      let back = try servers.open(outbox: "1.db", hasOthers: true)
      _ = try await back.playbackStates(of: [])
      try await back.flush()
      #expect(try await plays(back) == 1)
    }
  }

  /// What became of a ping whose collector died before it was answered.
  enum Fate: CaseIterable {
    /// The states did not get to the cluster, and its sender asked another collector.
    case takenOver
    /// They did, but when the other had read what the cluster knows.
    case copiedTooLate
    /// They did, and another collector went on from them.
    case copiedAndGoneOn
    /// They did not, and nobody asked again.
    case alone
  }

  @Test(arguments: [false, true])
  func `a collector that stood still finds out whether its ping counts elsewhere`(
    isTakenOver: Bool
  ) async throws {
    try await TestServers.run(shards: 2) { servers in
      let other = try servers.open(outbox: "2.db", hasOthers: true)
      if isTakenOver {
        let kept = try await other.playbackStates(of: [Self.playback.id])
        var batch = Self.batch(2, "second", after: kept.version)
        batch.isTakenOver = true
        try await other.commit(batch)
        try await other.flush()
      }

      // It had read that the playback is new before it stood still.
      let slow = try servers.open(outbox: "1.db", hasOthers: true, now: noon + 10_000)
      let outcome = try await slow.commit(Self.batch(1, "first", after: nil))
      #expect(outcome.changed == (isTakenOver ? [Self.playback.id] : []))
      // Its collector takes the pings again then.
      #expect(outcome.isKept == !isTakenOver)
      try await slow.flush()
      #expect(try await plays(slow) == 1)
    }
  }

  @Test(arguments: Fate.allCases)
  func `a ping without an answer counts once, there or here`(fate: Fate) async throws {
    try await TestServers.run(shards: 2) { servers in
      let dead = try servers.open(outbox: "1.db", hasOthers: true)
      let outbox = try #require(dead.outbox)
      let batch = Self.batch(1, "first", after: nil)
      let version = try await outbox.commit(batch, isAnswered: false)
      if fate == .copiedAndGoneOn { try await dead.handOver?.copy(batch.states, version) }

      let early = noon - 10 * Milliseconds.second
      let other = try servers.open(outbox: "2.db", hasOthers: true, now: early)
      if fate != .alone {
        let kept = try await other.playbackStates(of: [Self.playback.id])
        let isKnown = kept.states[Self.playback.id] != nil
        if fate == .copiedTooLate { try await dead.handOver?.copy(batch.states, version) }
        #expect(isKnown == (fate == .copiedAndGoneOn))
        var next = Self.batch(2, "second", after: kept.version).received(at: early)
        if isKnown { next.facts = [] }
        next.isTakenOver = true
        try await other.commit(next)
        try await other.flush()
      }

      try dead.close()
      let back = try servers.open(outbox: "1.db", hasOthers: true)
      let kept = try await back.playbackStates(of: [Self.playback.id])
      let state = try #require(kept.states[Self.playback.id])
      #expect(String(decoding: state, as: UTF8.self) == (fate == .alone ? "first" : "second"))
      try await back.flush()
      #expect(try await plays(back) == 1)
      let seen = try await other.playbackStates(of: [Self.playback.id])
      #expect(seen.states[Self.playback.id] == state)
    }
  }
}

extension FactBatch {
  fileprivate func received(at time: Timestamp) -> FactBatch {
    FactBatch(
      id: id,
      receivedAt: time,
      facts: facts,
      states: states,
      statesAsOf: statesAsOf
    )
  }
}
