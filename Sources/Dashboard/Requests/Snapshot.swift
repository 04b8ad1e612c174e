public import PlaybackFacts
public import QueryCore

/// Everything the overview shows, of one instant.
public struct Snapshot: Hashable, Sendable {
  /// One measure as a number, with its shape over time.
  public struct Tile: Hashable, Sendable {
    /// What is measured.
    public let measure: Measure
    /// The number; nil where there was nothing to measure.
    public let value: Double?
    /// The number of the compared period; nil where there is none.
    public let previous: Double?
    /// One value for each interval; nil where there is none.
    public let shape: [Double?]
  }

  /// The chosen measure over time.
  public struct Chart: Hashable, Sendable {
    /// One value for each interval of the window; nil where there is none.
    public let values: [Double?]
    /// The same of the compared period; empty where there is none.
    public let previous: [Double?]
  }

  /// The values of a dimension, the highest first.
  public struct Ranking: Hashable, Sendable {
    /// The dimension.
    public let dimension: Dimension
    /// What is counted.
    public let measure: Measure
    /// The highest values.
    public let rows: [Row]
    /// How many values there are.
    public let count: Int
    /// The number of all values together.
    public let total: Double
  }

  /// One value of a dimension.
  public struct Row: Hashable, Sendable {
    /// The dimension's value.
    public let dimensionValue: String
    /// The number; nil where it is not known.
    public let value: Double?
    /// The number of the compared period; nil where it is not known.
    public let previous: Double?
  }

  /// What was asked.
  public let request: OverviewRequest
  /// The data that all numbers show.
  public let data: DataState
  /// When it was asked.
  public let asOf: Timestamp
  /// The measures as numbers.
  public let tiles: [Tile]
  /// The chosen measure over time.
  public let chart: Chart
  /// The dimensions.
  public let rankings: [Ranking]
}
