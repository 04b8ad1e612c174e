import CellCanvas
import Testing

@Suite("Nice ticks")
struct NiceTicksTests {
  @Test(
    "ticks are round and enclose the range",
    arguments: [
      (0.0, 9.0, 4, [0.0, 5, 10]), (0, 8700, 4, [0, 5000, 10000]),
      (0, 100, 6, [0, 20, 40, 60, 80, 100]),
      (0, 0.62, 5, [0, 0.2, 0.4, 0.6000000000000001, 0.8]), (-3, 4, 4, [-5, 0, 5]),
      (0, 0, 4, [0, 0.5, 1]), (5, 5, 3, [5, 10]),
      (.nan, .infinity, 3, [0, 0.5, 1]), (0, 1, 2, [0, 1]),
    ] as [(Double, Double, Int, [Double])]
  )
  func values(low: Double, high: Double, limit: Int, values: [Double]) {
    #expect(NiceTicks(from: low, to: high, limit: limit).values == values)
  }

  @Test func `counts have no ticks between whole numbers`() {
    #expect(NiceTicks(from: 0, to: 2, limit: 6, integral: true).values == [0, 1, 2])
  }

  @Test("they are few, rise, and enclose whatever range", arguments: 0..<200)
  func bounds(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let scale: Double = [1e-9, 1e-3, 1, 1e6, 1e300].randomElement(using: &random) ?? 1
    let low = Double.random(in: -1...1, using: &random) * scale
    let high = low + Double.random(in: 0...1, using: &random) * scale
    let limit = Int.random(in: 2..<9, using: &random)

    let ticks = NiceTicks(from: low, to: high, limit: limit)

    #expect(ticks.step > 0)
    #expect(ticks.values.count >= 2 && ticks.values.count <= max(3, limit))
    #expect((ticks.values.first ?? .infinity) <= low + ticks.step * 1e-6)
    #expect((ticks.values.last ?? -.infinity) >= high - ticks.step * 1e-6)
    #expect(zip(ticks.values, ticks.values.dropFirst()).allSatisfy { $0 < $1 })
  }
}
