/// What can be added up over facts; every metric is one of these sums or a ratio of two.
public enum Sum: Int, CaseIterable, Hashable, Sendable {
  case impressions, plays, starts, ends
  case views3, views5, views10, views30
  case errors
  case watchedMilliseconds, stalledMilliseconds
  case impressionMilliseconds
  /// The impressions whose time is known.
  case timedImpressions
}

/// A value for every ``Sum``.
///
/// A sum that overflows is no number any more: it stays ``hasOverflowed``, whatever is added.
public struct Sums: Hashable, Sendable {
  /// The sums by their raw values, and in the last lane how often one overflowed.
  private var lanes: SIMD16<Int64>

  private static let overflowLane = 15

  /// All sums 0.
  public static let zero = Sums()

  /// Makes sums that are all 0.
  public init() { lanes = .zero }

  /// Makes the sums to which `fact` contributes, as if there was no other.
  public init(of fact: Fact) {
    self.init()
    add(fact.kind, value: fact.value)
  }

  /// One sum.
  public subscript(sum: Sum) -> Int64 {
    get { lanes[sum.rawValue] }
    set { lanes[sum.rawValue] = newValue }
  }

  /// Whether one of the sums was too large for 64 bits, so that none can be trusted.
  public var hasOverflowed: Bool { lanes[Self.overflowLane] != 0 }

  /// Adds to one sum.
  public mutating func add(_ value: Int64, to sum: Sum) {
    let (total, overflow) = lanes[sum.rawValue].addingReportingOverflow(value)
    lanes[sum.rawValue] = total
    if overflow { lanes[Self.overflowLane] = 1 }
  }

  /// Adds what one fact contributes.
  public mutating func add(_ kind: FactKind, value: Int64?) {
    switch kind {
    case .impression:
      add(1, to: .impressions)
      if let value {
        add(value, to: .impressionMilliseconds)
        add(1, to: .timedImpressions)
      }
    case .play: add(1, to: .plays)
    case .start: add(1, to: .starts)
    case .end: add(1, to: .ends)
    case .watch: add(value ?? 0, to: .watchedMilliseconds)
    case .stall: add(value ?? 0, to: .stalledMilliseconds)
    case .view:
      switch value {
      case 3: add(1, to: .views3)
      case 5: add(1, to: .views5)
      case 10: add(1, to: .views10)
      case 30: add(1, to: .views30)
      default: break
      }
    case .error: add(1, to: .errors)
    }
  }

  /// Adds all sums of `rhs`.
  public static func += (lhs: inout Sums, rhs: Sums) {
    let sums = lhs.lanes &+ rhs.lanes
    // An addition overflows where both have one sign and the sum has the other.
    let overflows = (lhs.lanes ^ sums) & (rhs.lanes ^ sums)
    lhs.lanes = sums
    // Halved until one is left: `min()` takes five times as long.
    let eight = overflows.lowHalf | overflows.highHalf
    let four = eight.lowHalf | eight.highHalf
    let two = four.lowHalf | four.highHalf
    if two.x | two.y < 0 { lhs.lanes[overflowLane] = 1 }
  }

  /// The sums of both.
  public static func + (lhs: Sums, rhs: Sums) -> Sums {
    var sums = lhs
    sums += rhs
    return sums
  }
}
