@testable import FactStore
import PlaybackFacts
import QueryCore
import Synchronization
import TestSupport
import Testing

@Suite("Concurrency")
struct ConcurrencyTests {
  private let hour = Timeframe(from: noon - 3 * Milliseconds.hour, to: noon - 2 * Milliseconds.hour)

  private func playback(_ id: UInt64, viewer: UInt64 = 1, country: String = "FR") -> Playback {
    Playback(
      id: PlaybackID(rawValue: id),
      viewer: ViewerID(rawValue: viewer),
      mediaID: "vi1",
      country: country
    )
  }

  private func watch(_ milliseconds: Int64, slot: Int64, of playback: Playback) -> Fact {
    Fact(.watch, at: hour.from + slot * Milliseconds.slot, value: milliseconds, of: playback)
  }

  private func slots(
    _ store: FactStore,
    of audience: SumQuery.Audience = .playbacks
  ) async throws -> SumRows? {
    try await store.sums(for: [SumQuery(.concurrency(of: audience), in: hour)]).rows.first
  }

  private func figures(peak: Int64, total: Int64) -> SumRows {
    .concurrency(.total(Concurrency(peak: peak, total: total)))
  }

  @Test func `counts a playback in a slot once, whatever its facts lie in`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let playback = playback(1)
    for number in 0..<3 {
      try await store.commit(
        FactBatch(
          id: UInt64(number),
          receivedAt: noon - 2 * Milliseconds.hour,
          facts: [watch(5000, slot: 7, of: playback)]
        )
      )
      #expect(try await slots(store) == figures(peak: 1, total: 1))
      if number < 2 { try await store.seal(now: noon) }
      #expect(try await slots(store) == figures(peak: 1, total: 1))
    }
    #expect(try await store.summary(now: noon).segments == 2)

    try await store.compact(now: noon)

    #expect(try await slots(store) == figures(peak: 1, total: 1))
  }

  @Test func `takes a playback out of a slot whose watched time is taken back later`() async throws
  {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let facts = [
      watch(5000, slot: 0, of: playback(1)), watch(5000, slot: 0, of: playback(2)),
      watch(5000, slot: 1, of: playback(1)),
    ]
    try await store.commit(FactBatch(id: 1, receivedAt: hour.to, facts: facts))
    try await store.seal(now: noon)
    #expect(try await slots(store) == figures(peak: 2, total: 3))

    let late = FactBatch(
      id: 2,
      receivedAt: hour.to,
      facts: [watch(-5000, slot: 0, of: playback(2))]
    )
    try await store.commit(late)

    #expect(try await slots(store) == figures(peak: 1, total: 2))
    try await store.seal(now: noon)
    #expect(try await slots(store) == figures(peak: 1, total: 2))
    #expect(try await store.check() == [])
  }

  @Test func `counts a viewer of several playbacks once`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let facts = [
      watch(100, slot: 4, of: playback(1, viewer: 7)),
      watch(100, slot: 4, of: playback(2, viewer: 7)),
      watch(100, slot: 4, of: playback(3, viewer: 8)),
      watch(100, slot: 5, of: playback(2, viewer: 7)),
    ]
    try await store.commit(FactBatch(id: 1, receivedAt: hour.to, facts: facts))

    for _ in 0..<2 {
      #expect(try await slots(store, of: .playbacks) == figures(peak: 3, total: 4))
      #expect(try await slots(store, of: .viewers) == figures(peak: 2, total: 3))
      try await store.seal(now: noon)
    }
  }

  @Test func `of an hour without news is kept while another hour gets some`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let facts = [watch(100, slot: 4, of: playback(1)), watch(100, slot: 4 + 180, of: playback(1))]
    try await store.commit(FactBatch(id: 1, receivedAt: hour.to, facts: facts))
    let wide = Timeframe(from: hour.from, to: hour.to + Milliseconds.hour)
    let query = SumQuery(.concurrency(of: .playbacks), in: wide)
    _ = try await store.sums(for: [query])
    let shape = AudienceShape(query, nil, MediaTags())
    func isKept(_ hour: Int64, events: Int) -> Bool {
      let epoch = store.journal.withKnownTail(\.epoch)
      let stamp = HourStamp(hour: hour, segments: [], journalEpoch: epoch, journalFacts: events)
      if case .concurrency(_, of: [stamp]) = store.queries.cache[.concurrency(hours: [hour], shape)]
      {
        return true
      }
      return false
    }

    let late = FactBatch(id: 2, receivedAt: hour.to, facts: [watch(9, slot: 4, of: playback(2))])
    try await store.commit(late)

    #expect(isKept(hour.to.hour, events: 1))
    #expect(!isKept(hour.from.hour, events: 2))
    let expected = figures(peak: 2, total: 3)
    #expect(try await store.sums(for: [query]).rows == [expected])
    #expect(isKept(hour.from.hour, events: 2))
  }

  @Test func `of an hour that gets news all the time takes the memory of one count`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let day = Timeframe(from: Timestamp(day: hour.from.day), to: Timestamp(day: hour.from.day + 1))
    var bytes: [Int] = []
    for number in 0..<20 {
      let facts = [
        watch(100, slot: 4, of: playback(1)),
        Fact(.view, at: hour.from + Int64(number), value: 5000, of: playback(1)),
      ]
      try await store.commit(
        FactBatch(id: UInt64(number), receivedAt: hour.to, facts: facts)
      )
      for counting in [.concurrency(of: .playbacks), .viewers(of: .fiveSeconds)]
        as [SumQuery.Counting]
      {
        _ = try await store.sums(for: [SumQuery(counting, in: day)])
      }
      bytes.append(store.queries.cache.byteCount)
    }

    #expect(Set(bytes).count == 1)
  }
}
