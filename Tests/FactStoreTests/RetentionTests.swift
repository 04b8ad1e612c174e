import AnalyticsSource
import GRDB
import PlaybackFacts
import QueryCore
import Synchronization
import TestSupport
import Testing

@testable import FactStore

/// A wall clock that can be set, and an uptime that runs on whatever it says.
private final class TestClock: Sendable {
  private let state = Mutex((wall: noon, uptime: Int64(1000), boot: 1))

  var now: Timestamp { state.withLock { $0.wall } }

  /// Lets time pass.
  func run(_ milliseconds: Int64) {
    state.withLock { state in
      state.wall = state.wall + milliseconds
      state.uptime += milliseconds
    }
  }

  /// Sets the wall clock.
  func set(by milliseconds: Int64) {
    state.withLock { $0.wall = $0.wall + milliseconds }
  }

  /// Is off for some time.
  func restart(after milliseconds: Int64) {
    state.withLock { $0 = ($0.wall + milliseconds, 1000, $0.boot + 1) }
  }

  func options(retention: Retention = Retention(), extends: Bool = false) -> StoreOptions {
    StoreOptions(
      retention: retention,
      extendsRetention: extends,
      now: { self.now },
      uptime: {
        self.state.withLock { Uptime(boot: "start \($0.boot)", milliseconds: $0.uptime) }
      },
      makeViewerKey: { SipHash.Key(low: 1, high: 2) }
    )
  }
}

@Suite("Retention")
struct RetentionTests {
  private let clock = TestClock()
  private let days = Timeframe(from: noon - 100 * Milliseconds.day, to: noon)
  private static let year = 365 * Milliseconds.day

  private func open(
    _ folder: TemporaryFolder,
    retention: Retention = Retention(),
    extends: Bool = false
  ) throws -> FactStore {
    try FactStore.open(
      at: folder.storePath,
      options: clock.options(retention: retention, extends: extends)
    )
  }

  private func fill(_ store: FactStore, _ facts: Int = 600) async throws -> [Fact] {
    var builder = FactBuilder(seed: 3)
    // With these facts no slot of before the edge is told in parts, which would be one fact in the store.
    builder.hasBots = false
    let facts = builder.facts(facts, in: days)
    let importing = try await store.beginImport()
    try await importing.append(facts)
    try await importing.finish()
    return facts
  }

  /// Maintains as a server does, for some hours.
  private func maintain(_ store: FactStore, hours: Int) async throws {
    for _ in 0..<hours {
      try await store.maintain(now: clock.now)
      clock.run(Milliseconds.hour)
    }
  }

  @Test(arguments: [2 * year, 400 * Milliseconds.day, 3 * Milliseconds.day])
  func `a wall clock that is ahead removes nothing`(offset: Int64) async throws {
    let folder = try TemporaryFolder()
    let store = try open(folder)
    let facts = try await fill(store)
    let playback = PlaybackID(rawValue: 7)
    let state = PlaybackState(playback: playback, lastPingAt: clock.now, bytes: [1, 2, 3])
    try await store.commit(
      FactBatch(id: 1, receivedAt: clock.now, facts: [], states: [state])
    )
    let day = CivilTime(clock.now).date
    let key = try await store.viewerKey(for: day)
    try await store.count([.acceptedPings: 1], at: clock.now)
    try await store.maintain(now: clock.now)
    #expect(store.clockDoubt == nil)

    clock.set(by: offset)
    try await store.maintain(now: clock.now)
    try await store.compact(now: clock.now)
    #expect(store.clockDoubt?.offset == offset)
    #expect(try await store.health().store?.clockDoubt?.offset == offset)
    // What comes meanwhile is recognisable.
    let late = FactBuilder(seed: 9).singleFact(at: clock.now)
    try await store.commit(FactBatch(id: 2, receivedAt: clock.now, facts: [late]))
    let summary = try await store.summary(now: clock.now)
    #expect(summary.doubtfulReceipts.map(\.facts) == [1])
    #expect(summary.newestReceipt == noon)
    try await maintain(store, hours: 20)
    clock.set(by: -offset)
    try await maintain(store, hours: 30)

    #expect(store.clockDoubt == nil)
    try await expectEqualAnswers(store, FactModel(facts), in: days)
    #expect(try await store.playbackStates(of: [playback]).states[playback] == nil)
    #expect(try await store.keys.storedKey(of: day) == key)
    #expect(try await store.health().ledger?.acceptedPings == 1)
    #expect(try await store.check() == [])
  }

  @Test func `states outlive a jump of three days, so a repeated ping counts once`() async throws {
    let folder = try TemporaryFolder()
    let store = try open(folder)
    let playback = PlaybackID(rawValue: 7)
    let state = PlaybackState(playback: playback, lastPingAt: clock.now, bytes: [1, 2, 3])
    try await store.commit(FactBatch(id: 1, receivedAt: clock.now, facts: [], states: [state]))
    clock.set(by: 3 * Milliseconds.day)
    try await store.maintain(now: clock.now)
    try await store.maintain(now: clock.now)
    #expect(try await store.playbackStates(of: [playback]).states[playback] == [1, 2, 3])
  }

  @Test func `a clock that stays ahead for a day of uptime is believed`() async throws {
    let folder = try TemporaryFolder()
    let store = try open(folder)
    _ = try await fill(store)
    try await store.maintain(now: clock.now)
    clock.set(by: 2 * Self.year)
    // A day until it is believed, and one that what has expired can be brought back.
    try await maintain(store, hours: 25)
    #expect(store.clockDoubt == nil)
    #expect(try await store.summary(now: clock.now).facts > 0)
    try await maintain(store, hours: 25)
    #expect(try await store.summary(now: clock.now).facts == 0)
  }

  @Test func `a clock set back neither hides nor refuses anything, nor holds up maintenance`()
    async throws
  {
    let folder = try TemporaryFolder()
    let store = try open(folder)
    let facts = try await fill(store)
    try await store.maintain(now: clock.now)
    #expect(try await store.lease.take(now: clock.now))

    clock.set(by: -2 * Self.year)
    clock.run(Lease.duration)
    let other = try open(folder)
    try await other.maintain(now: clock.now)
    #expect(try await other.lease.take(now: clock.now))
    try await expectEqualAnswers(other, FactModel(facts), in: days)
    #expect(other.retention.edge(at: clock.now) <= days.from)
  }

  @Test func `facts of the right time stay though a wrong clock has removed what is before it`()
    async throws
  {
    let folder = try TemporaryFolder()
    let store = try open(folder, retention: .days(30))
    _ = try await fill(store)
    try await store.maintain(now: clock.now)
    clock.set(by: 2 * Self.year)
    try await maintain(store, hours: 50)
    clock.set(by: -2 * Self.year)
    let day = Timeframe(from: clock.now - Milliseconds.hour, to: clock.now)
    var builder = FactBuilder(seed: 31)
    let facts = builder.facts(60, in: day)
    try await store.commit(FactBatch(id: 5, receivedAt: clock.now, facts: facts))
    let queries = (0..<20).map { _ in builder.query(in: day) }.filter { $0.span != .allTime }
    // Nothing is hidden either, though the clock is in doubt once more.
    for _ in 0..<4 {
      try await maintain(store, hours: 12)
      try await expectEqualAnswers(store, FactModel(facts), queries)
    }
    #expect(store.clockDoubt == nil)
    #expect(try await store.summary(now: clock.now).journalFacts == 0)
  }

  @Test func `a state that was written in a doubt outlives its end`() async throws {
    let folder = try TemporaryFolder()
    let store = try open(folder)
    _ = try await fill(store)
    try await store.maintain(now: clock.now)
    clock.set(by: 3 * Milliseconds.day)
    try await maintain(store, hours: 23)
    let playback = PlaybackID(rawValue: 7)
    let state = PlaybackState(playback: playback, lastPingAt: clock.now, bytes: [1])
    try await store.commit(FactBatch(id: 1, receivedAt: clock.now, facts: [], states: [state]))
    try await maintain(store, hours: 30)
    #expect(store.clockDoubt == nil)
    #expect(try await store.playbackStates(of: [playback]).states[playback] == [1])
  }

  @Test func `a machine that was off for some days books receipts by its clock`() async throws {
    let folder = try TemporaryFolder()
    let store = try open(folder)
    _ = try await fill(store)
    try await store.maintain(now: clock.now)
    clock.restart(after: 3 * Milliseconds.day)
    let fact = FactBuilder(seed: 9).singleFact(at: clock.now)
    try await store.commit(FactBatch(id: 2, receivedAt: clock.now, facts: [fact]))
    #expect(try await store.dataState().newestReceipt == clock.now)
  }

  @Test func `a retention that was set is not extended by an option`() async throws {
    let folder = try TemporaryFolder()
    let store = try open(folder)
    try await store.setRetention(90 * Milliseconds.day, now: clock.now)
    try store.close()
    #expect(try open(folder, extends: true).retention.milliseconds == 90 * Milliseconds.day)
  }

  @Test func `a store of another environment is refused`() async throws {
    let folder = try TemporaryFolder()
    try open(folder).close()
    #expect(
      throws: StoreError.otherEnvironment(path: folder.storePath, environment: "production")
    ) {
      try open(folder, retention: Retention(.sandbox))
    }
  }

  @Test func `a store in which nothing was received trusts any clock`() async throws {
    let folder = try TemporaryFolder()
    let store = try open(folder)
    try await store.maintain(now: clock.now)
    clock.set(by: -2 * Self.year)
    try await store.maintain(now: clock.now)
    #expect(store.clockDoubt == nil)
    _ = try await fill(store)
    clock.set(by: 2 * Self.year)
    try await store.maintain(now: clock.now)
    #expect(store.clockDoubt?.offset == 2 * Self.year)
  }

  @Test func `a store keeps its own retention, whatever option it is opened with`() async throws {
    let folder = try TemporaryFolder()
    let store = try open(folder, retention: .days(3650))
    let facts = try await fill(store)
    try store.close()

    let other = try open(folder, retention: .days(30), extends: true)
    try await other.compact(now: clock.now)
    clock.run(Milliseconds.day + Milliseconds.hour)
    try await other.compact(now: clock.now)
    #expect(other.retention.milliseconds == 3650 * Milliseconds.day)
    try await expectEqualAnswers(other, FactModel(facts), in: days)
    try other.close()

    let longer = try open(folder, retention: .days(4000), extends: true)
    #expect(longer.retention.milliseconds == 4000 * Milliseconds.day)
    try longer.close()
    #expect(try open(folder).retention.milliseconds == 4000 * Milliseconds.day)
  }

  @Test func `a shorter retention hides at once, and can be taken back for a day`() async throws {
    let folder = try TemporaryFolder()
    let store = try open(folder)
    let facts = try await fill(store)
    try await store.maintain(now: clock.now)
    let edge = clock.now.floored(to: Milliseconds.day) - 90 * Milliseconds.day

    let planned = try await store.retentionChange(to: 90 * Milliseconds.day, now: clock.now)
    #expect(planned.expiring == facts.count { $0.time < edge })
    try await expectEqualAnswers(store, FactModel(facts), in: days)

    #expect(try await store.setRetention(90 * Milliseconds.day, now: clock.now) == planned)
    #expect(store.retention.edge(at: clock.now) == edge)
    var questions = FactBuilder(seed: 50)
    let queries = (0..<30).map { _ in questions.query(in: days) }.filter { $0.span != .allTime }
    try await expectEqualAnswers(store, FactModel(facts.filter { $0.time >= edge }), queries)
    #expect(try await store.summary(now: clock.now).expiredFacts == planned.expiring)

    try await maintain(store, hours: 23)
    let back = try await store.setRetention(Self.year, now: clock.now)
    #expect(back.returning >= planned.expiring)
    try await expectEqualAnswers(store, FactModel(facts), in: days)

    try await store.setRetention(90 * Milliseconds.day, now: clock.now)
    try await maintain(store, hours: 25)
    #expect(try await store.summary(now: clock.now).facts < facts.count)
    #expect(try await store.check() == [])
  }

  @Test(arguments: [true, false])
  func `a longer retention expires nothing, however long ago the store was maintained`(
    isOption: Bool
  ) async throws {
    let folder = try TemporaryFolder()
    let store = try open(folder, retention: .days(90))
    let facts = try await fill(store)
    try await store.maintain(now: clock.now)
    let edge = try #require(store.retention.recordedEdge)
    try store.close()
    clock.run(10 * Milliseconds.day)

    let later = try open(folder, retention: .days(isOption ? 95 : 90), extends: isOption)
    if !isOption {
      let change = try await later.setRetention(95 * Milliseconds.day, now: clock.now)
      #expect(change.expiring == 0)
      #expect(change.returning == 0)
    }

    #expect(later.retention.milliseconds == 95 * Milliseconds.day)
    #expect(later.retention.recordedEdge == edge)
    var questions = FactBuilder(seed: 51)
    let queries = (0..<20).map { _ in questions.query(in: days) }.filter { $0.span != .allTime }
    try await expectEqualAnswers(later, FactModel(facts.filter { $0.time >= edge }), queries)
    try await later.maintain(now: clock.now)
    #expect(later.retention.recordedEdge == edge + 5 * Milliseconds.day)
  }

  @Test func `the summary looks at the clock itself, maintained or not`() async throws {
    let folder = try TemporaryFolder()
    let store = try open(folder)
    #expect(try await store.summary(now: clock.now + Self.year).clockDoubt == nil)
    _ = try await fill(store)
    try await store.maintain(now: clock.now)
    #expect(try await store.summary(now: clock.now).clockDoubt == nil)

    clock.set(by: 3 * Milliseconds.day)

    #expect(try await store.summary(now: clock.now).clockDoubt?.offset == 3 * Milliseconds.day)
    #expect(store.clockDoubt == nil)
    clock.set(by: -3 * Milliseconds.day)
    #expect(try await store.summary(now: clock.now).clockDoubt == nil)
  }
}

extension FactBuilder {
  /// One fact of its own playback.
  fileprivate func singleFact(at time: Timestamp) -> Fact {
    let playback = Playback(id: .init(rawValue: 99), viewer: .init(rawValue: 1), mediaID: "vi1")
    return Fact(.end, at: time, of: playback)
  }
}
