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
public struct Sums: Hashable, Sendable {
  private var lanes: SIMD16<Int64>

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

  /// Adds what one fact contributes.
  public mutating func add(_ kind: FactKind, value: Int64?) {
    switch kind {
    case .impression:
      self[.impressions] += 1
      if let value {
        self[.impressionMilliseconds] += value
        self[.timedImpressions] += 1
      }
    case .play: self[.plays] += 1
    case .start: self[.starts] += 1
    case .end: self[.ends] += 1
    case .watch: self[.watchedMilliseconds] += value ?? 0
    case .stall: self[.stalledMilliseconds] += value ?? 0
    case .view:
      switch value {
      case 3: self[.views3] += 1
      case 5: self[.views5] += 1
      case 10: self[.views10] += 1
      case 30: self[.views30] += 1
      default: break
      }
    case .error: self[.errors] += 1
    }
  }

  /// Adds all sums of `rhs`.
  public static func += (lhs: inout Sums, rhs: Sums) {
    lhs.lanes &+= rhs.lanes
  }

  /// The sums of both.
  public static func + (lhs: Sums, rhs: Sums) -> Sums {
    var sums = lhs
    sums += rhs
    return sums
  }
}
