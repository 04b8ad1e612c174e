public import PlaybackFacts

/// Finds movers by answers: what is to be asked, and the rows that follow.
///
/// For those who ask in their own way; ``QueryAnswering/movers(_:)`` asks and searches at once.
///
/// ```
/// totals of MoverSearch.measures ─▶ MoverSearch ─ dimensions ─▶ breakdowns ─ add ─▶ movers
///                                       │                           ▲
///                                       └────────── pairs ──────────┘
/// ```
public struct MoverSearch {
  /// The numbers of some playbacks in both timeframes, one for each of ``measures(of:)``.
  public typealias Numbers = (now: [Double], before: [Double])

  private let request: Movers.Request
  private let parts: MoverParts
  private let all: MoverAmounts
  private var ranking: MoverRanking

  /// What is to be asked, in total and by dimension, so that a change can be split; empty for a measure whose
  /// change can't be.
  public static func measures(of measure: Measure) -> [Measure] {
    MoverParts(measure)?.measures ?? []
  }

  /// Those of some dimensions of which more than one value counts.
  public static func dimensions(
    of filter: Filter,
    among dimensions: [Dimension] = Dimension.allCases
  ) -> [Dimension] {
    dimensions.filter { dimension in
      !filter.clauses.contains {
        $0.dimension == dimension && !$0.isNegated && $0.values.count == 1
      }
    }
  }

  /// Begins with the numbers of all playbacks; nil for a measure whose change can't be split.
  public init?(_ request: Movers.Request, total: Numbers) {
    guard let parts = MoverParts(request.measure) else { return nil }
    self.init(request, parts, MoverAmounts(total, parts))
  }

  init(_ request: Movers.Request, _ parts: MoverParts, _ all: MoverAmounts) {
    self.request = request
    self.parts = parts
    self.all = all
    ranking = MoverRanking(request, all)
  }

  /// The dimensions whose values are looked at.
  public var dimensions: [Dimension] {
    Self.dimensions(of: request.filter, among: request.dimensions)
  }

  /// Takes in a value, or two that go together.
  public mutating func add(_ values: [Movers.Value], _ numbers: Numbers) {
    ranking.add(values, MoverAmounts(numbers, parts))
  }

  mutating func add(_ values: [Movers.Value], _ amounts: MoverAmounts) {
    ranking.add(values, amounts)
  }

  /// The values that may have a part which explains more, each with the dimensions by which its playbacks are to
  /// be broken down; those that contribute most first.
  public var pairs: [(value: Movers.Value, dimensions: [Dimension])] {
    guard request.findsPairs else { return [] }
    return ranking.candidates.map { value in
      (value, dimensions.filter { $0.isIndependent(of: value.dimension) })
    }
  }

  /// What was found so far.
  public func movers(_ state: DataState) -> Movers {
    Movers(
      request: request,
      state: state,
      now: all.now.side,
      before: all.before.side,
      rows: ranking.rows
    )
  }
}

extension MoverAmounts {
  fileprivate init(_ numbers: MoverSearch.Numbers, _ parts: MoverParts) {
    self.init(now: parts.amount(numbers.now), before: parts.amount(numbers.before))
  }
}
