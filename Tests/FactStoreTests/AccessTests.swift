import AnalyticsSource
import Foundation
import GRDB
import PlaybackFacts
import QueryCore
import TextAndBytes
import Testing

@testable import FactStore

@Suite("API keys and tokens")
struct AccessTests {
  private let folder: TemporaryFolder
  private let store: FactStore

  init() throws {
    folder = try TemporaryFolder()
    store = try FactStore.open(at: folder.storePath, options: options())
  }

  /// Another process that has the store open.
  private func other() throws -> FactStore {
    try FactStore.open(at: folder.storePath, options: options())
  }

  private func create(
    _ name: String = "wall",
    expiresAt: Timestamp? = nil,
    in store: FactStore? = nil
  ) async throws -> CreatedKey {
    try #require(
      try await (store ?? self.store).createKey(named: name, expiresAt: expiresAt, now: noon)
    )
  }

  @Test func `a key admits, and nothing like it does`() async throws {
    #expect(try await !store.hasKeys(at: noon))
    #expect(try await !store.admits(.apiKey(""), at: noon))

    let key = try await create()

    #expect(key.secret.hasPrefix("playhead_production_"))
    #expect(key.secret.count == "playhead_production_".count + 43)
    #expect(try await store.hasKeys(at: noon))
    #expect(try await store.admits(.apiKey(key.secret), at: noon))
    let shorter = String(key.secret.dropLast())
    for wrong in ["", "wall", shorter, key.secret + "A", key.secret.uppercased()] {
      #expect(try await !store.admits(.apiKey(wrong), at: noon), "\(wrong)")
    }
    #expect(try await !store.admits(.accessToken(key.secret), at: noon))
    #expect(try await !store.admits(.refreshToken(key.secret), at: noon))
  }

  @Test func `the file holds hashes, and neither keys nor tokens`() async throws {
    let key = try await create()
    let tokens = try #require(try await store.issueTokens(for: .apiKey(key.secret), at: noon))
    try store.close()

    let bytes = try Data(contentsOf: URL(filePath: folder.storePath))
    for secret in [key.secret, tokens.access, tokens.refresh] {
      #expect(bytes.firstRange(of: Data(secret.utf8)) == nil)
      #expect(bytes.firstRange(of: Data(SHA256Digest(of: secret).bytes)) != nil)
    }
  }

  @Test func `keys are random, and the sandbox has its own`() async throws {
    let sandbox = try FactStore.open(
      at: folder.path("sandbox.db"),
      options: options(retention: Retention(.sandbox))
    )
    let keys = [try await create("a"), try await create("b"), try await create("a", in: sandbox)]

    #expect(Set(keys.map(\.secret)).count == 3)
    #expect(keys[2].secret.hasPrefix("playhead_sandbox_"))
    #expect(try await !store.admits(.apiKey(keys[2].secret), at: noon))
    #expect(try await !sandbox.admits(.apiKey(keys[0].secret), at: noon))
  }

  @Test func `only one active key has a name`() async throws {
    let first = try await create("wall", expiresAt: noon + 5)
    #expect(try await store.createKey(named: "wall", now: noon + 4) == nil)
    #expect(try await store.createKey(named: "wall", now: noon + 5) != nil)
    #expect(try await store.revokeKey("wall", now: noon + 6)?.id == 2)
    #expect(try await store.createKey(named: "wall", now: noon + 7) != nil)
    #expect(try await store.revokeKey("3", now: noon + 8)?.name == "wall")
    #expect(try await store.revokeKey("wall", now: noon + 9) == nil)
    #expect(try await store.revokeKey("\(first.key.id)", now: noon + 9) == nil)
    let states = try await store.apiKeys().map { $0.state(at: noon + 9) }
    #expect(states == [.expired, .revoked, .revoked])
  }

  @Test func `a key expires, and no revocation opens what keys have closed`() async throws {
    let first = try await create("first", expiresAt: noon + 1000)
    let second = try await create("second")
    let tokens = try #require(try await store.issueTokens(for: .apiKey(first.secret), at: noon))

    #expect(try await store.admits(.apiKey(first.secret), at: noon + 999))
    #expect(try await store.admits(.accessToken(tokens.access), at: noon + 999))
    #expect(try await !store.admits(.apiKey(first.secret), at: noon + 1000))
    #expect(try await !store.admits(.accessToken(tokens.access), at: noon + 1000))
    #expect(try await store.issueTokens(for: .refreshToken(tokens.refresh), at: noon + 1000) == nil)

    try await store.revokeKey("second", now: noon + 1000)
    #expect(try await !store.admits(.apiKey(second.secret), at: noon + 1000))
    #expect(try await store.hasKeys(at: noon + 1000))
  }

  @Test func `tokens are issued, expire, and are refreshed once`() async throws {
    let key = try await create()
    let hour = AccessTokens.accessSeconds * Milliseconds.second
    let first = try #require(try await store.issueTokens(for: .apiKey(key.secret), at: noon))

    #expect(try await store.admits(.accessToken(first.access), at: noon + hour - 1))
    #expect(try await !store.admits(.accessToken(first.access), at: noon + hour))
    #expect(try await !store.admits(.accessToken(first.refresh), at: noon))
    #expect(try await !store.admits(.apiKey(first.access), at: noon))
    #expect(try await store.issueTokens(for: .accessToken(first.access), at: noon) == nil)
    #expect(try await store.issueTokens(for: .refreshToken(first.access), at: noon) == nil)
    #expect(try await store.issueTokens(for: .apiKey("wrong"), at: noon) == nil)

    let second = try #require(
      try await store.issueTokens(for: .refreshToken(first.refresh), at: noon + hour)
    )
    #expect(try await store.admits(.accessToken(second.access), at: noon + hour))
    #expect(try await store.issueTokens(for: .refreshToken(first.refresh), at: noon + hour) == nil)
    let later = noon + hour + AccessTokens.refreshSeconds * Milliseconds.second
    #expect(try await store.issueTokens(for: .refreshToken(second.refresh), at: later) == nil)
  }

  @Test func `of many that refresh with one token, one succeeds`() async throws {
    let key = try await create()
    let tokens = try #require(try await store.issueTokens(for: .apiKey(key.secret), at: noon))
    let stores = [store, try other(), try other()]
    let issued = try await withThrowingTaskGroup(of: AccessTokens?.self) { group in
      for number in 0..<12 {
        group.addTask {
          try await stores[number % 3].issueTokens(for: .refreshToken(tokens.refresh), at: noon)
        }
      }
      return try await group.reduce(into: 0) { count, tokens in count += tokens == nil ? 0 : 1 }
    }
    #expect(issued == 1)
  }

  @Test func `what another process creates is known at once`() async throws {
    let other = try other()
    #expect(try await !store.hasKeys(at: noon))
    let key = try await create(in: other)
    let tokens = try #require(try await other.issueTokens(for: .apiKey(key.secret), at: noon))

    #expect(try await store.admits(.accessToken(tokens.access), at: noon))
    #expect(try await store.admits(.apiKey(key.secret), at: noon))
    #expect(try await store.hasKeys(at: noon))
  }

  @Test(arguments: [Milliseconds.second, -Milliseconds.second])
  func `what another process changes is known within a second, by a clock set back too`(
    passed: Int64
  ) async throws {
    let other = try other()
    #expect(try await !store.hasKeys(at: noon))
    let key = try await create(in: other)
    #expect(try await store.hasKeys(at: noon + passed))
    let tokens = try #require(try await store.issueTokens(for: .apiKey(key.secret), at: noon))
    #expect(try await store.admits(.accessToken(tokens.access), at: noon))

    try await other.revokeKey("wall", now: noon)

    #expect(try await !store.admits(.apiKey(key.secret), at: noon + passed))
    #expect(try await !store.admits(.accessToken(tokens.access), at: noon + passed))
    #expect(try await store.issueTokens(for: .apiKey(key.secret), at: noon) == nil)
    #expect(try await store.issueTokens(for: .refreshToken(tokens.refresh), at: noon) == nil)
    #expect(try await store.hasKeys(at: noon + passed))
  }

  @Test func `the last use is written to the minute, and by nobody who asks`() async throws {
    let key = try await create()
    func lastUse() async throws -> Timestamp? { try await store.apiKeys().first?.lastUsedAt }
    #expect(try await lastUse() == nil)

    _ = try await store.admits(.apiKey(key.secret), at: noon + 61_000)
    #expect(try await lastUse() == nil)
    try await store.writeKeyUses()
    #expect(try await lastUse() == noon + Milliseconds.minute)

    let written = try #require(store.connections.stamp)
    _ = try await store.admits(.apiKey(key.secret), at: noon + 90_000)
    try await store.writeKeyUses()
    #expect(store.connections.stamp == written)

    let tokens = try #require(
      try await store.issueTokens(for: .apiKey(key.secret), at: noon + 119_999)
    )
    _ = try await store.admits(.accessToken(tokens.access), at: noon + 121_000)
    try await store.writeKeyUses()
    #expect(try await lastUse() == noon + 2 * Milliseconds.minute)
    _ = try await store.admits(.apiKey("wrong"), at: noon + 9 * Milliseconds.minute)
    try await store.writeKeyUses()
    #expect(try await lastUse() == noon + 2 * Milliseconds.minute)
  }

  @Test func `maintenance removes tokens that have expired, and keys never`() async throws {
    func tokenCount() async throws -> Int? {
      try await store.connections.read { db in
        try Int.fetchOne(db, sql: "SELECT count(*) FROM access_token")
      }
    }
    let key = try await create()
    _ = try await create("short", expiresAt: noon + 1)
    _ = try await store.issueTokens(for: .apiKey(key.secret), at: noon)
    #expect(try await tokenCount() == 2)
    try await store.maintain(now: noon + AccessTokens.accessSeconds * Milliseconds.second)
    #expect(try await tokenCount() == 1)
    #expect(try await store.apiKeys().count == 2)
    try await store.revokeKey("wall", now: noon + Milliseconds.hour)
    #expect(try await tokenCount() == 0)
    #expect(try await store.apiKeys().count == 2)
  }

  @Test func `of a key's tokens, the newest are stored`() async throws {
    let key = try await create()
    for _ in 0..<4 { _ = try await store.issueTokens(for: .apiKey(key.secret), at: noon) }
    try await store.connections.write { db in
      try AccessTokenTable.limit(ofKey: key.key.id, to: 3, db)
    }
    let ids = try await store.connections.read { db in
      try Int.fetchAll(db, sql: "SELECT id FROM access_token ORDER BY id")
    }
    #expect(ids == [6, 7, 8])
  }

  @Test func `a store of an older format has no keys, also for a reader`() async throws {
    try store.close()
    try await DatabaseQueue(path: folder.storePath).writeWithoutTransaction { db in
      try db.execute(
        sql: """
          DROP TABLE api_key; DROP TABLE access_token;
          DROP TABLE ping_history; ALTER TABLE journal DROP COLUMN pings;
          ALTER TABLE segment DROP COLUMN newest_fact;
          ALTER TABLE retention DROP COLUMN edge_version;
          DELETE FROM dictionary WHERE dimension = \(Dimension.bots.rawValue);
          DELETE FROM value_code WHERE dimension = \(Dimension.bots.rawValue);
          DELETE FROM grdb_migrations WHERE identifier >= '4'; PRAGMA user_version = 3;
          """
      )
    }
    let reader = try FactStore.open(at: folder.storePath, options: options(isReadOnly: true))
    #expect(try await reader.apiKeys() == [])
    #expect(try await !reader.hasKeys(at: noon))
    try reader.close()

    let writer = try other()
    let key = try await create(in: writer)
    #expect(try await writer.admits(.apiKey(key.secret), at: noon))
    #expect(try await writer.check() == [])
  }
}

extension FactStore {
  fileprivate func admits(_ credential: Credential, at now: Timestamp) async throws -> Bool {
    try await key(of: credential, at: now) != nil
  }
}
