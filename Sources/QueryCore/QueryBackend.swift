public import PlaybackFacts

/// Where facts can be added up: the embedded store, or a database of another kind.
///
/// A backend knows nothing of metrics, zones and pages. It adds up integers; only the query core
/// divides, sorts and names.
public protocol QueryBackend: Sendable {
  /// The state of the data now; cheap enough to ask many times a second.
  func dataState() async throws -> DataState

  /// Adds up what each of `queries` asks for, all of them over the same snapshot of the data.
  ///
  /// Cancelling the task abandons the work.
  func sums(for queries: [SumQuery]) async throws -> SumAnswer
}

/// A question to a backend.
public struct SumQuery: Hashable, Sendable {
  /// Which facts by time.
  public enum Span: Hashable, Sendable {
    /// Those of a timeframe.
    case timeframe(Timeframe)
    /// All there ever were, beyond retention: plays by media item, filtered by media only.
    case allTime
  }

  /// Into how many sums the facts go.
  public enum Grouping: Hashable, Sendable {
    case none
    /// By the value of a dimension.
    case dimension(Dimension)
    /// By time: interval i goes from edge i to edge i + 1. Edges ascend; there are at least two, the
    /// first is not after the timeframe's start and the last not before its end.
    case intervals([Timestamp])
  }

  /// Which facts by time.
  public var span: Span
  /// Which facts by playback.
  public var filter: Filter
  /// Into how many sums they go.
  public var grouping: Grouping
  /// The sums that are wanted; others may be left 0.
  public var sums: Set<Sum>

  /// Makes a question.
  public init(span: Span, filter: Filter = Filter(), grouping: Grouping = .none, sums: Set<Sum>) {
    self.span = span
    self.filter = filter
    self.grouping = grouping
    self.sums = sums
  }
}

/// What a backend answers to several questions.
public struct SumAnswer: Sendable {
  /// The state of the data that all rows show.
  public var state: DataState
  /// One for each question, in their order.
  public var rows: [SumRows]

  /// Makes an answer.
  public init(state: DataState, rows: [SumRows]) {
    self.state = state
    self.rows = rows
  }
}

/// The sums that one question yields; those that are all 0 may be left out.
public enum SumRows: Hashable, Sendable {
  /// For ``SumQuery/Grouping/none``.
  case total(Sums)
  /// For ``SumQuery/Grouping/dimension(_:)``: by value.
  case byValue([String: Sums])
  /// For ``SumQuery/Grouping/intervals(_:)``: by the interval's number.
  case byInterval([Int: Sums])
}

/// Which data an answer shows.
public struct DataState: Hashable, Sendable {
  /// Differs whenever an answer may differ; means nothing else.
  public var version: UInt64
  /// When the newest ping arrived; nil if there never was one.
  public var newestReceipt: Timestamp?

  /// Makes a state.
  public init(version: UInt64, newestReceipt: Timestamp?) {
    self.version = version
    self.newestReceipt = newestReceipt
  }
}
