@testable import FactStore
import GRDB
import PlaybackFacts
import QueryCore
import Synchronization
import TestSupport
import Testing

@Suite("Maintenance")
struct MaintenanceTests {
  private let days = Timeframe(
    from: noon - 36 * Milliseconds.hour,
    to: noon + 12 * Milliseconds.hour
  )

  @Test func `seals an hour once it is over and its grace has passed`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    var builder = FactBuilder(seed: 1)
    let playback = builder.playback()
    let early = Fact(.play, at: noon - 1000, of: playback)
    let late = Fact(.start, at: noon + 1000, of: playback)
    try await store.commit(FactBatch(id: 1, receivedAt: noon - 900, facts: [early]))
    try await store.commit(FactBatch(id: 2, receivedAt: noon + 2000, facts: [early, late]))

    try await store.maintain(now: noon + 4 * Milliseconds.minute)
    #expect(try await store.summary(now: noon).sealedFacts == 0)
    try await store.maintain(now: noon + 6 * Milliseconds.minute)

    let summary = try await store.summary(now: noon)
    #expect(summary.sealedFacts == 2)
    #expect(summary.journalFacts == 1)
    #expect(try await store.check() == [])
  }

  @Test func `seals before the hour is over when very much waits`() async throws {
    let folder = try TemporaryFolder()
    var options = options()
    options.journalLimit = 100
    let store = try FactStore.open(at: folder.storePath, options: options)
    var builder = FactBuilder(seed: 2)
    let hour = Timeframe(from: noon, to: noon + 10 * Milliseconds.minute)
    let facts = builder.facts(150, in: hour)
    try await store.commit(FactBatch(id: 1, receivedAt: noon, facts: facts))

    try await store.maintain(now: noon + 15 * Milliseconds.minute)

    #expect(try await store.summary(now: noon).journalFacts == 0)
    try await expectEqualAnswers(store, FactModel(facts), in: days)
  }

  @Test func `merges what watch facts say of one slot, and drops what adds up to nothing`()
    async throws
  {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    var builder = FactBuilder(seed: 3)
    let playback = builder.playback()
    let slot = noon - 2 * Milliseconds.hour
    let values: [(Int64, Int64)] = [(0, 7000), (0, 6000), (0, 5000), (20_000, 900), (20_000, -900)]
    try await store.commit(
      FactBatch(
        id: 1,
        receivedAt: noon - 90 * Milliseconds.minute,
        facts: values.map { Fact(.watch, at: slot + $0.0, value: $0.1, of: playback) }
      )
    )

    try await store.seal(now: noon)

    let facts = Mutex<[Fact]>([])
    try await store.forEachFact(in: days) { fact in facts.withLock { $0.append(fact) } }
    #expect(facts.withLock { $0 } == [Fact(.watch, at: slot, value: 18_000, of: playback)])
  }

  @Test(arguments: [0, 1, 3])
  func `a merge in steps changes no answer, and what one left behind is removed`(
    failingAfter steps: Int
  ) async throws {
    let folder = try TemporaryFolder()
    var options = options()
    options.writingStep = 100
    let stepsLeft = Mutex<Int?>(nil)
    options.beforeCommit = {
      try stepsLeft.withLock { left in
        guard let known = left else { return }
        left = known - 1
        if known == 0 { throw StoreError.diskFull(path: "disk") }
      }
    }
    let store = try FactStore.open(at: folder.storePath, options: options)
    var builder = FactBuilder(seed: 77)
    let facts = builder.facts(900, in: days)
    for part in [facts[..<450], facts[450...]] {
      let importing = try await store.beginImport()
      try await importing.append(Array(part))
      try await importing.finish()
    }
    let former = try await store.connections.read { db in try SegmentList.fetch(db) }

    stepsLeft.withLock { $0 = steps + 1 }
    await #expect(throws: StoreError.diskFull(path: "disk")) { try await store.compact(now: noon) }
    #expect(try await store.check() == [])
    try await expectEqualAnswers(store, FactModel(facts), in: days)
    stepsLeft.withLock { $0 = nil }
    #expect(try await store.compact(now: noon) == 0)

    let merged = try await store.connections.read { db in try SegmentList.fetch(db) }
    #expect(merged.count < former.count)
    #expect(try await store.check() == [])
    try await expectEqualAnswers(store, FactModel(facts), in: days)
    let left = try await store.connections.read { db in
      try Int.fetchOne(
        db,
        sql: """
          SELECT (SELECT count(*) FROM import)
            + (SELECT count(*) FROM segment WHERE import IS NOT NULL)
          """
      )
    }
    #expect(left == 0)
  }

  @Test func `drops facts beyond retention, but not the plays of all time`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(
      at: folder.storePath,
      options: options(retention: .days(1))
    )
    var builder = FactBuilder(seed: 4)
    let facts = builder.facts(900, in: days)
    try await store.commit(FactBatch(id: 1, receivedAt: days.from, facts: facts))
    try await store.seal(now: noon + 11 * Milliseconds.hour)
    let before = try await store.dataState()
    let total = SumQuery(span: .allTime, grouping: .dimension(.mediaID), sums: [.plays])
    let totals = try await store.sums(for: [total]).rows

    let later = noon + 36 * Milliseconds.hour
    try await store.maintain(now: later)

    let edge = later.floored(to: Milliseconds.day) - Milliseconds.day
    #expect(Retention.days(1).edge(at: later) == edge)
    #expect(try await store.dataState() != before)
    let kept = FactModel(facts.filter { $0.time >= edge })
    var questions = FactBuilder(seed: 40)
    let queries = (0..<60).map { _ in questions.query(in: days) }.filter { $0.span != .allTime }
    try await expectEqualAnswers(store, kept, queries)
    #expect(try await store.sums(for: [total]).rows == totals)
    try await expectEqualAnswers(store, FactModel(facts), [total])
    #expect(try await store.check() == [])

    // A day later, what has expired is removed as well.
    #expect(try await store.summary(now: later).expiredFacts > 0)
    try await store.maintain(now: later + Milliseconds.day)
    #expect(try await store.summary(now: later).span?.from ?? edge >= edge)
    try await expectEqualAnswers(store, FactModel(facts), [total])
    #expect(try await store.check() == [])
  }

  @Test func `cuts a day where the retention is of hours`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(
      at: folder.storePath,
      options: options(retention: Retention(.sandbox))
    )
    var builder = FactBuilder(seed: 5)
    let facts = builder.facts(900, in: days)
    let importing = try await store.beginImport()
    try await importing.append(facts)
    try await importing.finish()

    let later = noon + 5 * Milliseconds.hour + 1
    try await store.maintain(now: later)

    let edge = noon - 19 * Milliseconds.hour
    let kept = FactModel(facts.filter { $0.time >= edge })
    var questions = FactBuilder(seed: 50)
    let queries = (0..<60).map { _ in questions.query(in: days) }.filter { $0.span != .allTime }
    try await expectEqualAnswers(store, kept, queries)
    #expect(try await store.check() == [])

    try await store.maintain(now: later + Milliseconds.day - 1)
    #expect(try await store.summary(now: later).span?.from ?? edge < edge)
    try await store.maintain(now: later + 2 * Milliseconds.day)
    #expect(try await store.summary(now: later).span?.from ?? edge >= edge)
    #expect(try await store.check() == [])
  }

  @Test func `facts that were too old when they were sealed are removed later, but for the totals`()
    async throws
  {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options(retention: .days(1)))
    var builder = FactBuilder(seed: 6)
    let facts = builder.facts(200, in: days)
    let later = noon + 30 * Milliseconds.day
    try await store.maintain(now: later)
    try await store.maintain(now: later + Milliseconds.day)
    try await store.commit(FactBatch(id: 1, receivedAt: days.from, facts: facts))

    try await store.seal(now: later + Milliseconds.day)
    #expect(try await store.summary(now: noon).facts > 0)
    try await store.maintain(now: later + 2 * Milliseconds.day)
    try await store.maintain(now: later + 3 * Milliseconds.day)

    #expect(try await store.summary(now: noon).facts == 0)
    let total = SumQuery(span: .allTime, grouping: .dimension(.mediaID), sums: [.plays])
    try await expectEqualAnswers(store, FactModel(facts), [total])
  }

  @Test func `gives space back`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options(retention: .days(1)))
    var builder = FactBuilder(seed: 7, mediaItems: 400)
    let importing = try await store.beginImport()
    try await importing.append(builder.facts(20_000, in: days))
    try await importing.finish()
    try await store.compact(now: noon)
    let before = try await store.summary(now: noon)

    try await store.compact(now: noon + 30 * Milliseconds.day)
    try await store.compact(now: noon + 31 * Milliseconds.day)

    let after = try await store.summary(now: noon)
    #expect(before.segmentBytes > 50_000)
    #expect(after.segmentBytes == 0)
    #expect(after.freeBytes == 0)
  }

  @Test func `keeps states for 48 hours after their last ping`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    func state(_ id: UInt64, at time: Timestamp, _ byte: UInt8) -> PlaybackState {
      PlaybackState(playback: PlaybackID(rawValue: id), lastPingAt: time, bytes: [byte])
    }
    func commit(_ id: UInt64, _ states: [PlaybackState]) async throws {
      let batch = FactBatch(id: id, receivedAt: noon, facts: [], states: states)
      try await store.commit(batch)
    }
    let ids = (1...4).map { PlaybackID(rawValue: $0) }
    try await commit(1, [state(1, at: noon, 1), state(2, at: noon, 2)])
    try await commit(2, [state(2, at: noon + 1000, 22), state(.max, at: noon, 9)])
    #expect(try await store.playbackStates(of: ids).states == [ids[0]: [1], ids[1]: [22]])

    try await store.maintain(now: noon + 2000)
    #expect(try await store.summary(now: noon).states == 3)
    #expect(try await store.playbackStates(of: ids).states == [ids[0]: [1], ids[1]: [22]])
    try await commit(3, [state(3, at: noon + 2000, 3)])
    #expect(
      try await store.playbackStates(of: ids).states == [ids[0]: [1], ids[1]: [22], ids[2]: [3]]
    )
    try await store.maintain(now: noon + 48 * Milliseconds.hour + 500)

    #expect(try await store.playbackStates(of: ids).states == [ids[1]: [22], ids[2]: [3]])
  }

  @Test func `refuses what is based on states that another process has changed`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let other = try FactStore.open(at: folder.storePath, options: options())
    let ids = (1...3).map { PlaybackID(rawValue: $0) }
    func batch(_ id: UInt64, _ playback: PlaybackID, asOf version: Int64?) -> FactBatch {
      let state = PlaybackState(playback: playback, lastPingAt: noon, bytes: [UInt8(id)])
      return FactBatch(id: id, receivedAt: noon, facts: [], states: [state], statesAsOf: version)
    }
    let version = try await store.playbackStates(of: ids).version
    try await other.commit(batch(1, ids[0], asOf: version))

    let refused = try await store.commit(batch(2, ids[0], asOf: version))
    #expect(!refused.isKept && refused.changed == [ids[0]])
    let kept = try await store.commit(batch(3, ids[1], asOf: version))
    #expect(kept.isKept && kept.changed == [ids[0]])
    let again = try await store.commit(batch(3, ids[1], asOf: version))
    #expect(again.isKept && again.changed == [ids[0]])
    #expect(try await store.playbackStates(of: ids).states == [ids[0]: [1], ids[1]: [3]])

    // What was brought to the table of states can't be told from older ones.
    try await other.commit(batch(4, ids[2], asOf: kept.version))
    try await other.maintain(now: noon)
    let unknown = try await store.commit(batch(5, ids[1], asOf: kept.version))
    #expect(!unknown.isKept && unknown.changed == nil)
    let last = try await store.commit(batch(6, ids[1], asOf: unknown.version))
    #expect(last.isKept && last.changed == [])
  }

  @Test func `states that were read before another process folded newer ones stay where they are`()
    async throws
  {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let other = try FactStore.open(at: folder.storePath, options: options())
    let id = PlaybackID(rawValue: 1)
    func commit(_ byte: UInt8) async throws {
      let state = PlaybackState(playback: id, lastPingAt: noon, bytes: [byte])
      try await other.commit(
        FactBatch(id: UInt64(byte), receivedAt: noon, facts: [], states: [state])
      )
    }
    try await commit(1)
    let waiting = try #require(try await store.states.waitingStates())
    try await commit(2)
    try await other.states.fold(now: noon)
    try await other.maintain(now: noon)
    #expect(try await store.playbackStates(of: [id]).states == [id: [2]])

    #expect(try await store.states.fold(waiting, now: noon))

    #expect(try await store.playbackStates(of: [id]).states == [id: [2]])
    #expect(try await store.states.waitingStates() == nil)
  }

  @Test func `destroys keys of viewers 48 hours after their day`() async throws {
    let folder = try TemporaryFolder()
    let keys = Mutex(SeededGenerator(seed: 8))
    var options = options()
    options.makeViewerKey = { keys.withLock { SipHash.Key(using: &$0) } }
    let store = try FactStore.open(at: folder.storePath, options: options)
    let other = try FactStore.open(at: folder.storePath, options: options)
    let day = CivilDate(daysSince1970: Int(noon.day))
    let key = try await store.viewerKey(for: day)
    #expect(try await other.viewerKey(for: day) == key)

    let dayEnd = Timestamp(day: noon.day + 1)
    try await store.maintain(now: dayEnd + 48 * Milliseconds.hour - 1)
    #expect(try await store.viewerKey(for: day) == key)
    try await store.maintain(now: dayEnd + 48 * Milliseconds.hour)

    #expect(try await store.viewerKey(for: day) != key)
  }

  @Test func `keeps a batch that is sent again once, sealed or not`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    var builder = FactBuilder(seed: 9)
    let facts = builder.facts(50, in: Timeframe(from: days.from, to: noon - Milliseconds.hour))
    let batch = FactBatch(id: .max, receivedAt: noon - 10 * Milliseconds.minute, facts: facts)
    try await store.commit(batch)
    let state = try await store.dataState()

    try await store.commit(batch)
    #expect(try await store.dataState() == state)
    try await store.maintain(now: noon + 6 * Milliseconds.minute)
    #expect(try await store.summary(now: noon).journalFacts == 0)
    try await store.commit(batch)

    try await expectEqualAnswers(store, FactModel(facts), in: days)
  }

  @Test func `is left to the handle that has the lease, until it expires`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let other = try FactStore.open(at: folder.storePath, options: options())
    var builder = FactBuilder(seed: 10)
    let facts = builder.facts(50, in: Timeframe(from: days.from, to: noon - Milliseconds.hour))
    try await store.commit(FactBatch(id: 1, receivedAt: days.from, facts: facts))
    #expect(try await other.lease.take(now: noon))

    try await store.maintain(now: noon + Lease.duration - 1)
    #expect(try await store.summary(now: noon).segments == 0)
    await #expect(throws: StoreError.maintainedElsewhere(path: folder.storePath)) {
      try await store.compact(now: noon + Lease.duration - 1)
    }
    try await store.maintain(now: noon + Lease.duration)

    #expect(try await store.summary(now: noon).segments > 0)
  }

  @Test func `writes nothing while nothing is due`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    try await store.maintain(now: noon)
    let version = store.connections.stamp

    try await store.maintain(now: noon + Milliseconds.minute - 1)
    #expect(store.connections.stamp == version)
    // Once a minute it says that its clock is trusted.
    try await store.maintain(now: noon + Milliseconds.minute)
    #expect(store.connections.stamp != version)
  }

  @Test func `chooses small segments, and never more than fit in memory`() {
    func headers(_ counts: [Int], _ groupsEach: Int) -> [SegmentHeader] {
      counts.enumerated().map { id, count in
        SegmentHeader(
          id: Int64(id),
          day: 0,
          hourGroups: [count * groupsEach] + [Int](repeating: 0, count: 23),
          factCount: count,
          byteCount: 0
        )
      }
    }
    func chosen(_ counts: [Int], groupsEach: Int = 0, isThorough: Bool = false) -> [Int] {
      let headers = headers(counts, groupsEach)
      return Compaction.chosen(of: headers, isThorough: isThorough).map(\.factCount)
    }

    #expect(chosen([]) == [])
    #expect(chosen([10]) == [])
    #expect(chosen([10, 40]) == [10, 40])
    #expect(chosen([10, 41]) == [])
    #expect(chosen([1000, 10, 20]) == [10, 20])
    #expect(chosen([1000, 10], isThorough: true) == [10, 1000])
    #expect(chosen([1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 2, 3]).count == 9)
    #expect(chosen([3_999_999, 1, 5_000_000], isThorough: true) == [1, 3_999_999])
    #expect(chosen([70_000, 79_999, 1], groupsEach: 1, isThorough: true).count == 3)
    #expect(chosen([70_000, 80_000, 1], groupsEach: 1, isThorough: true) == [1, 70_000])
  }
}
