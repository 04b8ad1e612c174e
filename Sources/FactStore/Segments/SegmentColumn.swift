import PlaybackFacts
import QueryCore

/// The columns of a segment and their numbers in the file.
enum SegmentColumn: Hashable {
  case playback
  case viewer
  /// How many playbacks or viewers watched in each slot: 180 for each hour that has groups.
  case slotCounts(SumQuery.Audience)
  /// One of the dimensions that are kept.
  case dimension(Dimension)
  case sum(Sum)
  /// The facts of an hour of the day.
  case detail(hour: Int)
  /// To which hour and value the rows of a summary belong; of all groups, without a dimension.
  case summaryKeys(Dimension?)
  case summarySum(Dimension?, Sum)
  /// How many impressions took how long, by value of a dimension; by hour without one.
  case histogram(Dimension?)

  var number: Int64 {
    switch self {
    case .playback: 0
    case .viewer: 1
    case .slotCounts(.playbacks): 2
    case .slotCounts(.viewers): 3
    case .dimension(let dimension): 16 + Int64(dimension.rawValue)
    case .sum(let sum): 32 + Int64(sum.rawValue)
    case .detail(let hour): 64 + Int64(hour)
    case .summaryKeys(let dimension): Self.summary(dimension)
    case .summarySum(let dimension, let sum): Self.summary(dimension) + 1 + Int64(sum.rawValue)
    case .histogram(let dimension): Self.summary(dimension) + 31
    }
  }

  /// All columns that a segment may have, in the order of their numbers.
  static let all: [SegmentColumn] =
    [.playback, .viewer, .slotCounts(.playbacks), .slotCounts(.viewers)]
    + Dimension.stored.map { .dimension($0) }
    + Sum.allCases.map { .sum($0) } + (0..<24).map { .detail(hour: $0) }
    + ([nil] + Dimension.coded).flatMap { dimension in
      [.summaryKeys(dimension)] + Sum.allCases.map { .summarySum(dimension, $0) }
        + [.histogram(dimension)]
    }

  /// The columns of histograms.
  static let histograms: [SegmentColumn] = ([nil] + Dimension.coded).map { .histogram($0) }

  /// 32 numbers for each dimension, the last for its histogram: `Sum` may grow.
  private static func summary(_ dimension: Dimension?) -> Int64 {
    128 + 32 * (dimension.map { Int64($0.rawValue) + 1 } ?? 0)
  }
}
