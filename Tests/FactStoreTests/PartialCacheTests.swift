import PlaybackFacts
import QueryCore
import Synchronization
import Testing

@testable import FactStore

@Suite("What is kept of segments")
struct PartialCacheTests {
  private func key(_ hour: Int) -> PartialCache.Key {
    .dayViewers(day: Int64(hour), shape)
  }

  private let shape = AudienceShape(
    SumQuery(
      span: .timeframe(Timeframe(from: Timestamp(hour: 0), to: Timestamp(hour: 1))),
      filter: Filter(),
      grouping: .none,
      sums: []
    ),
    nil,
    MediaTags()
  )

  @Test func `what nobody asks for during an hour is dropped, whatever room there is`() {
    let time = Mutex(ContinuousClock.now)
    let cache = PartialCache(capacity: 1 << 20) { time.withLock { $0 } }
    var bytes: [Int] = []
    for hour in 0..<48 {
      // Each hour asks for itself, and all of them for one that stays.
      cache[key(hour)] = .dayViewers(["FR": 1], of: [])
      if cache[key(-1)] == nil { cache[key(-1)] = .dayViewers(["DE": 1], of: []) }
      bytes.append(cache.byteCount)
      time.withLock { $0 += .seconds(1800) }
    }

    #expect(cache[key(0)] == nil && cache[key(40)] == nil)
    #expect(cache[key(47)] != nil && cache[key(-1)] != nil)
    #expect((bytes.max() ?? 0) <= 4 * bytes[0], "\(bytes)")
  }
}
