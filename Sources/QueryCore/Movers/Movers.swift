public import PlaybackFacts

/// Which values explain how a number changed between two timeframes.
///
/// Each value of each dimension has a *contribution* to the change. Of a sum it is by how much the sum of the
/// value's playbacks changed. Of a ratio *R* = *A* ÷ *N*, such as the play rate or the average watch time, it is
///
/// ```
/// contribution of v = n1v/N1 · (r1v − R0) − n0v/N0 · (r0v − R0)
/// ```
/// where *n* is the divisor and *r* the ratio of the value, 0 before and 1 now: what the value does to the ratio by
/// being better or worse than the whole was before, and by being a larger or smaller part of it. In both cases the
/// contributions of all values of a dimension add up to the change; those of tags don't, since a media
/// item may have several.
///
/// Where a part of a value explains the change better than the value, a row is about two values: of the plays
/// that FR lost, most were lost on phones, and phones elsewhere lost none.
///
/// ```swift
/// let movers = try await engine.movers(
///   Movers.Request(playRate, in: today, comparedWith: yesterday)
/// )
/// for row in movers.rows { print(row.values, row.contribution, row.isNoise) }
/// ```
public struct Movers: Hashable, Sendable {
  /// What is asked.
  public struct Request: Hashable, Sendable {
    /// Which number; one of ``Movers/measures``.
    public var measure: Measure
    /// Now.
    public var timeframe: Timeframe
    /// Before.
    public var before: Timeframe
    /// Which playbacks.
    public var filter: Filter
    /// What is a view; says nothing of other metrics.
    public var viewDuration: ViewDuration
    /// The dimensions whose values are looked at.
    public var dimensions: [Dimension]
    /// Whether pairs of values are looked for, which takes as long again, or several times as long.
    public var findsPairs: Bool
    /// The most rows that are wanted.
    public var limit: Int

    /// Makes a request, about all dimensions unless some are named.
    public init(
      _ measure: Measure,
      in timeframe: Timeframe,
      comparedWith before: Timeframe,
      filter: Filter = Filter(),
      viewDuration: ViewDuration = .standard,
      dimensions: [Dimension] = Dimension.allCases,
      findsPairs: Bool = true,
      limit: Int = 20
    ) {
      self.measure = measure
      self.timeframe = timeframe
      self.before = before
      self.filter = filter
      self.viewDuration = viewDuration
      self.dimensions = dimensions
      self.findsPairs = findsPairs
      self.limit = limit
    }
  }

  /// A value of a dimension.
  public struct Value: Hashable, Sendable {
    /// The dimension.
    public let dimension: Dimension
    /// Its value.
    public let value: String

    /// Names a value.
    public init(_ dimension: Dimension, _ value: String) {
      self.dimension = dimension
      self.value = value
    }
  }

  /// The number in one of the timeframes.
  public struct Side: Hashable, Sendable {
    /// The number, in the unit of the measure.
    public let value: Double
    /// How many things it is about: plays, impressions, starts.
    public let sampleSize: Double

    /// Describes it.
    public init(value: Double, sampleSize: Double) {
      self.value = value
      self.sampleSize = sampleSize
    }
  }

  /// A value, or two that go together, and what it contributes.
  public struct Row: Hashable, Sendable {
    /// One value, or two of different dimensions; playbacks with all of them are meant.
    public let values: [Value]
    /// The number of these playbacks.
    public let now: Side
    /// Their number before.
    public let before: Side
    /// By how much they change the number of all.
    public let contribution: Double
    /// Which part of all playbacks they are, 0–1, in the timeframe in which they are more.
    public let weight: Double
    /// Whether chance alone may do as much: the contribution is less than twice its standard error, or there are
    /// fewer than ten in either timeframe.
    ///
    /// Of a count *n* the standard error is √*n*, so that a change of less than 2 √*n* is noise.
    public let isNoise: Bool
  }

  /// What was asked.
  public let request: Request
  /// The data that all numbers show.
  public let state: DataState
  /// The number of all playbacks.
  public let now: Side
  /// The number of all playbacks before.
  public let before: Side
  /// By how much it changed.
  public var change: Double { now.value - before.value }
  /// Those that contribute most first; those that may be noise last.
  public let rows: [Row]

  /// Which part of the change a row explains, 1 for all of it and negative where it did the opposite; nil where
  /// nothing changed.
  public func share(of row: Row) -> Double? {
    change == 0 ? nil : row.contribution / change
  }

  /// The measures whose change can be split among values: counts, sums, and ratios of them.
  ///
  /// Percentiles, concurrent and distinct viewers are not made of parts.
  public static let measures: [Measure] = MetricCatalog.bucketMeasures.filter {
    MoverParts($0) != nil
  }
}
