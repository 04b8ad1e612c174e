import TextAndBytes
import TestSupport
import Testing

@testable import FactStore

@Suite("Codes")
struct CodeSetTests {
  /// Codes near each other, far from each other, and of both kinds.
  private static let spans: [UInt32] = [20, 5000, 4_000_000_000]

  private func codes(_ span: UInt32, _ generator: inout SeededGenerator) -> [UInt32] {
    let count = Int.random(in: 0...30, using: &generator)
    return (0..<count).map { _ in .random(in: 0..<span, using: &generator) }.sorted()
  }

  @Test(arguments: spans)
  func `sets of codes are those of their members`(span: UInt32) {
    var generator = SeededGenerator(seed: UInt64(span))
    for _ in 0..<200 {
      let (left, right) = (codes(span, &generator), codes(span, &generator))
      let (isLeft, isRight) = (generator.chance(0.5), generator.chance(0.5))
      let first = isLeft ? CodeSet(left) : CodeSet(left).inverted
      let second = isRight ? CodeSet(right) : CodeSet(right).inverted
      let (both, either) = (first.intersection(second), first.union(second))
      for code in left + right + codes(span, &generator) {
        let inFirst = left.contains(code) == isLeft
        let inSecond = right.contains(code) == isRight
        #expect(first.contains(code) == inFirst)
        #expect(both.contains(code) == (inFirst && inSecond))
        #expect(either.contains(code) == (inFirst || inSecond))
      }
    }
  }

  @Test(arguments: spans)
  func `sums of codes are the same whatever the codes are`(span: UInt32) throws {
    var generator = SeededGenerator(seed: UInt64(span) + 1)
    for _ in 0..<100 {
      let partials = try (0..<3).map { _ in
        let codes = codes(span, &generator).map { Int64($0) }.shuffled(using: &generator)
        let places = try CodePlaces(codes, of: 1)
        var sums = [Int64](repeating: 0, count: places.count)
        for place in places.places { sums[Int(place)] += 1 }
        let partial = places.partial([sums])
        #expect(partial.keys == Set(codes).sorted().map { UInt32($0) })
        #expect(partial.columns[0].reduce(0, +) == Int64(codes.count))
        return partial
      }
      let sum = try Partial.sum(of: partials)
      var expected: [UInt32: Int64] = [:]
      for partial in partials {
        for (key, value) in zip(partial.keys, partial.columns[0]) {
          expected[key, default: 0] += value
        }
      }
      #expect(sum.keys == expected.keys.sorted())
      #expect(sum.columns.first ?? [] == sum.keys.map { expected[$0] })
    }
  }

  @Test func `memory follows the codes there are, not how large they are`() throws {
    #expect(CodeSet([1, 4_000_000_000]).byteCount < 10_000)
    #expect(try CodePlaces([1, 4_000_000_000], of: 1).count == 2)
  }

  @Test(arguments: [[-1], [1 << 32]])
  func `an impossible code is an error`(codes: [Int64]) {
    #expect(throws: MalformedBytes.self) { try CodePlaces(codes, of: 1) }
  }
}
