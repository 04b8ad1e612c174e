import CellCanvas
@testable import Dashboard
import QueryCore
import TestSupport
import Testing

@Suite("Number text")
struct NumberTextTests {
  @Test(
    "a number is written as people read it",
    arguments: [
      (0, .count, "0"), (7, .count, "7"), (999, .count, "999"), (3412, .count, "3 412"),
      (9999, .count, "9 999"), (12_100, .count, "12.1 k"), (128_412, .count, "128.4 k"),
      (999_949, .count, "999.9 k"), (999_950, .count, "1.0 M"), (1.24e9, .count, "1.2 G"),
      (0, .ratio, "0.0 %"), (0.621, .ratio, "62.1 %"), (1, .ratio, "100.0 %"),
      (0.0004, .ratio, "0.04 %"), (1.5, .ratio, "150.0 %"),
      (412, .milliseconds, "412 ms"), (1240, .milliseconds, "1.24 s"),
      (59_949, .milliseconds, "59.95 s"), (192_000, .milliseconds, "3 m 12 s"),
      (3.2, .seconds, "3.2 s"), (42, .seconds, "42 s"), (192, .seconds, "3 m 12 s"),
      (62, .seconds, "1 m 02 s"), (11_100, .seconds, "3 h 05 m"), (460_800, .seconds, "128 h"),
      (4.6e7, .seconds, "12.8 k h"),
      (.nan, .count, "–"), (.infinity, .ratio, "–"),
    ] as [(Double, MetricUnit, String)]
  )
  func text(value: Double, unit: MetricUnit, expected: String) {
    #expect(NumberText.text(value, unit) == expected)
  }

  @Test(
    "less room makes it less exact",
    arguments: [
      (128_412, .count, 5, "128 k"), (128_412, .count, 4, "128k"), (128_412, .count, 3, "…"),
      (3412, .count, 4, "3412"), (0.621, .ratio, 4, "62 %"), (0.621, .ratio, 3, "62%"),
      (192, .seconds, 4, "3 m"), (192, .seconds, 2, "3m"), (412, .milliseconds, 5, "412ms"),
      (5, .count, 0, ""),
    ] as [(Double, MetricUnit, Int, String)]
  )
  func narrow(value: Double, unit: MetricUnit, width: Int, expected: String) {
    #expect(NumberText.text(value, unit, width: width) == expected)
  }

  @Test(
    "counts in a column keep the place of the letter",
    arguments: [(40_100, "40.1 k"), (9612, "9.6 k"), (843, "843  "), (0, "0  ")]
  )
  func aligned(value: Double, expected: String) {
    #expect(NumberText.aligned(value, Measure.plays, width: 7) == expected)
  }

  @Test func `averages of counts have a decimal, and no letter has no place`() throws {
    let average = try #require(MetricCatalog.measure("ccv", .average))

    #expect(NumberText.aligned(0.38, average, width: 7) == "0.4  ")
    #expect(NumberText.aligned(0.38, average, width: 5, upTo: 12) == "0.4")
    #expect(NumberText.aligned(12_400, average, width: 7) == "12.4 k")
    #expect(NumberText.aligned(84, Measure.plays, width: 5, upTo: 84) == "84")
  }

  @Test(
    arguments: [
      (12_947, .count, "12 947"), (1_234_567, .count, "1 234 567"),
      (-1_234_567, .count, "-1 234 567"),
      (0.93371, .ratio, "93.371 %"), (897.43, .milliseconds, "897.4 ms"),
      (12.34, .seconds, "12.3 s"),
      (11_103.4, .seconds, "3 h 05 m, 11103.4 s"), (3.456, .viewers, "3.456"),
    ] as [(Double, MetricUnit, String)]
  )
  func `an explained value has all of its digits`(value: Double, unit: MetricUnit, text: String) {
    #expect(NumberText.exact(value, unit) == text)
  }

  @Test func `no number is wider than asked`() {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<20_000 {
      let magnitude = Double.random(in: -4...16, using: &random)
      let value = Double.random(in: -1...1, using: &random) * exp10(magnitude)
      let width = Int.random(in: 0...12, using: &random)
      for unit in [MetricUnit.count, .ratio, .milliseconds, .seconds, .viewers] {
        let texts =
          [
            NumberText.text(value, unit, width: width)
          ]
          + MetricCatalog.measures.filter { $0.unit == unit }
          .map { NumberText.aligned(value, $0, width: width) }
        for text in texts {
          #expect(CharacterWidth.columns(of: text) <= width, "\(value) \(unit)")
        }
      }
    }
  }

  private func exp10(_ power: Double) -> Double {
    (0..<Int(abs(power))).reduce(1) { value, _ in power < 0 ? value / 10 : value * 10 }
  }
}
