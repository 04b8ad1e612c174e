import Testing

@testable import PingCollector

@Suite("Generational cache")
struct GenerationalCacheTests {
  private typealias Cache = GenerationalCache<Int, [UInt8]>

  /// A cache with room for so many values of a size, in both generations together.
  private func cache(of count: Int, bytes: Int = 100) -> Cache {
    Cache(capacityInBytes: count * (bytes + Cache.bytesPerEntry)) { $0.count }
  }

  private func value(_ bytes: Int = 100) -> [UInt8] { [UInt8](repeating: 1, count: bytes) }

  @Test func `it never holds more than its capacity, however large the values are`() {
    var cache = cache(of: 10)

    for key in 0..<1000 {
      cache[key] = value(key % 300)
      #expect(cache.bytes <= cache.capacityInBytes)
      #expect(cache[key] == value(key % 300))
    }

    #expect(cache[0] == nil)
  }

  @Test func `a value that is larger than half of it is not held`() {
    var cache = cache(of: 10)
    cache[1] = value()

    cache[2] = value(10_000)
    cache[1] = value(10_000)

    #expect(cache[2] == nil)
    #expect(cache[1] == nil)
    #expect(cache.bytes == 0)
  }

  @Test func `a value that grows is counted as it is`() {
    var cache = cache(of: 10)

    cache[1] = value(10)
    cache[1] = value(20)

    #expect(cache.bytes == 20 + Cache.bytesPerEntry)
    #expect(cache.count == 1)
  }

  @Test func `what is used stays and what is not used goes`() {
    var cache = cache(of: 100)
    cache[1] = [1]
    cache[2] = [2]

    cache.age()
    let used = cache[1]
    cache.age()

    #expect(used == [1])
    #expect(cache[1] == [1])
    #expect(cache[2] == nil)
  }

  @Test func `a value is forgotten in both generations`() {
    var cache = cache(of: 100)
    cache[1] = [1]
    cache.age()
    cache[1] = [2]

    cache[1] = nil

    #expect(cache[1] == nil)
    #expect(cache.count == 0)
    #expect(cache.bytes == 0)
  }

  @Test func `a flood of keys that come once leaves what was used, and takes little`() {
    var cache = cache(of: 1000)
    for key in 0..<20 {
      cache[key] = value()
      _ = cache[key]
    }
    for key in 20..<40 { cache.set(value(), for: key, isUsed: true) }
    let bytes = cache.bytes

    for key in 1000..<20_000 { cache[key] = value() }

    #expect((0..<40).allSatisfy { cache[$0] != nil })
    #expect(cache[1000] == nil && cache[19_999] != nil)
    #expect(cache.bytes <= bytes + cache.capacityInBytes / 32)
  }
}
