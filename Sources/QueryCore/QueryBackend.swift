public import PlaybackFacts

/// Where facts can be added up: the embedded store, or a database of another kind.
///
/// A backend knows nothing of metrics, zones and pages. It adds up integers; only the query core
/// divides, sorts and names.
public protocol QueryBackend: Sendable {
  /// The state of the data now; cheap enough to ask many times a second.
  func dataState() async throws -> DataState

  /// The state of the data now, and what changed up to it, where that is known.
  func dataHistory() async throws -> DataHistory

  /// What can be told of the data without waiting for it.
  func glance() -> DataGlance

  /// Adds up what each of `queries` asks for, all of them over the same snapshot of the data.
  ///
  /// Cancelling the task abandons the work.
  func sums(for queries: [SumQuery]) async throws -> SumAnswer

  /// Where tasks run best that ask for sums and do nothing else: there ``sums(for:)`` needs no other thread,
  /// and may keep the one it is on. Nil where it makes no difference.
  var executor: (any TaskExecutor)? { get }
}

extension QueryBackend {
  /// The state alone: with each version, every answer may be another.
  public func dataHistory() async throws -> DataHistory {
    DataHistory(state: try await dataState())
  }

  /// Nothing: whoever wants to know has to ask.
  public func glance() -> DataGlance { .unknown }

  /// Nil: sums are added up elsewhere.
  public var executor: (any TaskExecutor)? { nil }
}

/// What is known of the data without waiting for it.
public enum DataGlance: Sendable {
  /// The state, since which nothing was committed.
  case current(DataHistory)
  /// Something was committed since the state was read; while stamps are equal, nothing more.
  case changed(stamp: UInt64)
  /// Nothing.
  case unknown
}

/// A state of the data, and what changed up to it.
public struct DataHistory: Sendable {
  /// The state of the data.
  public var state: DataState
  /// Knows of that version, and possibly of later ones; nil where nothing is known.
  public var log: ChangeLog?

  /// Makes a history.
  public init(state: DataState, log: ChangeLog? = nil) {
    self.state = state
    self.log = log
  }
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

  /// What is counted.
  public enum Counting: Hashable, Sendable {
    /// Sums of facts, those of ``SumQuery/sums``.
    case sums
    /// For each slot of 20 s, those with a watched sum above 0 in it: the highest count of a slot, and
    /// all counts added up. A slot belongs to a timeframe or an interval by its start.
    case concurrency(of: Audience)
    /// Distinct pairs of a UTC day and a viewer that have a view of this threshold.
    case viewers(of: ViewDuration)
    /// The impressions whose time is known, by that time.
    case impressionTimes
    /// The playbacks with a watched sum above 0, by that sum; ``SumQuery/grouping`` is none. A slot belongs to a
    /// timeframe by its start.
    case watchTimes
  }

  /// Who counts as one.
  public enum Audience: Hashable, Sendable {
    case playbacks, viewers
  }

  /// What is counted.
  public var counting: Counting
  /// Which facts by time.
  public var span: Span
  /// Which facts by playback.
  public var filter: Filter
  /// Into how many sums they go.
  public var grouping: Grouping
  /// The sums that are wanted, none where no sums are counted; others may be left 0.
  public var sums: Set<Sum>
  /// Of sums by a dimension, which rows are wanted: the first in each of these orders, or all where there is
  /// none.
  ///
  /// A backend may answer with all rows nevertheless; see ``SumRows/leading(_:)``.
  public var leading: Set<LeadingRows>

  /// Makes a question for sums.
  public init(
    span: Span,
    filter: Filter = Filter(),
    grouping: Grouping = .none,
    sums: Set<Sum>,
    leading: Set<LeadingRows> = []
  ) {
    counting = .sums
    self.span = span
    self.filter = filter
    self.grouping = grouping
    self.sums = sums
    self.leading = leading
  }

  /// Makes a question for something that is not added up.
  public init(
    _ counting: Counting,
    in timeframe: Timeframe,
    filter: Filter = Filter(),
    grouping: Grouping = .none
  ) {
    self.counting = counting
    span = .timeframe(timeframe)
    self.filter = filter
    self.grouping = grouping
    sums = []
    leading = []
  }
}

/// What a backend answers to several questions.
public struct SumAnswer: Sendable {
  /// The state of the data that all rows show, and what changed up to it.
  public var history: DataHistory
  /// One for each question, in their order.
  public var rows: [SumRows]

  /// The state of the data that all rows show.
  public var state: DataState { history.state }

  /// Makes an answer.
  public init(history: DataHistory, rows: [SumRows]) {
    self.history = history
    self.rows = rows
  }

  /// Makes an answer of a backend that does not know what changed.
  public init(state: DataState, rows: [SumRows]) {
    self.init(history: DataHistory(state: state), rows: rows)
  }
}

/// What one question yields; groups of which everything is 0 may be left out.
public enum SumRows: Hashable, Sendable {
  /// For ``SumQuery/Counting/sums``.
  case sums(Grouped<Sums>)
  /// For ``SumQuery/Counting/sums`` where ``SumQuery/leading`` names orders: instead of all rows, those that
  /// come first.
  case leading(LeadingSums)
  /// For ``SumQuery/Counting/concurrency(of:)``.
  case concurrency(Grouped<Concurrency>)
  /// For ``SumQuery/Counting/viewers(of:)``.
  case viewers(Grouped<Int64>)
  /// For ``SumQuery/Counting/impressionTimes``.
  case impressionTimes(Grouped<Histogram>)
  /// For ``SumQuery/Counting/watchTimes``.
  case watchTimes(WatchTimes)

  /// Sums for ``SumQuery/Grouping/none``.
  public static func total(_ sums: Sums) -> SumRows { .sums(.total(sums)) }

  /// Sums for ``SumQuery/Grouping/dimension(_:)``.
  public static func byValue(_ sums: [String: Sums]) -> SumRows { .sums(.byValue(sums)) }

  /// Sums for ``SumQuery/Grouping/intervals(_:)``.
  public static func byInterval(_ sums: [Int: Sums]) -> SumRows { .sums(.byInterval(sums)) }
}

/// A value for each group of an answer.
public enum Grouped<Value> {
  /// For ``SumQuery/Grouping/none``.
  case total(Value)
  /// For ``SumQuery/Grouping/dimension(_:)``: by value.
  case byValue([String: Value])
  /// For ``SumQuery/Grouping/intervals(_:)``: by the interval's number.
  case byInterval([Int: Value])
}

extension Grouped: Equatable where Value: Equatable {}
extension Grouped: Hashable where Value: Hashable {}
extension Grouped: Sendable where Value: Sendable {}

/// How many watched at the same time, over some slots.
public struct Concurrency: Hashable, Sendable {
  /// The highest count of a slot.
  public var peak: Int64
  /// The counts of all slots, added up.
  public var total: Int64

  /// Makes figures.
  public init(peak: Int64 = 0, total: Int64 = 0) {
    self.peak = peak
    self.total = total
  }

  /// The figures of one slot, or of several.
  public mutating func add(_ other: Concurrency) {
    peak = max(peak, other.peak)
    total += other.total
  }
}

/// Which data an answer shows.
public struct DataState: Hashable, Sendable {
  /// Differs whenever an answer may differ; means nothing else.
  public var version: UInt64
  /// When the newest ping arrived, or the time of the newest fact that was imported; nil if there never was
  /// one.
  public var newestReceipt: Timestamp?
  /// When somebody listened: what is missing then did not happen.
  public var collected: Collected
  /// How long facts are kept, where the source tells it.
  public var retention: Retention?

  /// When pings were collected.
  public enum Collected: Hashable, Sendable {
    /// The source does not tell.
    case untold
    /// There is no fact, and no collector ever was at work.
    case never
    /// From the first sign of a collector, or the hour of facts that were there long before it, to the last
    /// sign of one, but for some gaps of two minutes and more, ascending; of very many the newest.
    case during(Timeframe, gaps: [Timeframe] = [])
  }

  /// A collector gives a sign of life every minute; after so long without one, it is not there, in
  /// milliseconds.
  public static let collectorPatience = 2 * Milliseconds.minute

  /// Makes a state.
  public init(
    version: UInt64,
    newestReceipt: Timestamp?,
    collected: Collected = .untold,
    retention: Retention? = nil
  ) {
    self.version = version
    self.newestReceipt = newestReceipt
    self.collected = collected
    self.retention = retention
  }

  /// Whether somebody listened in a part of a timeframe, or nobody knows.
  public func isCollected(_ timeframe: Timeframe) -> Bool {
    switch collected {
    case .untold: true
    case .never: false
    case .during(let known, let gaps):
      timeframe.from <= known.to + Self.collectorPatience && timeframe.to > known.from
        && !gaps.contains { $0.intersection(timeframe) == timeframe }
    }
  }

  /// The parts of a timeframe in which nobody listened though somebody had before, ascending.
  public func gaps(in timeframe: Timeframe) -> [Timeframe] {
    guard case .during(_, let gaps) = collected else { return [] }
    return gaps.map { $0.intersection(timeframe) }.filter { !$0.isEmpty }
  }

  /// Whether somebody listens at an instant, or nobody knows.
  public func isCollecting(at time: Timestamp) -> Bool {
    isCollected(Timeframe(from: time, to: time + 1))
  }

  /// When somebody listened first, or facts that were imported begin; nil where nobody knows.
  public var start: Timestamp? {
    if case .during(let known, _) = collected { known.from } else { nil }
  }

  /// Whether somebody listened at an instant already, or nobody knows.
  public func reaches(backTo time: Timestamp) -> Bool {
    switch collected {
    case .untold: true
    case .never: false
    case .during(let known, _): known.from <= time
    }
  }
}
