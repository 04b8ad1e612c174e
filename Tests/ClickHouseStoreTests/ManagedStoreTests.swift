import AnalyticsSource
import Foundation
import PlaybackFacts
import QueryCore
import Synchronization
import TestSupport
import Testing

@testable import ClickHouseStore

@Suite("ClickHouse as a store of commands and servers")
struct ManagedStoreTests {
  private let days = Timeframe(
    from: noon - 60 * Milliseconds.hour,
    to: noon + 12 * Milliseconds.hour
  )

  /// All facts of a store in the order in which they are passed on.
  private func facts(of store: ClickHouseStore, filter: Filter = Filter()) async throws -> [Fact] {
    let found = FoundFacts()
    try await store.forEachFact(in: days, filter: filter) { found.add($0) }
    return found.all
  }

  private func sorted(_ facts: [Fact]) -> [String] { facts.map { "\($0.stored)" }.sorted() }

  @Test(arguments: [1, 2])
  func `a command's store has what was given to it`(shards: Int) async throws {
    try await TestServers.run(shards: shards) { servers in
      let store = try servers.open()
      try await importsAndExports(store)
      try await listsMedia(store)
      try await grantsAccess(store)
      try await counts(store)
      try await showsWhatPassed(store)
      try store.close()
    }
  }

  private func importsAndExports(_ store: ClickHouseStore) async throws {
    var builder = FactBuilder(seed: 7)
    let facts = builder.facts(300, in: days)
    let digest: [UInt8] = Array(repeating: 5, count: 32)
    #expect(try await store.hasImported(sha256: digest) == false)
    for round in 0..<2 {
      // What was interrupted before it was remembered is done again, and counts once.
      let importing = try await store.beginImport()
      try await importing.append(Array(facts[..<100]))
      try await importing.append(Array(facts[100...]))
      if round == 0 { #expect(try await self.facts(of: store).isEmpty) }
      try await importing.finish(sha256: round == 0 ? nil : digest)
      await #expect(throws: ClickHouseError.self) { try await importing.append(facts) }
    }
    let abandoned = try await store.beginImport()
    try await abandoned.append(builder.facts(50, in: days))
    try await abandoned.cancel()

    let found = try await self.facts(of: store)
    #expect(sorted(found) == sorted(facts))
    let hours = found.map(\.time.hourNumber)
    #expect(hours == hours.sorted())
    #expect(try await store.hasImported(sha256: digest))
    let newest = try #require(facts.map(\.storedTime).max())
    #expect(try await store.dataState().newestReceipt == min(newest, noon))
    let country = try #require(facts.first?.playback.country)
    let filter = Filter([.init(.country, [country])])
    let some = try await self.facts(of: store, filter: filter)
    #expect(sorted(some) == sorted(facts.filter { filter.matches($0.playback) }))
  }

  private func listsMedia(_ store: ClickHouseStore) async throws {
    let empty = try #require(try await store.media(unless: nil))
    #expect(empty.items == [])
    let items = [
      MediaItem(id: "a", title: "One", tags: ["x", "y'z"], duration: 90_000), MediaItem(id: "b"),
      MediaItem(id: "c", title: ""),
    ]
    try await store.describe(items)
    let list = try #require(try await store.media(unless: empty.version))
    #expect(list.items == items)
    #expect(try await store.media(unless: list.version) == nil)
    try await store.describe([MediaItem(id: "b", title: "Two")])
    #expect(try await store.media(unless: list.version)?.items[1].title == "Two")
  }

  private func grantsAccess(_ store: ClickHouseStore) async throws {
    #expect(try await store.hasKeys(at: noon) == false)
    let now = noon + Milliseconds.minute
    let later = now + Milliseconds.hour
    let one = try #require(try await store.createKey(named: "it's", expiresAt: nil, now: now))
    #expect(try await store.createKey(named: "it's", expiresAt: nil, now: now) == nil)
    let two = try #require(try await store.createKey(named: "two", expiresAt: later, now: now))
    #expect(try await store.hasKeys(at: now))
    #expect(try await store.key(of: .apiKey(one.secret), at: now) == 1)
    #expect(try await store.key(of: .apiKey(two.secret), at: now) == 2)
    #expect(try await store.key(of: .apiKey(two.secret), at: later) == nil)
    #expect(try await store.key(of: .apiKey("x' OR '1"), at: now) == nil)

    let first = try #require(try await store.issueTokens(for: .apiKey(one.secret), at: now))
    #expect(try await store.key(of: .accessToken(first.access), at: now) == 1)
    #expect(try await store.key(of: .accessToken(first.refresh), at: now) == nil)
    #expect(try await store.key(of: .accessToken(first.access), at: later) == nil)
    #expect(try await store.issueTokens(for: .accessToken(first.access), at: now) == nil)
    let next = try #require(try await store.issueTokens(for: .refreshToken(first.refresh), at: now))
    #expect(try await store.issueTokens(for: .refreshToken(first.refresh), at: now) == nil)

    try await store.writeKeyUses()
    #expect(try await store.revokeKey("1", now: now)?.name == "it's")
    #expect(try await store.revokeKey("it's", now: now) == nil)
    #expect(try await store.key(of: .apiKey(one.secret), at: now) == nil)
    #expect(try await store.key(of: .accessToken(next.access), at: now) == nil)
    #expect(try await store.issueTokens(for: .refreshToken(next.refresh), at: now) == nil)
    let keys = try await store.apiKeys()
    #expect(keys.map(\.name) == ["it's", "two"])
    #expect(keys.map { $0.state(at: later) } == [.revoked, .expired])
    #expect(keys.map(\.lastUsedAt) == [now, now])
  }

  private func counts(_ store: ClickHouseStore) async throws {
    #expect(try await store.health().ledger == nil)
    try await store.count([.acceptedPings: 3, .refusedPings("not-json"): 2, .facts: 0], at: noon)
    try await store.noteWork(at: noon)
    try await store.flush()
    try await store.count([.acceptedPings: 4], at: noon + Milliseconds.minute)
    try await store.flush()
    let health = try await store.health()
    #expect(health.ledger?.acceptedPings == 7)
    #expect(health.ledger?.refusedPings == [.init(name: "not-json", count: 2)])
    #expect(health.ledger?.since == noon)
    #expect(try #require(health.store).facts >= 300)
    #expect(try #require(health.store).bytes > 0)
    #expect(try await store.dataState().isCollecting(at: noon))
  }

  @Test func `the first facts of an empty cluster are seen as they come`() async throws {
    try await TestServers.run(shards: 2) { servers in
      let (server, reader) = (try servers.open(), try servers.open(outbox: "reader.db"))
      #expect(try await reader.dataState().newestReceipt == nil)
      let playback = Playback(id: PlaybackID("p"), viewer: ViewerID("v"), mediaID: "a")
      for number in 1...2 as ClosedRange<Int64> {
        let facts = [Fact(.play, at: noon + number, of: playback)]
        try await server.commit(
          FactBatch(id: UInt64(number), receivedAt: noon + number, facts: facts)
        )
        try await server.flush()
        #expect(try await reader.dataState().newestReceipt == noon + number)
        #expect(try await self.facts(of: reader).count == Int(number))
      }
    }
  }

  @Test func `an outbox is of one server, and other commands work beside it`() async throws {
    try await TestServers.run(shards: 1) { servers in
      let server = try servers.open()
      #expect(throws: ClickHouseError.self) { try servers.open() }
      let path = try #require(server.options.outboxPath)
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      #expect(mode == 0o600)

      let command = try ClickHouseStore.open(
        at: servers.address,
        options: ClickHouseOptions(importFolder: servers.folder.path, now: { noon })
      )
      #expect(try await command.createKey(named: "a", expiresAt: nil, now: noon) != nil)
      try await command.describe([MediaItem(id: "a", title: "One")])
      let importing = try await command.beginImport()
      let playback = Playback(id: PlaybackID("p"), viewer: ViewerID("v"), mediaID: "a")
      try await importing.append([Fact(.play, at: noon, of: playback)])
      try await importing.finish(sha256: nil)
      #expect(try await self.facts(of: server).count == 1)
      #expect(try await server.media(unless: nil)?.items.count == 1)
      let left = try FileManager.default.contentsOfDirectory(atPath: servers.folder.path)
      #expect(left.allSatisfy { !$0.contains("import") }, "\(left)")
      try command.close()
      try server.close()
    }
  }

  @Test(.timeLimit(.minutes(10)))
  func `counts and signs of life are sent while there are no pings, and the last ones at the end`()
    async throws
  {
    try await TestServers.run(shards: 1) { servers in
      let store = try servers.open()
      let running = Task { await store.run() }
      try await store.count([.refusedPings("not-json"): 1], at: noon)
      try await store.noteWork(at: noon)
      while true {
        let refused = try await store.health().ledger?.refusedPings.first?.count
        if refused == 1 { break }
        try await Task.sleep(for: .milliseconds(20))
      }
      let ending = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        try await store.count([.refusedPings("not-json"): 2], at: noon)
      }
      try await ending.value
      running.cancel()
      await running.value
      #expect(try await store.health().ledger?.refusedPings.first?.count == 3)
      try store.close()
    }
  }

  private func showsWhatPassed(_ store: ClickHouseStore) async throws {
    let first = Playback(id: PlaybackID("first"), viewer: ViewerID("v"), mediaID: "vi9")
    let plays = (0..<20).map { Fact(.play, at: noon + $0, of: first) }
    try await store.commit(FactBatch(id: 2, receivedAt: noon + 1, facts: plays))
    try await store.flush()
    let before = try await store.recentFacts(after: nil, limit: 10)
    #expect(before.facts == Array(plays.suffix(10)))
    let playback = Playback(id: PlaybackID("new"), viewer: ViewerID("v"), mediaID: "vi9")
    let facts = [Fact(.play, at: noon, of: playback)]
    try await store.commit(
      FactBatch(id: 1, receivedAt: noon + 13 * Milliseconds.hour, facts: facts)
    )
    try await store.flush()

    let after = try await store.recentFacts(after: before.cursor, limit: 10)
    #expect(after.facts == facts)
    #expect(after.skipped == 0)
    #expect(try await store.recentFacts(after: after.cursor, limit: 10).facts == [])
  }
}

/// Facts that a store passes on.
private final class FoundFacts: Sendable {
  private let facts = Mutex<[Fact]>([])

  var all: [Fact] { facts.withLock(\.self) }

  func add(_ fact: Fact) { facts.withLock { $0.append(fact) } }
}

extension Fact {
  /// What a store has of it, as a text.
  fileprivate var stored: String {
    let dimensions = Dimension.allCases.filter { $0 != .tag }.map { playback[$0] }
    return "\(kind) \(storedTime.milliseconds) \(value ?? -1) \(playback.id) \(playback.viewer)"
      + " \(dimensions)"
  }
}
