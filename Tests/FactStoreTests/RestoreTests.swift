import AnalyticsSource
@testable import FactStore
import Foundation
import GRDB
import Glibc
import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@Suite("Backup and restore")
struct RestoreTests {
  private let day = Timeframe(from: noon - 12 * Milliseconds.hour, to: noon)

  private func batch(_ id: UInt64) -> FactBatch {
    var builder = FactBuilder(seed: id)
    return FactBatch(id: id, receivedAt: noon, facts: builder.facts(10, in: day))
  }

  /// How many facts batches of these numbers have.
  private func factCount(_ ids: ClosedRange<UInt64>) -> Int {
    ids.reduce(0) { $0 + batch($1).facts.count }
  }

  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
  }

  private func names(in folder: TemporaryFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.url.path(percentEncoded: false))
      .sorted()
  }

  /// A store with so many batches, some of them only in its log, and a backup of its first batch.
  private func makeBackedUpStore(in folder: TemporaryFolder) async throws {
    let store = try FactStore.open(at: folder.storePath, options: options())
    try await store.commit(batch(1))
    try await store.backup(to: folder.path("backup.db"), now: noon)
    try await store.commit(batch(2))
    try store.close()
  }

  /// Leaves the log of an open store beside a path, as a crash does.
  private func leaveLog(at path: String, in folder: TemporaryFolder) async throws {
    let store = try FactStore.open(at: folder.path("other.db"), options: options())
    try await store.commit(batch(3))
    try await store.commit(batch(4))
    // An empty one may be there.
    try? FileManager.default.removeItem(atPath: path + "-wal")
    try FileManager.default.copyItem(atPath: folder.path("other.db-wal"), toPath: path + "-wal")
    try store.close()
  }

  @Test func `the files of a store and of a backup are their owner's only`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.storePath
    let store = try FactStore.open(at: path, options: options())
    try await store.commit(batch(1))
    try await store.backup(to: folder.path("backup.db"), now: noon)

    for name in [path, path + "-wal", path + "-shm", folder.path("backup.db")] {
      #expect(mode(name) == 0o600, "\(name)")
    }
    #expect(FactStore.filesOpenToOthers(ofStoreAt: path) == [])
  }

  @Test func `a mode that an administrator has set stays, also for the log`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.storePath
    try FactStore.open(at: path, options: options()).close()
    for name in try names(in: folder) { chmod(folder.path(name), 0o644) }

    let store = try FactStore.open(at: path, options: options())
    try await store.commit(batch(1))

    #expect(mode(path) == 0o644)
    #expect(mode(path + "-wal") == 0o644)
    #expect(
      FactStore.filesOpenToOthers(ofStoreAt: path) == [path, path + "-wal", path + "-shm"]
    )
    chmod(path, 0o640)
    #expect(FactStore.filesOpenToOthers(ofStoreAt: path) == [path + "-wal", path + "-shm"])
  }

  @Test(arguments: [true, false])
  func `a backup has keys only where it should`(keepsKeys: Bool) async throws {
    let folder = try TemporaryFolder()
    let target = folder.path("backup.db")
    var options = options()
    options.makeViewerKey = { SipHash.Key(low: 0x1122_3344_5566_7788, high: 2) }
    let store = try FactStore.open(at: folder.storePath, options: options)
    let today = CivilDate(daysSince1970: Int(noon.day))
    let key = try await store.viewerKey(for: today)
    let created = try #require(try await store.createKey(named: "wall", now: noon))
    let credential = Credential.apiKey(created.secret)
    _ = try await store.issueTokens(for: credential, at: noon)

    try await store.backup(to: target, keepsKeys: keepsKeys, now: noon)

    options.isReadOnly = true
    let copy = try FactStore.open(at: target, options: options)
    #expect(try await (copy.keys.storedKey(of: today) == key) == keepsKeys)
    #expect(try await copy.hasKeys(at: noon))
    #expect(try await (copy.key(of: credential, at: noon) != nil) == keepsKeys)
    #expect(try await copy.apiKeys().map(\.name) == ["wall"])
    let bytes = try Data(contentsOf: URL(filePath: target))
    var low = Int64(bitPattern: key.low).bigEndian
    let stored = withUnsafeBytes(of: &low) { Data($0) }
    #expect((bytes.range(of: stored) != nil) == keepsKeys)
  }

  @Test func `a backup can be read, and is a store once it is opened for writing`() async throws {
    let folder = try TemporaryFolder()
    try await makeBackedUpStore(in: folder)
    let path = folder.path("backup.db")
    let before = try Data(contentsOf: URL(filePath: path))

    let reader = try FactStore.open(at: path, options: options(isReadOnly: true))
    #expect(try await reader.summary(now: noon).facts == factCount(1...1))
    #expect(try await reader.check() == [])
    try reader.close()
    #expect(try Data(contentsOf: URL(filePath: path)) == before)

    let store = try FactStore.open(at: path, options: options())
    try await store.commit(batch(5))
    #expect(try await store.dataState().version == 2)
    let copy = folder.path("crashed.db")
    for ending in ["", "-wal"] {
      try FileManager.default.copyItem(atPath: path + ending, toPath: copy + ending)
    }
    #expect(try await FactStore.open(at: copy, options: options()).dataState().version == 2)
  }

  @Test func `a backup beside the log of another store is refused`() async throws {
    let folder = try TemporaryFolder()
    try await makeBackedUpStore(in: folder)
    let path = folder.path("copied.db")
    try FileManager.default.copyItem(atPath: folder.path("backup.db"), toPath: path)
    try await leaveLog(at: path, in: folder)

    for isReadOnly in [true, false] {
      #expect(throws: StoreError.foreignLog(path: path)) {
        try FactStore.open(at: path, options: options(isReadOnly: isReadOnly))
      }
    }
  }

  @Test func `a backup beside the journal of another store is refused as it is`() async throws {
    let folder = try TemporaryFolder()
    try await makeBackedUpStore(in: folder)
    let path = folder.path("backup.db")
    let before = try Data(contentsOf: URL(filePath: path))
    // A journal of a store that was being made: undoing it would empty the file.
    let magic: [UInt8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7]
    var journal = Data(magic) + Data(count: 16_384)
    journal.replaceSubrange(20..<28, with: [0, 0, 2, 0, 0, 0, 0x40, 0])
    try journal.write(to: URL(filePath: path + "-journal"))

    for isReadOnly in [true, false] {
      #expect(throws: StoreError.foreignLog(path: path)) {
        try FactStore.open(at: path, options: options(isReadOnly: isReadOnly))
      }
    }
    #expect(try Data(contentsOf: URL(filePath: path)) == before)
  }

  @Test func `the fault of a backup is put where it is`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let nowhere = folder.path("none/backup.db")
    let taken = folder.path("taken.db")
    try Data("mine".utf8).write(to: URL(filePath: taken))

    await #expect {
      try await store.backup(to: nowhere, now: noon)
    } throws: {
      if case .backupNotWritten(nowhere, _)? = $0 as? StoreError { true } else { false }
    }
    await #expect(throws: StoreError.backupExists(path: taken)) {
      try await store.backup(to: taken, now: noon)
    }
    try store.close()
    await #expect(throws: StoreError.closed(path: folder.storePath)) {
      try await store.backup(to: folder.path("backup.db"), now: noon)
    }
    #expect(try Data(contentsOf: URL(filePath: taken)) == Data("mine".utf8))
    #expect(try names(in: folder).filter { !$0.hasPrefix("playhead.db") } == ["taken.db"])
  }

  @Test func `a restore puts the backup in place and keeps what was there`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.storePath
    try await makeBackedUpStore(in: folder)
    chmod(path, 0o640)
    // A crash has left a log.
    try await leaveLog(at: path, in: folder)
    try Data("a journal".utf8).write(to: URL(filePath: path + "-journal"))
    let backup = try FactStore.open(
      at: folder.path("backup.db"),
      options: options(isReadOnly: true)
    )

    let former = try #require(try await backup.replace(path, now: noon))
    try backup.close()

    #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
    #expect(FileManager.default.fileExists(atPath: former + "-wal"))
    #expect(!FileManager.default.fileExists(atPath: path + "-journal"))
    #expect(FileManager.default.fileExists(atPath: former + "-journal"))
    try FileManager.default.removeItem(atPath: former + "-journal")
    #expect(mode(path) == 0o640)
    let store = try FactStore.open(at: path, options: options())
    #expect(try await store.summary(now: noon).facts == factCount(1...1))
    try await store.commit(batch(6))
    #expect(try await store.check() == [])
    try store.close()
    try FileManager.default.removeItem(atPath: former + "-wal")
    let replaced = try FactStore.open(at: former, options: options(isReadOnly: true))
    #expect(try await replaced.summary(now: noon).facts == factCount(1...2))
  }

  @Test func `a restore makes a store where there was none`() async throws {
    let folder = try TemporaryFolder()
    try await makeBackedUpStore(in: folder)
    let backup = try FactStore.open(
      at: folder.path("backup.db"),
      options: options(isReadOnly: true)
    )

    #expect(try await backup.replace(folder.path("new.db"), now: noon) == nil)

    let store = try FactStore.open(at: folder.path("new.db"), options: options())
    #expect(try await store.summary(now: noon).facts == factCount(1...1))
    await #expect(throws: StoreError.backupIsStore(path: folder.path("backup.db"))) {
      _ = try await backup.replace(folder.path("backup.db"), now: noon)
    }
  }

  @Test func `what SQLite reports is told as what it is`() {
    let path = "/data/playhead.db"
    func told(_ code: Int32, _ message: String? = nil) -> StoreError {
      let code = ResultCode(rawValue: code)
      return StoreError(DatabaseError(resultCode: code, message: message), path: path)
    }
    let (read, corruptFileSystem, sharedMemory, protocolError) = (
      Int32(10 | 1 << 8), Int32(10 | 33 << 8), Int32(10 | 21 << 8), Int32(15)
    )

    #expect(told(read) == .unreadable(path: path, reason: "SQLite code 266"))
    #expect(told(corruptFileSystem) == .unreadable(path: path, reason: "SQLite code 8458"))
    #expect(told(sharedMemory) == .noSharedMemory(path: path, code: 5386))
    #expect(told(protocolError) == .noSharedMemory(path: path, code: 15))
    #expect(told(8 | 4 << 8) == .gone(path: path))
    #expect(told(11, "malformed") == .corrupt(path: path, detail: "malformed"))
    #expect(
      told(1, "could not activate WAL Mode at path: \(path)") == .noSharedMemory(path: path)
    )
  }
}
