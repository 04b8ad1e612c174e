@testable import FactStore
import Foundation
import GRDB
import Glibc
import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@Suite("Opening")
struct OpeningTests {
  private let day = Timeframe(from: noon - 12 * Milliseconds.hour, to: noon)

  private func makeStore(at path: String) async throws {
    let store = try FactStore.open(at: path, options: options())
    var builder = FactBuilder(seed: 1)
    try await store.commit(
      FactBatch(id: 1, receivedAt: noon, facts: builder.facts(500, in: day))
    )
    try await store.compact(now: noon + Milliseconds.day)
    try store.close()
  }

  @Test func `a store again finds what was kept`() async throws {
    let folder = try TemporaryFolder()
    try await makeStore(at: folder.storePath)

    let store = try FactStore.open(at: folder.storePath, options: options())

    var builder = FactBuilder(seed: 1)
    try await expectEqualAnswers(store, FactModel(builder.facts(500, in: day)), in: day)
    #expect(try await store.dataState().newestReceipt == noon)
    #expect(!FileManager.default.fileExists(atPath: folder.storePath + "-journal"))
  }

  @Test(arguments: [true, false])
  func `a file that went away while it was open is noticed`(isReplaced: Bool) async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    var builder = FactBuilder(seed: 1)
    let facts = builder.facts(10, in: day)
    try FileManager.default.moveItem(atPath: folder.storePath, toPath: folder.storePath + ".old")
    if isReplaced {
      try await makeStore(at: folder.storePath + ".new")
      try FileManager.default.moveItem(
        atPath: folder.storePath + ".new",
        toPath: folder.storePath
      )
    }

    await #expect(throws: StoreError.gone(path: folder.storePath)) {
      try await store.commit(FactBatch(id: 2, receivedAt: noon, facts: facts))
    }
    await #expect(throws: StoreError.gone(path: folder.storePath)) {
      try await store.dataState()
    }
  }

  @Test func `a new store is empty and says so`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())

    let state = try await store.dataState()
    let answer = try await store.sums(for: [
      SumQuery(span: .timeframe(day), sums: [.plays]),
      SumQuery(span: .timeframe(day), grouping: .dimension(.country), sums: [.plays]),
      SumQuery(span: .allTime, grouping: .dimension(.mediaID), sums: [.plays]),
    ])

    #expect(state.newestReceipt == nil)
    #expect(answer.state == state)
    #expect(answer.rows == [.total(.zero), .byValue([:]), .byValue([:])])
    #expect(try await store.check() == [])
  }

  @Test func `what is not a store is refused and left as it is`() throws {
    let folder = try TemporaryFolder()
    let path = folder.storePath
    let other = folder.path("other.db")
    try DatabaseQueue(path: other).write { db in
      try db.execute(sql: "CREATE TABLE t (a)")
      try db.execute(sql: "PRAGMA user_version = 9")
    }
    let contents: [Data] = [
      Data("a text of somebody else's, which is longer than a header ".utf8) + Data(count: 200),
      Data("x".utf8), try Data(contentsOf: URL(filePath: other)),
    ]

    for content in contents {
      try content.write(to: URL(filePath: path))
      #expect(throws: StoreError.foreign(path: path)) { try FactStore.open(at: path) }
      #expect(try Data(contentsOf: URL(filePath: path)) == content)
    }
  }

  @Test(arguments: [false, true])
  func `a store whose making or migration was killed is opened`(existed: Bool) async throws {
    let folder = try TemporaryFolder()
    let (unfinished, killed) = (folder.path("unfinished.db"), folder.storePath)
    if existed { try await makeStore(at: unfinished) }
    let queue = try DatabaseQueue(path: unfinished)
    try await queue.writeWithoutTransaction { db in
      // So large that SQLite writes to the file before the end of the transaction.
      try db.execute(
        sql: """
          PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; BEGIN; CREATE TABLE unfinished (a);
          INSERT INTO unfinished VALUES (zeroblob(1000000)), (zeroblob(1000000));
          """
      )
      for end in ["", "-journal"] {
        try FileManager.default.copyItem(atPath: unfinished + end, toPath: killed + end)
      }
      try db.execute(sql: "ROLLBACK")
    }
    #expect(FileManager.default.fileExists(atPath: killed + "-journal"))

    if existed {
      let reader = try FactStore.open(at: killed, options: options(isReadOnly: true))
      #expect(try await reader.check() == [])
      try reader.close()
    }
    let store = try FactStore.open(at: killed, options: options())
    #expect(try await store.check() == [])
  }

  @Test(arguments: [1, 8, 12, 19, 28], [false, true])
  func `a journal that a power cut left without its beginning keeps nobody from the store`(
    length: Int,
    existed: Bool
  ) async throws {
    let folder = try TemporaryFolder()
    let path = folder.storePath
    if existed {
      try await makeStore(at: path)
    } else {
      // The first page, before it says whose it is.
      let queue = try DatabaseQueue(path: path)
      try await queue.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA page_size = 16384; PRAGMA auto_vacuum = INCREMENTAL; VACUUM")
      }
      try queue.close()
    }
    // How it begins, how many pages it has, a random number, how many pages the file had.
    let magic: [UInt8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7]
    let journal = Data(magic + [0, 0, 0, 1, 7, 7, 7, 7, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 0x40, 0])
    try journal.prefix(length).write(to: URL(filePath: path + "-journal"))

    if existed {
      let reader = try FactStore.open(at: path, options: options(isReadOnly: true))
      #expect(try await reader.check() == [])
      try reader.close()
    }
    let store = try FactStore.open(at: path, options: options())
    #expect(try await store.check() == [])
  }

  @Test func `a store that was cut is refused`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.storePath
    try await makeStore(at: path)
    let whole = try Data(contentsOf: URL(filePath: path))

    for length in [50, 100, 20_000, whole.count - 1] {
      try whole.prefix(length).write(to: URL(filePath: path))
      #expect(throws: StoreError.truncated(path: path)) { try FactStore.open(at: path) }
    }
  }

  @Test func `a store of a later version is refused`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.storePath
    try await makeStore(at: path)
    let known = Schema.version
    try await DatabaseQueue(path: path).write { db in
      try db.execute(sql: "PRAGMA user_version = \(known + 1)")
    }

    #expect(throws: StoreError.newer(path: path, version: known + 1, newestKnown: known)) {
      try FactStore.open(at: path)
    }
  }

  @Test func `missing files and folders are said`() throws {
    let folder = try TemporaryFolder()
    let path = folder.storePath
    let nowhere = folder.path("none/playhead.db")
    let directory = folder.url.path(percentEncoded: false)

    #expect(throws: StoreError.missing(path: path)) {
      try FactStore.open(at: path, options: options(isReadOnly: true))
    }
    #expect(throws: StoreError.folderMissing(path: nowhere)) { try FactStore.open(at: nowhere) }
    #expect(throws: StoreError.isFolder(path: directory)) { try FactStore.open(at: directory) }
  }

  @Test(.enabled("root may open everything") { geteuid() != 0 })
  func `a folder that forbids it is said, and no missing store`() async throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path("closed"),
      withIntermediateDirectories: true
    )
    let path = folder.path("closed/playhead.db")
    try await makeStore(at: path)
    chmod(folder.path("closed"), 0)
    defer { chmod(folder.path("closed"), 0o700) }

    for isReadOnly in [true, false] {
      #expect(throws: StoreError.notPermitted(path: path)) {
        try FactStore.open(at: path, options: options(isReadOnly: isReadOnly))
      }
    }
  }

  @Test func `a store whose making was interrupted is made again`() throws {
    let folder = try TemporaryFolder()
    try Data().write(to: URL(filePath: folder.storePath))
    try FactStore.open(at: folder.storePath, options: options()).close()
    let half = folder.path("half.db")
    try DatabaseQueue(path: half).inDatabase { db in
      try db.execute(sql: "CREATE TABLE t (a); DROP TABLE t;")
    }

    try FactStore.open(at: half, options: options()).close()
  }

  @Test func `a reader can't write, and sees what others write`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.storePath
    try await makeStore(at: path)
    let reader = try FactStore.open(at: path, options: options(isReadOnly: true))

    await #expect(throws: StoreError.readOnly(path: path)) {
      try await reader.commit(FactBatch(id: 2, receivedAt: noon, facts: []))
    }

    #expect(try await reader.check() == [])
  }

  @Test func `a store that was closed refuses`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    try store.close()

    await #expect(throws: StoreError.closed(path: folder.storePath)) {
      try await store.commit(FactBatch(id: 1, receivedAt: noon, facts: []))
    }
    await #expect(throws: StoreError.closed(path: folder.storePath)) {
      try await store.dataState()
    }
  }

  @Test func `each error is one sentence that names the store`() {
    let path = "/data/playhead.db"
    let errors: [StoreError] = [
      .missing(path: path), .folderMissing(path: path), .isFolder(path: path),
      .notPermitted(path: path), .foreign(path: path), .truncated(path: path),
      .newer(path: path, version: 2, newestKnown: 1), .diskFull(path: path),
      .readOnly(path: path), .locked(path: path), .maintainedElsewhere(path: path),
      .backupExists(path: path), .corrupt(path: path, detail: "a page is empty"),
      .closed(path: path), .failed(path: path, reason: "disk I/O error"),
      .foreignLog(path: path), .noSharedMemory(path: path, code: 5386),
      .backupNotWritten(path: path, reason: "there is no space left"),
      .backupDamaged(path: path, finding: "Segment 1 holds no facts."), .backupIsStore(path: path),
      .inUse(path: path, process: 17), .inUse(path: path, process: nil),
      .unreadable(path: path, reason: "SQLite code 266"), .gone(path: path),
      .logGone(path: path, isSaved: true), .logGone(path: path, isSaved: false),
      .overwritten(path: path),
    ]
    for error in errors {
      #expect(error.description.contains(path))
      #expect(!error.publicDescription.contains(path))
      #expect(error.description.hasSuffix("."))
      #expect(!error.description.dropLast().contains(". "))
    }
  }
}
