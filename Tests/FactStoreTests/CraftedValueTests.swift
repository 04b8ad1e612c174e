import AnalyticsSource
import Foundation
import GRDB
import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@testable import FactStore

/// Values that no page's checksum is wrong about, because they were written with it.
@Suite("Crafted values")
struct CraftedValueTests {
  private let days = Timeframe(
    from: noon - 36 * Milliseconds.hour,
    to: noon + 12 * Milliseconds.hour
  )

  /// Makes a store with something in every table, and changes it.
  private func makeStore(
    in folder: TemporaryFolder,
    _ change: (Database) throws -> Void
  ) async throws {
    let store = try FactStore.open(at: folder.storePath, options: options())
    try await store.fill(in: days)
    try store.close()
    try write(change, to: folder.storePath)
  }

  private func write(_ change: (Database) throws -> Void, to path: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
      try change(db)
    }
    try queue.close()
  }

  /// What a check finds; an error is a finding too.
  private func findings(_ path: String) async -> [String] {
    do {
      let store = try FactStore.open(at: path, options: options(isReadOnly: true))
      let findings = try await store.check()
      try store.close()
      return findings
    } catch {
      return ["\(error)"]
    }
  }

  /// Does all that a server, a dashboard and the commands do; errors are answers.
  private func exercise(_ path: String, _ seed: UInt64) async throws {
    if let store = try? FactStore.open(at: path, options: options(isReadOnly: true)) {
      await read(store, seed)
      try? store.close()
    }
    guard let store = try? FactStore.open(at: path, options: options()) else { return }
    _ = try? await store.commit(FactBatch(id: 99, receivedAt: noon, facts: []))
    _ = try? await store.viewerKey(for: CivilTime(noon).date)
    _ = try? await store.createKey(named: "other", now: noon)
    try? await store.count([.acceptedPings: 1], at: noon)
    try? await store.noteWork(at: noon)
    for day in [0, 3] as [Int64] { try? await store.maintain(now: noon + day * Milliseconds.day) }
    _ = try? await store.compact(now: noon + 3 * Milliseconds.day)
    await read(store, seed)
    try? store.close()
  }

  private func read(_ store: FactStore, _ seed: UInt64) async {
    var builder = FactBuilder(seed: seed)
    let total = SumQuery(span: .allTime, grouping: .dimension(.mediaID), sums: [.plays])
    for query in (0..<5).map({ _ in builder.query(in: days) }) + [total] {
      _ = try? await store.sums(for: [query])
    }
    _ = try? await store.dataState()
    _ = try? await store.health()
    _ = try? await store.summary(now: noon)
    _ = try? await store.media(unless: nil)
    _ = try? await store.recentFacts(after: nil, limit: 50)
    _ = try? await store.apiKeys()
    _ = try? await store.hasKeys(at: noon)
    _ = try? await store.playbackStates(of: (1...30).map { .init(rawValue: $0) })
    _ = try? await store.knownValues(
      among: [OpenValue(.mediaID, "vi-new1")],
      hasDescribedMediaOnly: false,
      on: [CivilTime(noon).date]
    )
    try? await store.forEachFact(in: days) { _ in }
  }

  private static let tables = Result { try StoredTable.expected() }

  @Test(arguments: try tables.get().map(\.name))
  func `a value of a wrong type or size is found, and ends nothing`(table name: String) async throws
  {
    let table = try #require(try Self.tables.get().first { $0.name == name })
    let folder = try TemporaryFolder()
    try await makeStore(in: folder) { _ in }
    let sound = try Data(contentsOf: URL(filePath: folder.storePath))
    #expect(await findings(folder.storePath) == [])
    let path = folder.path("crafted.db")

    for (place, column) in table.columns.enumerated() {
      let crafted: [String] =
        switch column.type {
        case "INTEGER": ["'text'", "9223372036854775807", "-9223372036854775808", "1.5"]
        case "TEXT": ["x'ff00'", "x''"]
        default: ["'text'", "7"]
        }
      for (index, value) in crafted.enumerated() {
        try sound.write(to: URL(filePath: path))
        for end in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) }
        var isChanged = false
        try write(
          { db in
            // An INTEGER PRIMARY KEY takes nothing else.
            try? db.execute(sql: "UPDATE OR REPLACE \(name) SET \"\(column.name)\" = \(value)")
            isChanged = db.changesCount > 0
          },
          to: path
        )
        guard isChanged else { continue }

        let found = await findings(path)
        let mayBeAny = table.limits(of: column.name) == StoredLimits.bits && !value.contains(/['.]/)
        #expect(!found.isEmpty || mayBeAny, "\(name).\(column.name) = \(value)")
        // Text and the largest number are the worst.
        if index == place % 2 { try await exercise(path, 5) }
      }
    }
  }

  @Test(arguments: [
    "UPDATE media SET id = ''", "UPDATE media SET duration = 0",
    "UPDATE journal SET row = 0 WHERE row = (SELECT max(row) FROM journal)",
  ])
  func `a value of the right type that nothing writes is found`(change: String) async throws {
    let folder = try TemporaryFolder()
    try await makeStore(in: folder) { db in
      try db.execute(sql: change)
      #expect(db.changesCount > 0)
    }

    #expect(await !findings(folder.storePath).isEmpty)
  }

  @Test(arguments: try tables.get().map(\.name))
  func `a table that is missing is found, and ends nothing`(table: String) async throws {
    let folder = try TemporaryFolder()
    try await makeStore(in: folder) { db in try db.execute(sql: "DROP TABLE \(table)") }

    #expect(await !findings(folder.storePath).isEmpty)
    try await exercise(folder.storePath, 6)
  }

  @Test(arguments: 0..<10)
  func `bytes that are no column are found, and end nothing`(seed: Int) async throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let folder = try TemporaryFolder()
    try await makeStore(in: folder) { _ in }
    let sound = try Data(contentsOf: URL(filePath: folder.storePath))
    let path = folder.path("crafted.db")
    let blobs = [
      ("segment_column", "data"), ("segment_column", "data"), ("segment_column", "data"),
      ("segment", "hour_groups"), ("dictionary", "texts"), ("journal", "facts"),
      ("journal", "states"), ("new_value", "hashes"), ("state", "bytes"),
    ]
    for (table, column) in blobs {
      try sound.write(to: URL(filePath: path))
      for end in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) }
      var isChanged = false
      try write(
        { db in
          let rows = try Row.fetchAll(
            db,
            sql: "SELECT rowid, \(column) FROM \(table) WHERE \(column) IS NOT NULL"
          )
          guard let row = rows.randomElement(using: &generator) else { return }
          let other = rows.randomElement(using: &generator) ?? row
          let crafted = Self.crafted(row[1], other[1], using: &generator)
          isChanged = crafted != row[1] as Data
          try db.execute(
            sql: "UPDATE \(table) SET \(column) = ? WHERE rowid = ?",
            arguments: [crafted, row[0] as Int64]
          )
        },
        to: path
      )

      // A state is for the collector alone, which reads past what it can't.
      let isOpaque = table == "state" || table == "new_value" || column == "states"
      #expect(
        await !findings(path).isEmpty || !isChanged || isOpaque,
        "\(table).\(column) of seed \(seed)"
      )
      try await exercise(path, UInt64(seed))
    }
  }

  /// Other bytes: cut, longer, mixed up, extreme, or of another row.
  private static func crafted(
    _ bytes: Data,
    _ other: Data,
    using generator: inout SeededGenerator
  ) -> Data {
    var crafted = bytes
    switch Int.random(in: 0..<7, using: &generator) {
    case 0: crafted = bytes.prefix(Int.random(in: 0...bytes.count, using: &generator))
    case 1: crafted = bytes + bytes
    case 2: crafted = other
    case 3: crafted = Data(repeating: 0xff, count: Int.random(in: 1...40, using: &generator))
    case 4: crafted = Data((0..<40).map { _ in UInt8.random(in: 0...255, using: &generator) })
    default:
      for _ in 0..<4 where !crafted.isEmpty {
        crafted[Int.random(in: 0..<crafted.count, using: &generator)] = .random(
          in: 0...255,
          using: &generator
        )
      }
    }
    return Data(crafted)
  }
}
