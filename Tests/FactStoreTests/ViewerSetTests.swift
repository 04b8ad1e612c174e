import TextAndBytes
import TestSupport
import Testing

@testable import FactStore

@Suite("Viewer set")
struct ViewerSetTests {
  @Test(arguments: [1, 50, 5000] as [UInt64])
  func `holds each viewer once, as a set does`(range: UInt64) {
    var random = SeededGenerator(seed: range)
    var viewers = ViewerSet()
    var expected: Set<UInt64> = []

    for _ in 0..<3000 {
      // Neighbours, strangers and 0, which stands for nothing inside.
      let viewer = UInt64.random(in: 0..<range, using: &random) << (random.next() % 2 * 40)
      viewers.insert(viewer)
      expected.insert(viewer)
      #expect(viewers.count == expected.count)
    }

    #expect(viewers.viewers.count == expected.count)
    #expect(Set(viewers.viewers) == expected)
  }
}

@Suite("Concurrent map")
struct ConcurrentMapTests {
  @Test(arguments: [true, false]) func `results keep the order`(isWorthIt: Bool) throws {
    let numbers = Array(0..<1000)

    #expect(try numbers.concurrentMap(isWorthIt: isWorthIt) { $0 * 2 } == numbers.map { $0 * 2 })
    #expect(try [Int]().concurrentMap(isWorthIt: isWorthIt) { $0 } == [])
  }

  @Test(arguments: [true, false]) func `the first error is thrown`(isWorthIt: Bool) {
    let error = #expect(throws: MalformedBytes.self) {
      try Array(0..<100).concurrentMap(isWorthIt: isWorthIt) { number in
        if number % 10 == 7 { throw MalformedBytes("\(number)") }
        return number
      }
    }

    #expect(error?.description == "7")
  }
}
