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
}
