import Algorithms
import Glibc

/// Randomness that is the same for the same seed, everywhere: SplitMix64.
///
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators".
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  /// The generator of one of the many things that a seed decides, told apart by numbers.
  init(seed: UInt64, _ purpose: Purpose, _ numbers: UInt64...) {
    var mixed = SeededGenerator(seed: seed &+ purpose.rawValue)
    for number in numbers {
      mixed = SeededGenerator(seed: mixed.next() ^ number)
    }
    self.init(seed: mixed.next())
  }

  /// What a generator decides.
  enum Purpose: UInt64 {
    case media = 1
    case referrers, viewer, arrivals, playback, liveEvent, viewerKey, sample, circumstance
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// A number from 0 up to, but without, 1.
  mutating func unit() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// True once in a while.
  mutating func chance(_ probability: Double) -> Bool {
    unit() < probability
  }

  /// A whole number from 0 up to, but without, `bound`; at least 1 must be possible.
  mutating func below(_ bound: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A time that passes until something happens that happens every `mean` on average.
  mutating func exponential(mean: Double) -> Double {
    -log(1 - unit()) * mean
  }

  /// A number that is `median` half the time at most, and whose logarithm spreads by `spread`.
  mutating func logNormal(median: Double, spread: Double) -> Double {
    let normal = sqrt(-2 * log(1 - unit())) * cos(2 * Double.pi * unit())
    return median * exp(spread * normal)
  }

  /// How many of independent things happen that happen `mean` times on average.
  mutating func poisson(mean: Double) -> Int {
    // Halves keep the product of many numbers below 1 from vanishing.
    guard mean < 30 else { return poisson(mean: mean / 2) + poisson(mean: mean / 2) }
    let limit = exp(-mean)
    var product = unit()
    var count = 0
    while product > limit {
      product *= unit()
      count += 1
    }
    return count
  }
}

/// Picks one of several by their weights.
struct WeightedChoice: Sendable {
  private let sums: [Double]

  init(weights: some Sequence<Double>) {
    var sum = 0.0
    sums = weights.map { weight in
      sum += weight
      return sum
    }
  }

  /// The weights' total.
  var total: Double { sums.last ?? 0 }

  /// The index of the one that is picked; there must be one.
  func pick(_ generator: inout SeededGenerator) -> Int {
    let point = generator.unit() * total
    return min(sums.partitioningIndex { $0 > point }, sums.count - 1)
  }
}
