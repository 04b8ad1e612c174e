public import PlaybackFacts

/// How a measure follows from sums: a sum, or a sum divided by the total of others.
public struct Formula: Hashable, Sendable {
  /// What is counted.
  public let numerator: Sum
  /// What it is divided by, added up; nothing means 1.
  public let divisors: [Sum]
  /// How many of the numerator make one of the unit: 1,000 where milliseconds become seconds.
  public let perUnit: Int64

  init(_ numerator: Sum, over divisors: [Sum] = [], perUnit: Int64 = 1) {
    self.numerator = numerator
    self.divisors = divisors
    self.perUnit = perUnit
  }

  /// The sums that the formula reads.
  public var sums: [Sum] { [numerator] + divisors.filter { $0 != numerator } }

  /// Whether its values are whole numbers.
  public var isWhole: Bool { perUnit == 1 && divisors.isEmpty }

  /// The number; a ratio whose divisor is 0 is 0.
  public func value(of sums: Sums) -> MetricValue {
    guard !isWhole else { return .integer(sums[numerator]) }
    return .decimal(
      ratio(sums[numerator], over: divisors.isEmpty ? 1 : divisors.reduce(0) { $0 + sums[$1] })
    )
  }

  /// The number of a formula that is not whole.
  func ratio(_ numerator: Int64, over divisor: Int64) -> Double {
    divisor == 0 ? 0 : Double(numerator) / Double(perUnit) / Double(divisor)
  }

  /// Whether an interval or a dimension value with these sums is part of an answer.
  public func isPresent(in sums: Sums) -> Bool {
    sums[numerator] != 0 || divisors.contains { sums[$0] != 0 }
  }
}
