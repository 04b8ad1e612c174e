@testable import FactStore
import Foundation
import GRDB
import PlaybackFacts
import QueryCore
import Synchronization
import TestSupport
import Testing

@Suite("Check, export and backup")
struct CheckTests {
  private let days = Timeframe(
    from: noon - 36 * Milliseconds.hour,
    to: noon + 12 * Milliseconds.hour
  )

  /// A store with segments and a journal, and the facts in it.
  private func makeStore(in folder: TemporaryFolder) async throws -> (FactStore, [Fact]) {
    let store = try FactStore.open(at: folder.storePath, options: options())
    var builder = FactBuilder(seed: 1)
    let sealed = builder.facts(500, in: days)
    let waiting = builder.facts(100, in: days)
    let importing = try await store.beginImport()
    try await importing.append(sealed)
    try await importing.finish()
    try await store.commit(FactBatch(id: 1, receivedAt: noon, facts: waiting))
    return (store, sealed + waiting)
  }

  @Test(
    arguments: [
      "UPDATE segment SET facts = facts + 1 WHERE id = 1",
      "UPDATE segment SET hour_groups = x'00' WHERE id = 1",
      "UPDATE segment SET newest_fact = newest_fact - 1 WHERE id = 1",
      "UPDATE segment_column SET data = x'0005' WHERE id = (1 << 10) + 33",
      "DELETE FROM segment_column WHERE id = (1 << 10) + 33",
      "DELETE FROM segment_column WHERE id = (1 << 10)",
      "UPDATE segment_column SET data = x'00' WHERE id = (1 << 10) + 64 + 20",
      "UPDATE segment_column SET data = CAST(data || x'00' AS BLOB) WHERE id = (1 << 10) + 33",
      "INSERT INTO segment_column VALUES (99999, x'00')",
      "DELETE FROM dictionary WHERE dimension = 3",
      "UPDATE dictionary SET first_code = 77 WHERE dimension = 0",
      "UPDATE media_total SET plays = plays - 1 WHERE media = 0",
      "UPDATE journal SET fact_count = 7",
      "UPDATE journal SET facts = x'0102'",
      "DELETE FROM head",
    ]
  )
  func `finds`(damage: String) async throws {
    let folder = try TemporaryFolder()
    let (store, _) = try await makeStore(in: folder)
    #expect(try await store.check() == [])

    let changes = try await store.connections.write { db in
      try db.execute(sql: damage)
      return db.changesCount
    }
    #expect(changes > 0)

    let fresh = try FactStore.open(at: folder.storePath, options: options())
    let findings = try await fresh.check()
    #expect(!findings.isEmpty)
    #expect(findings.allSatisfy { $0.hasSuffix(".") })
  }

  @Test func `a check reads in steps, between which others write and empty the log`() async throws {
    let folder = try TemporaryFolder()
    let (writer, facts) = try await makeStore(in: folder)
    let steps = Mutex(0)
    var options = options(isReadOnly: true)
    options.betweenSnapshots = { _ in
      let step = steps.withLock { steps in
        steps += 1
        return steps
      }
      do {
        // The plays of a day that was checked come again in the segment that replaces its segments.
        let batch = FactBatch(id: UInt64(step + 1), receivedAt: noon, facts: facts)
        try await writer.commit(batch)
        try await writer.seal(now: noon + Milliseconds.day)
        try await writer.compact(now: noon + 9 * Milliseconds.day)
        #expect(try await writer.log.empty())
      } catch {
        Issue.record(error)
      }
    }
    let reader = try FactStore.open(at: folder.storePath, options: options)

    #expect(try await reader.check() == [])

    // The days are checked one by one, and the rest of it in as many steps again.
    #expect(steps.withLock(\.self) > 10)
  }

  @Test func `a check waits while the log is too large, but not where nobody empties it`()
    async throws
  {
    let folder = try TemporaryFolder()
    let (writer, _) = try await makeStore(in: folder)
    let waits = Mutex(0)
    let isEmptied = Mutex(true)
    var options = options(isReadOnly: true)
    options.betweenSnapshots = { duration in
      guard duration > .zero else { return }
      waits.withLock { $0 += 1 }
      do {
        if isEmptied.withLock(\.self) { try await writer.log.emptyWhereDue() }
      } catch {
        Issue.record(error)
      }
    }
    let reader = try FactStore.open(at: folder.storePath, options: options)
    try await growLog(of: writer)
    #expect(try await reader.check() == [])
    #expect(waits.withLock(\.self) == 1)
    #expect(StoreOpening.size(of: folder.storePath + "-wal") == 0)

    isEmptied.withLock { $0 = false }
    try await growLog(of: writer)
    waits.withLock { $0 = 0 }
    #expect(try await reader.check() == [])
    #expect(waits.withLock(\.self) == 200)
  }

  /// Lets the log grow beyond the size at which it is emptied.
  private func growLog(of store: FactStore) async throws {
    let state = PlaybackState(
      playback: PlaybackID("p"),
      lastPingAt: noon,
      bytes: [UInt8](repeating: 7, count: 1 << 20)
    )
    let reader = try FactStore.open(at: store.path, options: options(isReadOnly: true))
    let gate = Gate()
    let reading = await reader.holdSnapshot(until: gate)
    for _ in 0..<24 {
      let batch = FactBatch(
        id: .random(in: 1000 ... .max),
        receivedAt: noon,
        facts: [],
        states: [state]
      )
      try await store.commit(batch)
    }
    gate.open()
    try await reading.value
  }

  @Test func `a backup lets go of the log`() async throws {
    let folder = try TemporaryFolder()
    let (store, facts) = try await makeStore(in: folder)
    let reader = try FactStore.open(at: folder.storePath, options: options(isReadOnly: true))

    try await reader.backup(to: folder.path("backup.db"), now: noon)
    try await store.commit(FactBatch(id: 9, receivedAt: noon, facts: facts))

    #expect(try await store.log.empty())
    #expect(StoreOpening.size(of: folder.storePath + "-wal") == 0)
  }

  @Test func `a damaged column is an error of the question, not a wrong answer`() async throws {
    let folder = try TemporaryFolder()
    let (store, _) = try await makeStore(in: folder)
    try await store.connections.write { db in
      try db.execute(sql: "UPDATE segment_column SET data = x'4007' WHERE (id & 1023) = 33")
      try db.execute(sql: "UPDATE segment_column SET data = x'4007' WHERE (id & 1023) = 130")
    }

    await #expect(throws: StoreError.self) {
      try await store.sums(for: [SumQuery(span: .timeframe(days), sums: [.plays])])
    }
  }

  @Test func `exports every fact of a timeframe, oldest first`() async throws {
    let folder = try TemporaryFolder()
    let (store, facts) = try await makeStore(in: folder)
    var builder = FactBuilder(seed: 2)
    let part = Timeframe(from: days.from + 12_345_678, to: days.to - 23_456_789)
    for filter in [Filter(), Filter([builder.clause()])] {
      let exported = Mutex<[Fact]>([])
      try await store.forEachFact(in: part, filter: filter) { fact in
        exported.withLock { $0.append(fact) }
      }

      let found = exported.withLock { $0 }
      let expected = facts.filter { part.contains($0.time) && filter.matches($0.playback) }
      let zeroes = found.filter { !$0.kind.isSlotted }
      #expect(Set(zeroes) == Set(expected.filter { !$0.kind.isSlotted }))
      #expect(zip(found, found.dropFirst()).allSatisfy { $0.time <= $1.time })
      for grouping in [SumQuery.Grouping.none, .dimension(.mediaID), .dimension(.referrer)] {
        let query = SumQuery(span: .timeframe(part), grouping: grouping, sums: Set(Sum.allCases))
        #expect(
          FactModel.rows(for: query, over: found) == FactModel.rows(for: query, over: expected)
        )
      }
    }
  }

  @Test func `ends an export with the error of whoever takes the facts`() async throws {
    struct Enough: Error {}
    let folder = try TemporaryFolder()
    let (store, _) = try await makeStore(in: folder)

    await #expect(throws: Enough.self) {
      try await store.forEachFact(in: days) { _ in throw Enough() }
    }
  }

  @Test func `a backup is a store with the same answers, and overwrites nothing`() async throws {
    let folder = try TemporaryFolder()
    let (store, facts) = try await makeStore(in: folder)
    let target = folder.path("backup.db")

    try await store.backup(to: target, now: noon)
    try await store.commit(FactBatch(id: 9, receivedAt: noon, facts: facts))

    let copy = try FactStore.open(at: target, options: options())
    try await expectEqualAnswers(copy, FactModel(facts), in: days)
    #expect(try await copy.check() == [])
    await #expect(throws: StoreError.backupExists(path: target)) {
      try await store.backup(to: target, now: noon)
    }
    #expect(!FileManager.default.fileExists(atPath: target + ".partial"))
    let nowhere = folder.path("none/backup.db")
    await #expect(throws: StoreError.self) { try await store.backup(to: nowhere, now: noon) }
  }

  @Test func `the summary counts what is there`() async throws {
    let folder = try TemporaryFolder()
    let (store, _) = try await makeStore(in: folder)

    let summary = try await store.summary(now: noon + Milliseconds.day)

    #expect((2...3).contains(summary.segments))
    #expect(summary.journalBatches == 1)
    #expect(summary.valueCounts[.deviceType] == 4)
    #expect(summary.bytesPerFact > 1)
    #expect(summary.dailyFacts > 100)
    // What is no segment stays beside ten days of them.
    let rest = summary.fileBytes - summary.logBytes - summary.segmentBytes
    #expect(summary.forecastBytes(retention: .days(10)) == summary.dailyBytes * 10 + rest)
    #expect(summary.span?.contains(Timeframe(from: noon, to: noon)) == true)
    #expect(summary.newestReceipt == noon)
  }
}
