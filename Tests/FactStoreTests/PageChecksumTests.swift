import AnalyticsSource
import CPageChecksums
import Foundation
import GRDB
import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@testable import FactStore

@Suite("Checksums of pages")
struct PageChecksumTests {
  private let days = Timeframe(
    from: noon - 36 * Milliseconds.hour,
    to: noon + 12 * Milliseconds.hour
  )

  /// Makes a store with something in every table, and closes it.
  private func makeStore(in folder: TemporaryFolder, addsChecksums: Bool = true) async throws {
    var options = options()
    options.addsChecksums = addsChecksums
    let store = try FactStore.open(at: folder.storePath, options: options)
    try await store.fill(in: days)
    try store.close()
  }

  /// All values of all tables.
  private func dump(_ path: String) throws -> [String] {
    var configuration = Configuration()
    configuration.readonly = true
    return try DatabaseQueue(path: path, configuration: configuration).read { db in
      let tables = try String.fetchAll(
        db,
        sql: "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
      )
      return try tables.flatMap { table in
        try Row.fetchAll(db, sql: "SELECT * FROM \(table)").map { "\(table) \($0)" }
      }
    }
  }

  /// The store of a path, as questions see it.
  private func answers(_ path: String) async throws -> [SumRows] {
    let store = try FactStore.open(at: path, options: options(isReadOnly: true))
    defer { try? store.close() }
    var builder = FactBuilder(seed: 3)
    return try await store.sums(for: (0..<6).map { _ in builder.query(in: days) }).rows
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

  @Test(arguments: 0..<5)
  func `every flipped bit is found or hits what holds nothing, and none changes an answer`(
    seed: Int
  ) async throws {
    let folder = try TemporaryFolder()
    try await makeStore(in: folder)
    let whole = try Data(contentsOf: URL(filePath: folder.storePath))
    let (sound, expected) = (try dump(folder.storePath), try await answers(folder.storePath))
    var generator = SeededGenerator(seed: UInt64(seed))
    let path = folder.path("damaged.db")
    var found = 0
    var harmless = 0

    for flip in 0..<100 {
      // The first page, with the header, has its share.
      let limit = flip % 5 == 0 ? 1000 : whole.count
      let (byte, bit) = (
        Int.random(in: 0..<limit, using: &generator), Int.random(in: 0..<8, using: &generator)
      )
      var damaged = whole
      damaged[byte] ^= 1 << UInt8(bit)
      try damaged.write(to: URL(filePath: path))
      for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }

      let findings = await findings(path)
      if findings.isEmpty {
        harmless += 1
        #expect(try dump(path) == sound, "bit \(bit) of byte \(byte)")
      } else {
        found += 1
      }
      if let rows = try? await answers(path) {
        #expect(rows == expected, "bit \(bit) of byte \(byte)")
      }
    }

    #expect(found + harmless == 100)
    #expect(found > 70)
  }

  @Test func `a damaged page is named, by a check, by a question, and where it can't be opened`()
    async throws
  {
    let folder = try TemporaryFolder()
    try await makeStore(in: folder)
    let path = folder.storePath
    let whole = try Data(contentsOf: URL(filePath: path))

    let totals = try await damage(whole, at: path, table: "media_total")
    let store = try FactStore.open(at: path, options: options(isReadOnly: true))
    #expect(try await store.check().contains("Page \(totals) does not match its checksum."))
    let plays = SumQuery(span: .allTime, grouping: .dimension(.mediaID), sums: [.plays])
    await #expect(throws: Self.corrupt(path, totals)) { try await store.sums(for: [plays]) }
    try store.close()

    let head = try await damage(whole, at: path, table: "retention")
    #expect(throws: Self.corrupt(path, head)) {
      try FactStore.open(at: path, options: options(isReadOnly: true))
    }
  }

  private static func corrupt(_ path: String, _ page: Int) -> StoreError {
    .corrupt(path: path, detail: "page \(page) does not match its checksum")
  }

  /// Writes a store to a path with one bit flipped in the first page of a table; the number of the page.
  private func damage(_ whole: Data, at path: String, table: String) async throws -> Int {
    try whole.write(to: URL(filePath: path))
    let page = try await DatabaseQueue(path: path).read { db in
      try Int.fetchOne(
        db,
        sql: "SELECT rootpage FROM sqlite_schema WHERE name = ?",
        arguments: [table]
      ) ?? 0
    }
    var damaged = whole
    damaged[(page - 1) * StoreOpening.pageSize + 9000] ^= 1
    try damaged.write(to: URL(filePath: path))
    for end in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) }
    return page
  }

  @Test func `pages that changed places are found`() async throws {
    let folder = try TemporaryFolder()
    try await makeStore(in: folder)
    let path = folder.storePath
    let whole = try Data(contentsOf: URL(filePath: path))
    let size = StoreOpening.pageSize
    for (first, second) in [(3, 4), (5, 9), (7, 12)] {
      var swapped = whole
      let (one, other) = ((first - 1) * size, (second - 1) * size)
      swapped.replaceSubrange(one..<one + size, with: whole[other..<other + size])
      swapped.replaceSubrange(other..<other + size, with: whole[one..<one + size])
      try swapped.write(to: URL(filePath: path))

      let found = await findings(path).joined(separator: " ").lowercased()
      #expect(
        [first, second].contains { found.contains("page \($0) does not match its checksum") },
        "\(found)"
      )
    }
  }

  @Test func `a store of before gets them when nobody else has it open`() async throws {
    let folder = try TemporaryFolder()
    try await makeStore(in: folder, addsChecksums: false)
    let path = folder.storePath
    #expect(try reservedBytes(path) == 0)
    let (before, expected) = (try dump(path), try await answers(path))

    let reader = try FactStore.open(at: path, options: options(isReadOnly: true))
    try FactStore.open(at: path, options: options()).close()
    #expect(try reservedBytes(path) == 0)
    try reader.close()
    let store = try FactStore.open(at: path, options: options())

    #expect(try reservedBytes(path) == 8)
    #expect(try await store.check() == [])
    try store.close()
    #expect(try dump(path) == before)
    #expect(try await answers(path) == expected)
    var cleared = try Data(contentsOf: URL(filePath: path))
    cleared[20] = 0
    try cleared.write(to: URL(filePath: path))
    let detail = "its header has no room for checksums"
    #expect(throws: StoreError.corrupt(path: path, detail: detail)) {
      try FactStore.open(at: path, options: options())
    }
  }

  @Test func `a backup has them too`() async throws {
    let folder = try TemporaryFolder()
    try await makeStore(in: folder)
    let store = try FactStore.open(at: folder.storePath, options: options())
    let copy = folder.path("copy of it.db")
    try await store.backup(to: copy, keepsKeys: true, now: noon)

    #expect(try reservedBytes(copy) == 8)
    let again = try FactStore.open(at: copy, options: options(isReadOnly: true))
    #expect(try await again.check() == [])
    #expect(try dump(copy) == dump(folder.storePath))
  }

  private func reservedBytes(_ path: String) throws -> UInt8 {
    try Data(contentsOf: URL(filePath: path))[20]
  }

  @Test(
    arguments: [
      // Of `xxhsum`, for what is before the last eight bytes.
      (16_384, 0, 0xd4f5_9914_8471_ad1a), (48, 5, 0x234a_0721_a8dc_3a69),
    ] as [(Int, UInt32, UInt64)]
  )
  func `a checksum is XXH64 with the page's number as seed`(
    size: Int,
    number: UInt32,
    expected: UInt64
  ) {
    let page = (0..<size).map { UInt8(truncatingIfNeeded: $0 * 7 + $0 / 256) }
    #expect(playhead_page_checksum(page, size, number) == expected)
  }
}

extension FactStore {
  /// Puts something into every table.
  func fill(in days: Timeframe) async throws {
    var builder = FactBuilder(seed: 1)
    let importing = try await beginImport()
    try await importing.append(builder.facts(500, in: days))
    try await importing.finish(sha256: [UInt8](repeating: 7, count: 32))
    let states = (1...30).map {
      PlaybackState(
        playback: .init(rawValue: UInt64($0)),
        lastPingAt: noon,
        bytes: [UInt8](repeating: UInt8($0), count: 90)
      )
    }
    for number in 1...2 {
      let batch = FactBatch(
        id: UInt64(number),
        receivedAt: noon,
        facts: builder.facts(100, in: days),
        states: states,
        newValues: [NewValue(OpenValue(.mediaID, "vi-new\(number)"), on: CivilTime(noon).date)]
      )
      try await commit(batch)
      if number == 1 { try await maintain(now: noon) }
    }
    _ = try await viewerKey(for: CivilTime(noon).date)
    try await describe([MediaItem(id: "vi1", title: "Title", tags: ["a"], duration: 7)])
    try await count([.acceptedPings: 5], at: noon)
    try await noteWork(at: noon)
    if let key = try await createKey(named: "wall", now: noon) {
      _ = try await issueTokens(for: .apiKey(key.secret), at: noon)
    }
  }
}
