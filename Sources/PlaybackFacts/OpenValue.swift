/// A value that players make up: a media id or a referrer.
///
/// There may be any number of them, so a collector stores only so many new ones a day under their own name;
/// later ones count under ``Dimension/other``.
public struct OpenValue: Hashable, Sendable {
  /// The dimensions whose values players make up.
  public static let dimensions: [Dimension] = [.mediaID, .referrer]

  /// One of ``dimensions``.
  public let dimension: Dimension
  /// The value.
  public let text: String

  /// Makes a value of one of ``dimensions``.
  public init(_ dimension: Dimension, _ text: String) {
    self.dimension = dimension
    self.text = text
  }
}

/// A value that a collector stores for the first time.
public struct NewValue: Hashable, Sendable {
  /// The value.
  public let value: OpenValue
  /// The UTC day of the ping that brought it, against whose limit it counts.
  public let day: CivilDate

  /// Makes a new value of a day.
  public init(_ value: OpenValue, on day: CivilDate) {
    self.value = value
    self.day = day
  }
}

/// What a sink knows of some values.
public struct KnownValues: Sendable {
  /// Those of the values that are stored under their own name whatever the limit.
  public let values: Set<OpenValue>
  /// How many new values there were on each UTC day, by dimension.
  public let newCounts: [CivilDate: [Dimension: Int]]

  /// Makes an answer.
  public init(values: Set<OpenValue>, newCounts: [CivilDate: [Dimension: Int]] = [:]) {
    self.values = values
    self.newCounts = newCounts
  }
}

extension Dimension {
  /// The value under which media ids and referrers beyond the limits of a day count.
  public static let other = "(other)"

  /// The value under which a media id or referrer counts that is not stored under its own name.
  ///
  /// A live stream stays one: media types follow from media ids, and how watched time is counted follows
  /// from the media type.
  public func other(insteadOf value: String) -> String {
    self == .mediaID && MediaType(mediaID: value) == .liveStream ? "li" + Self.other : Self.other
  }
}
