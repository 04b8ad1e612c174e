import AnalyticsSource
import Foundation
import GRDB
import PlaybackFacts
import QueryCore
import Synchronization
import TestSupport
import Testing

@testable import FactStore

@Suite("Migration")
struct MigrationTests {
  private let days = Timeframe(from: noon - 4 * Milliseconds.day, to: noon)
  private static let media = MediaItem(id: "vi1", title: "Title", tags: ["a", "b"])

  /// Makes a store, turns it into one of format 1, and returns its facts.
  private func makeFormat1(
    in folder: TemporaryFolder,
    from start: Timestamp? = nil
  ) async throws -> [Fact] {
    var former = options()
    former.addsChecksums = false
    let store = try FactStore.open(at: folder.storePath, options: former)
    var builder = FactBuilder(seed: 12)
    builder.hasBots = false
    let facts = builder.facts(400, in: Timeframe(from: start ?? days.from, to: days.to))
    let importing = try await store.beginImport()
    try await importing.append(Array(facts[..<300]))
    try await importing.finish()
    try await store.commit(
      FactBatch(
        id: 1,
        receivedAt: noon,
        facts: Array(facts[300...]),
        states: [PlaybackState(playback: .init(rawValue: 5), lastPingAt: noon, bytes: [1])]
      )
    )
    try await store.describe([Self.media])
    try store.close()
    try await DatabaseQueue(path: folder.storePath).writeWithoutTransaction { db in
      let hour = noon.hour
      try db.execute(
        sql: """
          DROP TABLE grdb_migrations; DROP TABLE retention; DROP TABLE clock;
          DROP TABLE doubtful_receipts; DROP TABLE collector_minutes; DROP TABLE ledger;
          DROP TABLE maintenance_lease;
          CREATE TABLE lease (
            name TEXT PRIMARY KEY, owner INTEGER NOT NULL, expires_at INTEGER NOT NULL
          ) WITHOUT ROWID;
          ALTER TABLE journal DROP COLUMN pings; DROP TABLE ping_history;
          DROP TABLE value_code; DROP TABLE new_value; DROP TABLE api_key; DROP TABLE access_token;
          ALTER TABLE head DROP COLUMN dictionary_epoch;
          ALTER TABLE head DROP COLUMN has_dead_values;
          ALTER TABLE head DROP COLUMN sealed_row;
          ALTER TABLE head DROP COLUMN whole_sealings;
          ALTER TABLE segment DROP COLUMN newest_fact;
          DELETE FROM dictionary WHERE dimension = \(Dimension.bots.rawValue);
          CREATE TABLE ledger (
            hour INTEGER NOT NULL, name TEXT NOT NULL, count INTEGER NOT NULL,
            PRIMARY KEY (hour, name)
          ) WITHOUT ROWID;
          INSERT INTO ledger VALUES
            (\(hour), 'ping', 7), (\(hour), 'ping-refused:not-json', 2), (\(hour - 1), 'ping', 1),
            (\(hour), 'event-duplicate', 5), (\(hour), 'event-refused:too-old', 3),
            (\(hour), 'at-work', 96), (\(hour - 20), 'imported', -1);
          PRAGMA user_version = 1;
          """
      )
    }
    return facts
  }

  private func expectSame(_ store: FactStore, _ facts: [Fact]) async throws {
    try await expectEqualAnswers(store, FactModel(facts), in: days)
    #expect(try await store.media(unless: nil)?.items == [Self.media])
    let ledger = try #require(try await store.health().ledger)
    #expect(ledger.acceptedPings == 8 && ledger.duplicateEvents == 5)
    #expect(ledger.refusedPings == [.init(name: "not-json", count: 2)])
    #expect(ledger.refusedEvents == [.init(name: "too-old", count: 3)])
    let collected = try await store.dataState().collected
    guard case .during(let timeframe, _) = collected else {
      Issue.record("\(collected)")
      return
    }
    #expect(timeframe.to == noon.floored(to: Milliseconds.hour) + 7 * Milliseconds.minute)
    #expect(try await store.playbackStates(of: [.init(rawValue: 5)]).states.count == 1)
  }

  @Test func `a store of format 1 is migrated and answers the same`() async throws {
    let folder = try TemporaryFolder()
    let facts = try await makeFormat1(in: folder)
    let store = try FactStore.open(at: folder.storePath, options: options())
    try await expectSame(store, facts)
    try await store.maintain(now: noon)
    #expect(try await store.check() == [])
    try store.close()
    let again = try FactStore.open(at: folder.storePath, options: options())
    try await expectSame(again, facts)
    #expect(
      try await again.connections.pool.read { db in try Int.fetchOne(db, sql: "PRAGMA user_version")
      }
        == Schema.version | Int(Schema.checksumMark)
    )
  }

  @Test func `a reader of a store of format 1 leaves it as it is`() async throws {
    let folder = try TemporaryFolder()
    let facts = try await makeFormat1(in: folder)
    let before = try Data(contentsOf: URL(filePath: folder.storePath))
    let store = try FactStore.open(at: folder.storePath, options: options(isReadOnly: true))
    try await expectSame(store, facts)
    try store.close()
    #expect(try Data(contentsOf: URL(filePath: folder.storePath)) == before)
  }

  @Test func `a reader of a store of format 1 follows its migration`() async throws {
    let folder = try TemporaryFolder()
    let facts = try await makeFormat1(in: folder)
    let reader = try FactStore.open(at: folder.storePath, options: options(isReadOnly: true))
    try await expectSame(reader, facts)
    #expect(try await reader.check() == [])

    let writer = try FactStore.open(at: folder.storePath, options: options())
    try await expectSame(reader, facts)
    try await writer.count([.acceptedPings: 5], at: noon)
    let item = MediaItem(id: "vi2", title: "New", tags: ["c"])
    try await writer.describe([item])
    let retained = 3 * Milliseconds.day
    try await writer.setRetention(retained, now: noon)
    let edge = Retention(milliseconds: retained).edge(at: noon)

    #expect(try await reader.health().ledger?.acceptedPings == 13)
    #expect(try await reader.media(unless: nil)?.items == [Self.media, item])
    let exported = Mutex<[Timestamp]>([])
    try await reader.forEachFact(in: days) { fact in
      exported.withLock { $0.append(fact.time) }
    }
    let times = exported.withLock(\.self)
    #expect(!times.isEmpty && times.allSatisfy { $0 >= edge })
    #expect(try await reader.check() == [])
    let tables = try await reader.connections.read { db in
      try String.fetchAll(db, sql: "SELECT name FROM temp.sqlite_schema")
    }
    #expect(tables == [])
  }

  @Test func `what a store of format 1 has is retained, however old it is`() async throws {
    let folder = try TemporaryFolder()
    let start = noon - 900 * Milliseconds.day
    let facts = try await makeFormat1(in: folder, from: start)
    let store = try FactStore.open(at: folder.storePath, options: options())
    try await store.compact(now: noon)
    try await store.compact(now: noon + Milliseconds.day)
    let all = Timeframe(from: start, to: noon)
    try await expectEqualAnswers(store, FactModel(facts), in: all)
  }

  @Test func `several processes may open a store of format 1 at once`() async throws {
    let folder = try TemporaryFolder()
    let facts = try await makeFormat1(in: folder)
    let path = folder.storePath
    try await withThrowingTaskGroup(of: FactStore.self) { group in
      for _ in 0..<6 {
        group.addTask { try FactStore.open(at: path, options: options()) }
      }
      for try await store in group { try await expectSame(store, facts) }
    }
  }
}
