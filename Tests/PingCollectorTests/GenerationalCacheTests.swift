import Testing

@testable import PingCollector

@Suite("Generational cache")
struct GenerationalCacheTests {
  @Test func `it never holds more than its capacity`() {
    var cache = GenerationalCache<Int, Int>(capacity: 10)

    for key in 0..<1000 {
      cache[key] = key
      #expect(cache.count <= 10)
      #expect(cache[key] == key)
    }

    #expect(cache[0] == nil)
  }

  @Test func `what is used stays and what is not used goes`() {
    var cache = GenerationalCache<String, Int>(capacity: 100)
    cache["used"] = 1
    cache["idle"] = 2

    cache.age()
    let used = cache["used"]
    cache.age()

    #expect(used == 1)
    #expect(cache["used"] == 1)
    #expect(cache["idle"] == nil)
  }

  @Test func `a value is forgotten in both generations`() {
    var cache = GenerationalCache<String, Int>(capacity: 100)
    cache["a"] = 1
    cache.age()
    cache["a"] = 2

    cache["a"] = nil

    #expect(cache["a"] == nil)
    #expect(cache.count == 0)
  }

  @Test func `it never holds more bytes than it may`() {
    var cache = GenerationalCache<Int, [UInt8]>(capacity: 1000, byteCapacity: 100) { $1.count }

    for key in 0..<50 { cache[key] = [UInt8](repeating: 0, count: 10) }
    #expect(cache.count <= 10)
    #expect(cache[49] != nil && cache[0] == nil)

    // The same key again takes no more.
    for _ in 0..<50 { cache[49] = [UInt8](repeating: 0, count: 10) }
    #expect(cache[48] != nil)
  }
}
