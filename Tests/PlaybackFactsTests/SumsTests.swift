import PlaybackFacts
import TestSupport
import Testing

@Suite("Sums")
struct SumsTests {
  @Test(arguments: [
    (FactKind.impression, Int64?.none, [Sum.impressions: Int64(1)]),
    (.impression, 412, [.impressions: 1, .impressionMilliseconds: 412, .timedImpressions: 1]),
    (.impression, 0, [.impressions: 1, .timedImpressions: 1]), (.play, nil, [.plays: 1]),
    (.start, nil, [.starts: 1]), (.end, nil, [.ends: 1]),
    (.watch, 20_000, [.watchedMilliseconds: 20_000]), (.watch, -500, [.watchedMilliseconds: -500]),
    (.stall, 300, [.stalledMilliseconds: 300]), (.view, 3, [.views3: 1]), (.view, 5, [.views5: 1]),
    (.view, 10, [.views10: 1]), (.view, 30, [.views30: 1]), (.view, 7, [:]),
    (.error, 4, [.errors: 1]), (.error, 0, [.errors: 1]),
  ])
  func `a fact contributes to the sums of its kind`(
    kind: FactKind,
    value: Int64?,
    expected: [Sum: Int64]
  ) {
    var sums = Sums()
    sums.add(kind, value: value)

    for sum in Sum.allCases { #expect(sums[sum] == expected[sum] ?? 0) }
  }

  @Test func `sums add up lane by lane, in any order`() {
    var builder = FactBuilder(seed: 7)
    let day = Timeframe(from: Timestamp(seconds: 0), to: Timestamp(seconds: 86_400))
    let facts = builder.facts(300, in: day)
    let halves = (facts[..<150], facts[150...])

    let whole = facts.reduce(into: Sums()) { $0 += Sums(of: $1) }
    let first = halves.0.reduce(into: Sums()) { $0 += Sums(of: $1) }
    let second = halves.1.reversed().reduce(into: Sums()) { $0 += Sums(of: $1) }

    #expect(first + second == whole)
    for sum in Sum.allCases {
      #expect(whole[sum] == facts.reduce(0) { $0 + Sums(of: $1)[sum] })
    }
    #expect(whole[.plays] == Int64(facts.filter { $0.kind == .play }.count))
  }

  @Test func `one sum is set without touching the others`() {
    for sum in Sum.allCases {
      var sums = Sums()
      sums[sum] = .max
      #expect(Sum.allCases.filter { sums[$0] != 0 } == [sum])
    }
  }

  @Test(arguments: [
    (Int64.max, Int64(1)), (.min, -1), (.max, .max), (.min, .min), (1 << 62, 1 << 62),
  ])
  func `a sum that doesn't fit is said to have overflowed, whatever follows`(
    first: Int64,
    second: Int64
  ) {
    for sum in Sum.allCases {
      var one = Sums()
      one.add(first, to: sum)
      var other = Sums()
      other.add(second, to: sum)
      #expect(!one.hasOverflowed && !other.hasOverflowed)

      var both = one
      both.add(second, to: sum)
      #expect(both.hasOverflowed)
      #expect((one + other).hasOverflowed)
      #expect((one + other + one + other).hasOverflowed)
      #expect((Sums() + (one + other)).hasOverflowed)
    }
  }

  @Test func `sums up to the last that fit have not overflowed`() {
    var sums = Sums()
    sums.add(.max - 1, to: .plays)
    sums.add(.min + 1, to: .watchedMilliseconds)
    var rest = Sums()
    rest.add(1, to: .plays)
    rest.add(-1, to: .watchedMilliseconds)

    #expect(!(sums + rest).hasOverflowed)
    #expect((sums + rest)[.plays] == .max)
    #expect((sums + rest)[.watchedMilliseconds] == .min)
  }
}
