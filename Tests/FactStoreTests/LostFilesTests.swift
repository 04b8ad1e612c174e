@testable import FactStore
import Foundation
import GRDB
import PlaybackFacts
import QueryCore
import TestSupport
import Testing

/// Files that are deleted, replaced or overwritten while a store has them open.
@Suite("Lost files")
struct LostFilesTests {
  private let day = Timeframe(from: noon - 12 * Milliseconds.hour, to: noon)

  /// A batch with facts of its own.
  private func batch(_ id: UInt64, facts count: Int = 10) -> FactBatch {
    var builder = FactBuilder(seed: id)
    return FactBatch(id: id, receivedAt: noon, facts: builder.facts(count, in: day))
  }

  /// How many facts batches of these numbers have.
  private func factCount(_ ids: ClosedRange<UInt64>) -> Int {
    ids.reduce(0) { $0 + batch($1).facts.count }
  }

  /// A copy of the files as they are, as after a power cut: whoever has the originals open does not matter.
  private func countAfterCrash(_ path: String, in folder: TemporaryFolder) async throws -> Int {
    let copy = folder.path("crashed-\(UUID().uuidString).db")
    for ending in ["", "-wal"] where FileManager.default.fileExists(atPath: path + ending) {
      try FileManager.default.copyItem(atPath: path + ending, toPath: copy + ending)
    }
    let store = try FactStore.open(at: copy, options: options())
    defer { try? store.close() }
    #expect(try await store.check() == [])
    return try await store.summary(now: noon).facts
  }

  @Test func `what is in a deleted log is saved before the next commit is refused`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.storePath
    let store = try FactStore.open(at: path, options: options())
    for id in 1...20 as ClosedRange<UInt64> { try await store.commit(batch(id)) }
    try FileManager.default.removeItem(atPath: path + "-wal")

    await #expect(throws: StoreError.logGone(path: path, isSaved: true)) {
      try await store.commit(batch(21))
    }

    #expect(try await countAfterCrash(path, in: folder) == factCount(1...20))
    await #expect(throws: StoreError.logGone(path: path, isSaved: true)) {
      try await store.dataState()
    }
    await #expect(throws: StoreError.logGone(path: path, isSaved: true)) {
      try await store.checkFiles()
    }
    #expect(throws: StoreError.logGone(path: path, isSaved: true)) { try store.close() }
  }

  /// What a collector and a server ask before anything is committed.
  enum Question: CaseIterable {
    case states, state, sums

    func ask(_ store: FactStore, in timeframe: Timeframe) async throws {
      switch self {
      case .states: _ = try await store.playbackStates(of: [PlaybackID("p")])
      case .state: _ = try await store.dataState()
      case .sums:
        _ = try await store.sums(for: [SumQuery(span: .timeframe(timeframe), sums: [.plays])])
      }
    }
  }

  @Test(arguments: Question.allCases)
  func `what is in a deleted log is saved before a question is refused`(question: Question)
    async throws
  {
    let folder = try TemporaryFolder()
    let path = folder.storePath
    let store = try FactStore.open(at: path, options: options())
    for id in 1...20 as ClosedRange<UInt64> { try await store.commit(batch(id)) }
    try FileManager.default.removeItem(atPath: path + "-wal")

    await #expect(throws: StoreError.logGone(path: path, isSaved: true)) {
      try await question.ask(store, in: day)
    }

    #expect(try await countAfterCrash(path, in: folder) == factCount(1...20))
  }

  @Test func `what is in a deleted log is saved without a commit`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.storePath
    let store = try FactStore.open(at: path, options: options())
    for id in 1...20 as ClosedRange<UInt64> { try await store.commit(batch(id)) }
    try FileManager.default.removeItem(atPath: path + "-wal")

    guard case .unknown = store.glance() else {
      Issue.record("\(store.glance())")
      return
    }
    await #expect(throws: StoreError.logGone(path: path, isSaved: true)) {
      try await store.checkFiles()
    }

    #expect(try await countAfterCrash(path, in: folder) == factCount(1...20))
  }

  @Test func `a reader delays the saving and does not prevent it`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.storePath
    let store = try FactStore.open(at: path, options: options())
    try await store.commit(batch(1))
    // Whoever reads an older state keeps pages of it from being overwritten.
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let reader = try DatabaseQueue(path: path, configuration: configuration)
    try reader.inDatabase { db in
      try db.execute(sql: "BEGIN")
      _ = try Row.fetchOne(db, sql: "SELECT * FROM head")
    }
    try await store.commit(batch(2))
    try FileManager.default.removeItem(atPath: path + "-wal")

    await #expect(throws: StoreError.logGone(path: path, isSaved: false)) {
      try await store.checkFiles()
    }
    try reader.inDatabase { db in try db.execute(sql: "COMMIT") }
    await #expect(throws: StoreError.logGone(path: path, isSaved: true)) {
      try await store.checkFiles()
    }

    #expect(try await countAfterCrash(path, in: folder) == factCount(1...2))
  }

  @Test func `a deleted index is noticed, and the log stays in place`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.storePath
    let store = try FactStore.open(at: path, options: options())
    try await store.commit(batch(1))
    try FileManager.default.removeItem(atPath: path + "-shm")

    await #expect(throws: StoreError.logGone(path: path, isSaved: true)) {
      try await store.commit(batch(2))
    }

    #expect(try await countAfterCrash(path, in: folder) == factCount(1...1))
    #expect(throws: StoreError.logGone(path: path, isSaved: true)) { try store.close() }
    // Closing has left the log to whoever opens the store next.
    #expect(try await countAfterCrash(path, in: folder) == factCount(1...1))
  }

  @Test func `a log that somebody has begun in place of a deleted one is left alone`() async throws
  {
    let folder = try TemporaryFolder()
    let path = folder.storePath
    let store = try FactStore.open(at: path, options: options())
    try await store.commit(batch(1))
    try FileManager.default.removeItem(atPath: path + "-wal")
    try Data("another log".utf8).write(to: URL(filePath: path + "-wal"))

    await #expect(throws: StoreError.logGone(path: path, isSaved: false)) {
      try await store.checkFiles()
    }
    #expect(throws: StoreError.self) { try store.close() }

    #expect(try Data(contentsOf: URL(filePath: path + "-wal")) == Data("another log".utf8))
  }

  @Test func `a backup copied over an open store is noticed, and nothing is mixed`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.storePath
    let store = try FactStore.open(at: path, options: options())
    try await store.commit(batch(1))
    try await store.backup(to: folder.path("backup.db"), now: noon)
    for id in 2...20 as ClosedRange<UInt64> { try await store.commit(batch(id)) }
    let copy = try Data(contentsOf: URL(filePath: folder.path("backup.db")))
    // In place, as cp does it.
    try copy.write(to: URL(filePath: path))

    await #expect(throws: StoreError.overwritten(path: path)) { try await store.commit(batch(21)) }
    await #expect(throws: StoreError.overwritten(path: path)) { try await store.dataState() }
    #expect(throws: StoreError.overwritten(path: path)) { try store.close() }

    #expect(try Data(contentsOf: URL(filePath: path)) == copy)
    #expect(throws: StoreError.foreignLog(path: path)) {
      try FactStore.open(at: path, options: options())
    }
  }

  @Test func `another process's checkpoints are not taken for a replacement`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.storePath
    let store = try FactStore.open(at: path, options: options())
    let other = try FactStore.open(at: path, options: options())
    let reader = try FactStore.open(at: path, options: options(isReadOnly: true))

    for id in 1...40 as ClosedRange<UInt64> {
      let writer = id.isMultiple(of: 2) ? store : other
      try await writer.commit(batch(id, facts: 200))
      if id.isMultiple(of: 5) { _ = try await writer.log.empty() }
      #expect(try await reader.dataState().version == id)
    }

    try other.close()
    try await store.commit(batch(41))
    #expect(try await reader.dataState().version == 41)
  }
}
