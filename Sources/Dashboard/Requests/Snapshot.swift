public import PlaybackFacts
public import QueryCore

/// Everything a screen shows, of one instant.
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

  /// A measure over time.
  public struct Curve: Hashable, Sendable {
    /// What is measured.
    public let measure: Measure
    /// The value of a dimension that it is narrowed to; nil for all playbacks.
    public let value: String?
    /// One value for each interval of the window; nil where there is none.
    public let values: [Double?]
    /// The same of the compared period; empty where there is none.
    public let previous: [Double?]
  }

  /// The values of a dimension, the highest first.
  public struct Ranking: Hashable, Sendable {
    /// Where it is shown.
    public let panel: ScreenPanel
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

  /// One media item of the table.
  public struct Item: Hashable, Sendable {
    /// The media item's id.
    public let mediaID: String
    /// A value for each column; nil where there was nothing to measure.
    public let values: [Double?]
    /// The first column in the compared period; nil where it is not known.
    public let previous: Double?

    /// An item of which nothing is known yet.
    static func unknown(_ mediaID: String) -> Item {
      let values = [Double?](repeating: nil, count: ScreenRequest.itemMeasures.count)
      return Item(mediaID: mediaID, values: values, previous: nil)
    }
  }

  /// What a number is made of.
  public struct Explanation: Hashable, Sendable {
    /// What is explained.
    public let measure: Measure
    /// The number.
    public let value: Double?
    /// What is counted behind it, each with its number.
    public let parts: [Part]

    /// One thing that is counted.
    public struct Part: Hashable, Sendable {
      /// What.
      public let measure: Measure
      /// How many.
      public let value: Double
    }
  }

  /// What was asked.
  public let request: ScreenRequest
  /// The data that all numbers show.
  public let data: DataState
  /// When it was asked.
  public let asOf: Timestamp
  /// How long the source wants to be left alone after this.
  public var rest = Duration.zero
  /// The measures as numbers.
  public var tiles: [Tile] = []
  /// The chosen measure over time, and others over it.
  public var curves: [Curve] = []
  /// The dimensions.
  public var rankings: [Ranking] = []
  /// The table of media items, the most plays first.
  public var items: [Item] = []
  /// Those items that were asked for and are in none of the lists that ``items`` are from, by their ids.
  public var unlistedItems: [String: Item] = [:]
  /// The ids of ``items`` where they are not all there are.
  var listedIDs: Set<String> = []
  /// How many media items there are; more than in ``items`` where these are only the first of each list.
  public var itemCount = 0
  /// Whether ``items`` are all there are, with all their values.
  public var hasAllItems = true
  /// The shapes of those items that were asked for.
  public var itemShapes: [String: [Double?]] = [:]
  /// What is explained, if anything is.
  public var explanation: Explanation?

  /// The main curve.
  public var chart: Curve? { curves.first }
}
