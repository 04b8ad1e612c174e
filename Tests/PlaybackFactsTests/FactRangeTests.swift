import PlaybackFacts
import Testing

@Suite("Ranges of facts")
struct FactRangeTests {
  static let values: [(kind: FactKind, allowed: [Int64?], refused: [Int64?])] = [
    (.impression, [nil, 0, 1, 120_000], [-1, 120_001, .max, .min]),
    (.play, [nil], [0, 1]), (.start, [nil], [0, -1]), (.end, [nil], [0, .max]),
    (.watch, [-20_000, 0, 20_000], [nil, -20_001, 20_001, .max, .min]),
    (.stall, [-20_000, 0, 20_000], [nil, -20_001, 20_001, .max, .min]),
    (.view, [3, 5, 10, 30], [nil, 0, 4, -3, 31, .max]),
    (.error, [0, 4, 65_535], [nil, -1, 65_536, .max, .min]),
  ]

  @Test(arguments: values)
  func `each kind has its own`(kind: FactKind, allowed: [Int64?], refused: [Int64?]) {
    for value in allowed {
      #expect(kind.allows(value))
      #expect(kind.known(value) == value)
    }
    for value in refused { #expect(!kind.allows(value)) }
    #expect(!kind.valueRule.isEmpty)
  }

  @Test func `an impression's time or an error's code out of range is unknown`() {
    #expect(FactKind.impression.known(120_001) == nil)
    #expect(FactKind.error.known(nil) == 0)
    #expect(FactKind.error.known(.max) == 0)
    // Nothing says that it is unknown how much was watched.
    #expect(FactKind.watch.known(20_001) == 20_001)
  }

  @Test func `times are plausible from 2000 to a day ahead`() {
    let now = Timestamp(seconds: 1_716_894_900)
    let plausible = Timeframe.plausible(at: now)

    #expect(plausible.from.atom == "2000-01-01T00:00:00+00:00")
    #expect(plausible.to == now + Milliseconds.day)
  }
}
