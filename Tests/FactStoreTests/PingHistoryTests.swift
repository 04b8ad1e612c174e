import AnalyticsSource
import Foundation
import GRDB
import PlaybackFacts
import QueryCore
import TestSupport
import TextAndBytes
import Testing

@testable import FactStore

@Suite("Ping history")
struct PingHistoryTests {
  private let folder: TemporaryFolder
  private let store: FactStore

  init() throws {
    folder = try TemporaryFolder()
    store = try FactStore.open(at: folder.storePath, options: options())
  }

  private func open(
    now: Timestamp = noon,
    isReadOnly: Bool = false,
    bytes: Int? = nil
  ) throws -> FactStore {
    var options = options(isReadOnly: isReadOnly, now: now)
    options.pingHistoryBytes = bytes
    return try FactStore.open(at: folder.storePath, options: options)
  }

  /// A batch of random pings, and what the history is to show of them.
  private func batch(
    _ id: UInt64,
    of playbacks: [Playback],
    at time: Timestamp = noon,
    _ builder: inout FactBuilder
  ) -> (batch: FactBatch, expected: [PingHistory.Ping]) {
    var batch = FactBatch(id: id, receivedAt: time, facts: [])
    var expected: [PingHistory.Ping] = []
    for playback in playbacks {
      let receivedAt = time + Int64.random(in: -3000...0, using: &builder.generator)
      let facts = (0..<Int.random(in: 0...4, using: &builder.generator)).map { _ in
        Fact(
          .watch,
          at: receivedAt.floored(to: Milliseconds.slot),
          value: Int64.random(in: -20_000...20_000, using: &builder.generator),
          of: playback
        )
      }
      let outcome = builder.outcome()
      batch.facts += facts
      batch.pings.append(
        BatchPing(
          playback: playback,
          receivedAt: receivedAt,
          outcome: outcome,
          factCount: facts.count
        )
      )
      batch.states.append(PlaybackState(playback: playback.id, lastPingAt: time, bytes: [1]))
      expected.append(
        PingHistory.Ping(
          playback: playback.id,
          viewer: playback.viewer,
          mediaID: playback.mediaID,
          receivedAt: receivedAt,
          outcome: outcome,
          facts: facts.map { .init($0.kind, at: $0.time, value: $0.value) }
        )
      )
    }
    return (batch, expected)
  }

  /// The pings in the order of their receipt.
  private func inOrder(_ pings: [PingHistory.Ping]) -> [PingHistory.Ping] {
    Dictionary(grouping: pings, by: \.receivedAt).sorted { $0.key < $1.key }.flatMap(\.value)
  }

  private func rows(_ store: FactStore) async throws -> Int {
    try await store.connections.read { db in
      try Int.fetchOne(db, sql: "SELECT count(*) FROM ping_history") ?? 0
    }
  }

  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func `the pings of a playback, viewer or media item are shown as they were committed`(
    seed: UInt64
  ) async throws {
    var builder = FactBuilder(seed: seed)
    let playbacks = (0..<20).map { _ in builder.playback() }
    var expected: [PingHistory.Ping] = []
    for number in 0..<12 {
      let some = (0..<8).map { _ in builder.pick(playbacks) }
      let (batch, pings) = batch(UInt64(number), of: some, &builder)
      try await store.commit(batch)
      expected += pings
      // Some are in the journal, some in one row, some in another.
      if number == 3 || number == 7 { try await store.maintain(now: noon) }
    }
    #expect(try await rows(store) == 2)

    for playback in playbacks {
      for (selection, isOne) in [
        (.playback(playback.id), { $0.playback == playback.id }),
        (.viewer(playback.viewer), { $0.viewer == playback.viewer }),
        (.media(playback.mediaID), { $0.mediaID == playback.mediaID }),
      ] as [(PingSelection, (PingHistory.Ping) -> Bool)] {
        let wanted = inOrder(expected.filter(isOne))
        let history = try await store.pingHistory(of: selection, limit: 1000)
        #expect(history == PingHistory(pings: wanted, total: wanted.count, since: noon))
        let newest = try await store.pingHistory(of: selection, limit: 3)
        #expect(newest.pings == wanted.suffix(3) && newest.total == wanted.count)
      }
    }
    let other = try await store.pingHistory(of: .playback(PlaybackID("nobody")), limit: 10)
    #expect(other == PingHistory(pings: [], total: 0, since: noon))
    #expect(try await store.check() == [])
    let reader = try open(isReadOnly: true)
    let first = PingSelection.playback(playbacks[0].id)
    #expect(
      try await reader.pingHistory(of: first, limit: 9)
        == store.pingHistory(of: first, limit: 9)
    )
  }

  @Test func `ten thousand pings are cut to the newest`() async throws {
    var builder = FactBuilder(seed: 3)
    let playback = builder.playback()
    var expected: [PingHistory.Ping] = []
    for number in 0..<5 {
      let all = [Playback](repeating: playback, count: 2000)
      let (batch, pings) = batch(UInt64(number), of: all, &builder)
      try await store.commit(batch)
      expected += pings
    }

    let history = try await store.pingHistory(of: .playback(playback.id), limit: 50)

    #expect(history.total == 10_000)
    #expect(history.pings == inOrder(expected).suffix(50))
  }

  @Test func `pings that changed nothing are stored once and change no answer`() async throws {
    var builder = FactBuilder(seed: 4)
    let playback = builder.playback()
    let refused = BatchPing(
      playback: playback,
      receivedAt: noon,
      outcome: PingOutcome(refused: ["too-old": 3]),
      factCount: 0
    )
    let before = try await store.dataState()
    let batch = FactBatch(id: 7, receivedAt: noon, facts: [], pings: [refused])

    for _ in 0..<2 {
      #expect(try await store.commit(batch).isKept)
    }

    let history = try await store.pingHistory(of: .playback(playback.id), limit: 9)
    #expect(history.pings.map(\.outcome) == [refused.outcome])
    #expect(history.pings.map(\.outcome.verdict) == [.refused])
    #expect(try await store.dataState() == before)
  }

  @Test func `after 48 hours nothing is shown, and maintenance removes it`() async throws {
    var builder = FactBuilder(seed: 5)
    let playback = builder.playback()
    for number in 0..<3 {
      let time = noon + Int64(number) * Milliseconds.hour
      try await store.commit(batch(UInt64(number), of: [playback], at: time, &builder).batch)
      try await store.maintain(now: time)
    }
    #expect(try await rows(store) == 3)

    for (halfHours, left) in [(95, 3), (97, 2), (99, 1), (101, 0)] {
      let now = noon + Int64(halfHours) * Milliseconds.hour / 2
      let reader = try open(now: now, isReadOnly: true)
      let shown = try await reader.pingHistory(of: .playback(playback.id), limit: 9)
      #expect(shown.pings.count == left && shown.total == left)
      try await store.maintain(now: now)
      #expect(try await rows(store) == left)
    }
    #expect(try await store.check() == [])
    #expect(try await store.summary(now: noon).pingHistoryBytes == 0)
  }

  @Test
  func `the oldest leave when their bytes are more than the limit, and all with a limit of 0`()
    async throws
  {
    var builder = FactBuilder(seed: 6)
    var last: Playback?
    for number in 0..<40 {
      let playbacks = (0..<10).map { _ in builder.playback() }
      last = playbacks.last
      try await store.commit(batch(UInt64(number), of: playbacks, &builder).batch)
      try await store.maintain(now: noon)
    }
    let all = try await store.summary(now: noon).pingHistoryBytes
    let limit = all / 3
    try store.close()

    let limited = try open(bytes: limit)
    try await limited.maintain(now: noon)
    let left = try await limited.summary(now: noon).pingHistoryBytes
    #expect(left <= limit && left > limit - all / 20)
    let newest = try #require(last)
    #expect(try await limited.pingHistory(of: .playback(newest.id), limit: 1).total == 1)
    #expect(try await limited.check() == [])
    try limited.close()

    let none = try open(bytes: 0)
    try await none.maintain(now: noon)
    #expect(try await rows(none) == 0)
    #expect(try await none.pingHistory(of: .playback(newest.id), limit: 1).since == nil)
  }

  @Test(arguments: [
    "UPDATE ping_history SET pings = substr(pings, 1, length(pings) - 1)",
    "UPDATE ping_history SET pings = CAST(x'07' || substr(pings, 2) AS BLOB)",
    "UPDATE journal SET pings = CAST(pings || x'01' AS BLOB) WHERE pings IS NOT NULL",
  ])
  func `damage is an error that names the row`(damage: String) async throws {
    var builder = FactBuilder(seed: 8)
    let playback = builder.playback()
    try await store.commit(batch(1, of: [playback], &builder).batch)
    try await store.maintain(now: noon)
    try await store.commit(batch(2, of: [playback], &builder).batch)
    #expect(try await store.check() == [])

    try await store.connections.write { db in try db.execute(sql: damage) }

    let name = damage.contains("journal") ? "batch 3 of the journal" : "row 1 of the ping history"
    let error = await #expect(throws: QueryError.self) {
      try await store.pingHistory(of: .playback(playback.id), limit: 9)
    }
    #expect("\(try #require(error))".contains("(\(name): "), "\(String(describing: error))")
    let findings = try await store.check()
    #expect(findings.contains { $0.lowercased().contains(name) }, "\(findings)")
  }

  @Test func `a block has the bytes that the format shows`() {
    let playback = Playback(
      id: PlaybackID(rawValue: 1),
      viewer: ViewerID(rawValue: 2),
      mediaID: "vi1"
    )
    let ping = BatchPing(
      playback: playback,
      receivedAt: Timestamp(milliseconds: 1000),
      outcome: PingOutcome(accepted: 1),
      factCount: 1
    )
    let fact = Fact(.play, at: Timestamp(milliseconds: 900), of: playback)

    #expect(
      PingBlock.encode([ping], facts: [fact]) == [
        1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0x76, 0x69, 0x31, 0xd0, 0x0f,
        0x21, 1, 1, 2, 0xc8, 1,
      ]
    )
  }

  @Test func `blocks with broken bytes are read or refused`() throws {
    var builder = FactBuilder(seed: 9)
    let playbacks = (0..<6).map { _ in builder.playback() }
    let (batch, expected) = batch(1, of: playbacks, &builder)
    let block = PingBlock.encode(batch.pings, facts: batch.facts)
    var read: [PingHistory.Ping] = []
    try PingBlock.forEachPing(in: block + block, of: nil) { read.append($0) }
    #expect(read == expected + expected)

    var refused = 0
    for _ in 0..<5000 {
      var broken = block
      for _ in 0..<Int.random(in: 1...3, using: &builder.generator) {
        let place = Int.random(in: 0..<broken.count, using: &builder.generator)
        broken[place] = UInt8.random(in: 0...255, using: &builder.generator)
      }
      do {
        try PingBlock.forEachPing(in: broken, of: nil) { _ in }
      } catch {
        refused += 1
      }
    }
    #expect(refused > 0)
  }

  @Test func `a store that was never written since has no history, and can be read`() async throws {
    var builder = FactBuilder(seed: 10)
    let playback = builder.playback()
    try await store.commit(batch(1, of: [playback], &builder).batch)
    try store.close()
    try await DatabaseQueue(path: folder.storePath).writeWithoutTransaction { db in
      try db.execute(
        sql: """
          DROP TABLE ping_history; ALTER TABLE journal DROP COLUMN pings;
          DELETE FROM grdb_migrations WHERE identifier = '5, the history of pings' OR identifier >= '6';
          PRAGMA user_version = 5;
          """
      )
    }
    let reader = try open(isReadOnly: true)
    let none = PingHistory(pings: [], total: 0, since: nil)
    #expect(try await reader.pingHistory(of: .playback(playback.id), limit: 9) == none)
    #expect(try await reader.check() == [])
    #expect(try await reader.summary(now: noon).pingHistorySince == nil)

    let writer = try open()
    try await writer.maintain(now: noon)
    try await writer.commit(batch(2, of: [playback], &builder).batch)
    #expect(try await reader.pingHistory(of: .playback(playback.id), limit: 9).total == 1)
    #expect(try await writer.check() == [])
  }
}

extension FactBuilder {
  fileprivate mutating func outcome() -> PingOutcome {
    func count(_ builder: inout FactBuilder) -> Int {
      builder.generator.chance(0.5) ? Int.random(in: 1...300, using: &builder.generator) : 0
    }
    var outcome = PingOutcome(
      accepted: count(&self),
      outOfOrder: count(&self),
      duplicates: count(&self),
      late: count(&self)
    )
    for reason in ["too-old", "wrong-type", "too-many"] where generator.chance(0.2) {
      outcome.refused[reason] = Int.random(in: 1...20, using: &generator)
    }
    return outcome
  }
}
