import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@Suite("Histogram")
struct HistogramTests {
  /// Times of very different sizes, many small ones and few large ones.
  private func times(_ count: Int, _ generator: inout SeededGenerator) -> [Int64] {
    (0..<count).map { _ in
      let bits = Int64.random(in: 0...16, using: &generator)
      return min(120_000, Int64.random(in: 0...(1 << bits), using: &generator))
    }
  }

  @Test(arguments: UInt64(1)...20)
  func `percentiles are within 2 % of those of sorted values`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let values = times(Int.random(in: 1...500, using: &generator), &generator)
    let sorted = values.sorted()
    let histogram = Histogram(of: values)

    #expect(histogram.count == Int64(values.count))
    for percent in 0...100 {
      let place = max(1, (sorted.count * percent + 99) / 100)
      let exact = sorted[place - 1]
      let found = try #require(histogram.percentile(percent))
      #expect(Double(abs(found - exact)) <= 0.02 * Double(exact), "p\(percent): \(found), \(exact)")
    }
  }

  @Test(arguments: UInt64(1)...20)
  func `parts add up to the whole in any order`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let parts = (0..<6).map { _ in times(Int.random(in: 0...60, using: &generator), &generator) }
    let whole = Histogram(of: parts.flatMap { $0 })

    #expect(parts.map { Histogram(of: $0) }.reduce(Histogram(), +) == whole)
    #expect(
      parts.shuffled(using: &generator).map { Histogram(of: $0) }.reduce(Histogram(), +) == whole
    )
    let (left, right) = (parts[..<3].flatMap { $0 }, parts[3...].flatMap { $0 })
    #expect(Histogram(of: right) + Histogram(of: left) == whole)
  }

  @Test func `buckets follow each other without gaps and hold their values`() {
    var next: Int64 = 0
    for bucket in 0..<800 {
      let bounds = Histogram.bounds(of: bucket)
      #expect(bounds.lowerBound == next)
      #expect(Histogram.bucket(of: bounds.lowerBound) == bucket)
      #expect(Histogram.bucket(of: bounds.upperBound - 1) == bucket)
      // Half a bucket is at most 1.6 % of its lowest value.
      #expect(bounds.count == 1 || 32 * bounds.count <= bounds.lowerBound)
      next = bounds.upperBound
    }
    #expect(next > FactKind.impressionTimes.upperBound)
    #expect(Histogram.bucket(of: .max) < 1 << 16)
    #expect(Histogram.bucket(of: -1) == 0)
  }

  @Test func `nothing has no percentile`() {
    #expect(Histogram().percentile(95) == nil)
    #expect(Histogram(of: [7]).percentile(0) == 7)
    #expect(Histogram(of: [7, 9]).percentile(50) == 7)
    #expect(Histogram(of: [7, 9]).percentile(51) == 9)
  }
}
