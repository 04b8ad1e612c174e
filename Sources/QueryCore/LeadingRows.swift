public import PlaybackFacts

/// An order of the rows of a breakdown, and how many of them are wanted from its beginning.
///
/// Rows are ordered by a number that follows from their sums; those that are equal in it ascend by the bytes
/// of their values. A row in which nothing that the formula reads happened is none of them.
public struct LeadingRows: Hashable, Sendable {
  /// What the rows are ordered by.
  public var formula: Formula
  /// Whether the lowest comes first.
  public var isAscending: Bool
  /// The most rows that are wanted, ≥ 1.
  public var count: Int

  /// Names an order, and how many rows are wanted.
  public init(_ formula: Formula, isAscending: Bool = false, count: Int) {
    self.formula = formula
    self.isAscending = isAscending
    self.count = count
  }

  /// The place of a row in the order: of two rows, the one with the lower rank comes first, and only rows with
  /// equal ranks are ordered by their values.
  ///
  /// - Parameters:
  ///   - numerator: the formula's numerator of the row.
  ///   - divisor: the formula's divisors of the row, added up; nil where there are none.
  /// - Returns: any number.
  public func rank(_ numerator: Int64, over divisor: Int64?) -> Int64 {
    let rank =
      formula.isWhole ? numerator : Self.ordered(formula.ratio(numerator, over: divisor ?? 1))
    // All bits turned over: the highest comes first, and no number overflows.
    return isAscending ? rank : ~rank
  }

  /// A whole number that compares as a decimal does.
  private static func ordered(_ value: Double) -> Int64 {
    // Zero has two forms, which are equal.
    let bits = Int64(bitPattern: (value == 0 ? 0 : value).bitPattern)
    return bits < 0 ? bits ^ Int64.max : bits
  }
}

/// The rows of a breakdown that come first, and how many there are.
public struct LeadingSums: Hashable, Sendable {
  /// The sums by value: of those rows that are among the first in one of the orders, and possibly of others.
  public var sums: [String: Sums]
  /// How many rows there are in each order, those that were left out among them.
  public var counts: [LeadingRows: Int]

  /// Makes an answer.
  public init(sums: [String: Sums], counts: [LeadingRows: Int]) {
    self.sums = sums
    self.counts = counts
  }
}
