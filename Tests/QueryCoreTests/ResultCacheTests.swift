import PlaybackFacts
import Synchronization
import TestSupport
import Testing

@testable import QueryCore

@Suite("Result cache")
struct ResultCacheTests {
  private func query(_ day: Int) throws -> Query {
    let start = at("2024-05-01T00:00:00Z") + Int64(day) * Milliseconds.day
    return Query(
      try .named("play"),
      in: Timeframe(from: start, to: start + Milliseconds.day)
    )
  }

  private func buckets(_ count: Int, of total: Int? = nil) -> OrderedRows {
    .buckets(
      (0..<count).map { .init(value: .integer(1), dimensionValue: "\($0)") },
      total: total
    )
  }

  @Test func `the first rows of very many answer as many of them as there are`() throws {
    var cache = ResultCache()
    var asked = try query(1)
    func rows(_ size: Int) -> OrderedRows? {
      asked.page.size = size
      return cache.rows(for: asked, at: 3)
    }
    asked.page.size = 200
    cache.keep(buckets(200, of: 5000), for: asked, at: 3, nil)

    #expect(rows(50) == buckets(200, of: 5000))
    #expect(rows(200) != nil)
    #expect(rows(201) == nil)
    #expect(!cache.holds(asked))

    cache.keep(buckets(400, of: 400), for: asked, at: 3, nil)

    #expect(rows(50) != nil)
    #expect(rows(1000) == buckets(400))
    #expect(cache.holds(asked))
    #expect(cache.count == 1)
  }

  @Test func `rows are found at the version for which they were kept`() throws {
    var cache = ResultCache()
    cache.keep(.number(.integer(7)), for: try query(1), at: 3, nil)

    #expect(cache.rows(for: try query(1), at: 3) == .number(.integer(7)))
    #expect(cache.rows(for: try query(1), at: 4) == nil)
    #expect(cache.rows(for: try query(2), at: 3) == nil)
  }

  @Test func `rows of a new version replace those of the old one`() throws {
    var cache = ResultCache()
    cache.keep(.number(.integer(7)), for: try query(1), at: 3, nil)
    let bytes = cache.bytes
    cache.keep(.number(.integer(8)), for: try query(1), at: 4, nil)

    #expect(cache.rows(for: try query(1), at: 4) == .number(.integer(8)))
    #expect(cache.count == 1)
    #expect(cache.bytes == bytes)
  }

  @Test func `what answers an earlier version goes with the first answer to a new one`() throws {
    var cache = ResultCache()
    for day in 0..<3 { cache.keep(buckets(10), for: try query(day), at: 3, nil) }
    cache.keep(.number(.integer(8)), for: try query(4), at: 4, nil)
    // Whoever asked before the new facts came may land after them.
    cache.keep(.number(.integer(7)), for: try query(5), at: 3, nil)

    #expect(cache.count == 1)
    #expect(cache.rows(for: try query(4), at: 4) != nil)
    #expect(cache.rows(for: try query(0), at: 3) == nil)
    #expect(cache.rows(for: try query(5), at: 3) == nil)
  }

  @Test func `answers that new facts can't change stay, and answer the newest version`() throws {
    var cache = ResultCache()
    for day in 0..<3 { cache.keep(.number(.integer(Int64(day))), for: try query(day), at: 3, nil) }
    var log = ChangeLog(after: 3)
    log.addFacts(from: at("2024-05-02T00:00:00Z"), with: 4)
    cache.follow(4, log)

    #expect(cache.count == 1)
    #expect(cache.rows(for: try query(0), at: 4) == .number(.integer(0)))
    #expect(cache.rows(for: try query(1), at: 4) == nil)
    // Whoever saw the version before may have it too.
    #expect(cache.rows(for: try query(0), at: 3) == .number(.integer(0)))
  }

  @Test func `an answer that lands late is kept where nothing changed it meanwhile`() throws {
    var cache = ResultCache()
    var log = ChangeLog(after: 3)
    log.addFacts(from: at("2024-05-02T12:00:00Z"), with: 4)
    cache.follow(4, log)
    cache.keep(.number(.integer(0)), for: try query(0), at: 3, nil)
    cache.keep(.number(.integer(1)), for: try query(1), at: 3, nil)
    cache.keep(.number(.integer(2)), for: try query(2), at: 4, log)

    #expect(cache.rows(for: try query(0), at: 4) == .number(.integer(0)))
    #expect(cache.rows(for: try query(1), at: 4) == nil)
    #expect(cache.rows(for: try query(2), at: 4) == .number(.integer(2)))
    #expect(cache.rows(for: try query(2), at: 3) == nil)
  }

  @Test func `what nobody asked for lately goes with the next version`() throws {
    let now = Mutex(ContinuousClock.now)
    var cache = ResultCache(limit: .init(patience: .seconds(60)), now: { now.withLock { $0 } })
    for day in 0..<2 { cache.keep(.number(.integer(Int64(day))), for: try query(day), at: 1, nil) }
    now.withLock { $0 += .seconds(50) }
    _ = cache.rows(for: try query(1), at: 1)
    now.withLock { $0 += .seconds(50) }
    cache.follow(2, ChangeLog(after: 1))

    #expect(cache.rows(for: try query(0), at: 2) == nil)
    #expect(cache.rows(for: try query(1), at: 2) == .number(.integer(1)))
  }

  @Test func `what was used longest ago goes when there are too many`() throws {
    var cache = ResultCache(limit: .init(count: 2))
    cache.keep(.number(.integer(1)), for: try query(1), at: 1, nil)
    cache.keep(.number(.integer(2)), for: try query(2), at: 1, nil)
    _ = cache.rows(for: try query(1), at: 1)
    cache.keep(.number(.integer(3)), for: try query(3), at: 1, nil)

    #expect(cache.rows(for: try query(1), at: 1) != nil)
    #expect(cache.rows(for: try query(2), at: 1) == nil)
    #expect(cache.rows(for: try query(3), at: 1) != nil)
  }

  @Test func `an eighth goes at once when there are too many, what was used longest ago`() throws {
    var cache = ResultCache(limit: .init(count: 80))
    for day in 0..<80 { cache.keep(.number(.integer(1)), for: try query(day), at: 1, nil) }
    _ = cache.rows(for: try query(0), at: 1)
    cache.keep(.number(.integer(1)), for: try query(80), at: 1, nil)

    #expect(cache.count == 70)
    let kept = try (0...80).filter { cache.rows(for: try query($0), at: 1) != nil }
    #expect(kept == [0] + Array(12...80))
  }

  @Test func `what was used longest ago goes when there is too much`() throws {
    var cache = ResultCache(limit: .init(bytes: 100_000))
    for day in 0..<20 { cache.keep(buckets(500), for: try query(day), at: 1, nil) }

    #expect(cache.bytes <= 100_000)
    #expect(cache.count > 1)
    #expect(cache.rows(for: try query(19), at: 1) != nil)
    #expect(cache.rows(for: try query(0), at: 1) == nil)
  }

  @Test func `an answer over the whole limit is not kept, and displaces none`() throws {
    var cache = ResultCache(limit: .init(bytes: 10_000))
    cache.keep(.number(.integer(1)), for: try query(1), at: 1, nil)
    cache.keep(buckets(5000), for: try query(2), at: 1, nil)

    #expect(cache.rows(for: try query(1), at: 1) != nil)
    #expect(cache.rows(for: try query(2), at: 1) == nil)
  }
}
