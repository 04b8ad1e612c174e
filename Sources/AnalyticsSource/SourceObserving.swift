public import PlaybackFacts
public import QueryCore

/// What a source provides beside answers: the facts that pass by, and how it fares.
///
/// A store has both; of servers elsewhere only those that are Playhead's own.
public protocol SourceObserving: Sendable {
  /// The facts that were committed last, in the order of their commits.
  ///
  /// - Parameters:
  ///   - cursor: what the call before returned; nil for the newest there are.
  ///   - limit: the most facts, ≥ 1; the newest are kept where there are more.
  /// - Returns: the facts, and where to go on.
  /// - Throws: ``QueryError/unavailable(reason:)`` where the source can't be reached,
  ///   ``QueryError/notProvided`` where it provides none.
  func recentFacts(after cursor: UInt64?, limit: Int) async throws(QueryError) -> RecentFacts

  /// How collector and store fare.
  func health() async throws(QueryError) -> SourceHealth
}

/// Facts that passed by; whom they are of is not told.
public struct RecentFacts: Hashable, Sendable {
  /// What to ask with the next time; differs whenever a fact was committed.
  public var cursor: UInt64
  /// The facts, those committed last at the end.
  public var facts: [Fact]
  /// How many were left out, because there were more than the limit.
  public var skipped: Int

  /// Makes an answer.
  public init(cursor: UInt64, facts: [Fact], skipped: Int = 0) {
    self.cursor = cursor
    self.facts = facts
    self.skipped = skipped
  }
}

/// How a collector and its store fare.
public struct SourceHealth: Hashable, Sendable {
  /// What was counted under a name, such as pings refused because of their size.
  public struct Count: Hashable, Sendable {
    /// What was counted: `duplicate`, or the reason of a refusal.
    public var name: String
    /// How many.
    public var count: Int

    /// Makes a count.
    public init(name: String, count: Int) {
      self.name = name
      self.count = count
    }
  }

  /// What became of pings and their events since the collector began to count.
  public struct Ledger: Hashable, Sendable {
    /// Since when.
    public var since: Timestamp?
    /// Pings whose facts are on disk.
    public var acceptedPings = 0
    /// Pings that count for nothing, by reason.
    public var refusedPings: [Count] = []
    /// Events that were taken in.
    public var acceptedEvents = 0
    /// Events that had been taken in already.
    public var duplicateEvents = 0
    /// Events that came too late to count for more than what happens once.
    public var lateEvents = 0
    /// Events that count for nothing, by reason.
    public var refusedEvents: [Count] = []
    /// Playbacks whose media id or referrer is beyond the limits of a day and counts under `(other)`, by
    /// dimension: `media-id`, `referrer`.
    public var otherPlaybacks: [Count] = []
    /// Facts that were committed.
    public var facts = 0
    /// Queries and other reads over HTTP that were refused, by reason: `too-many-requests`,
    /// `too-many-waiting`.
    public var refusedReads: [Count] = []

    /// Makes a ledger of nothing.
    public init() {}
  }

  /// A wall clock that is not trusted to say that something has expired.
  public struct ClockDoubt: Hashable, Sendable {
    /// How far ahead of the time that was trusted before it is, in milliseconds; negative where it is
    /// behind.
    public var offset: Int64
    /// The uptime for which it has run on evenly, in milliseconds; after a day it is trusted.
    public var steadyFor: Int64

    /// Makes a doubt.
    public init(offset: Int64, steadyFor: Int64) {
      self.offset = offset
      self.steadyFor = steadyFor
    }
  }

  /// What is on disk.
  public struct Store: Hashable, Sendable {
    /// Of the file and its log.
    public var bytes: Int
    /// Of the log alone, which grows while readers keep it from being emptied; nil where the source does not
    /// tell.
    public var logBytes: Int?
    /// All that are kept.
    public var facts: Int
    /// Of columns for each fact.
    public var bytesPerFact: Double
    /// What a day adds, on average of the last 30.
    public var dailyBytes: Int
    /// What a day brings, on average of the last 30.
    public var dailyFacts: Int
    /// What the file will take when the retention is full of days like these.
    public var forecastBytes: Int
    /// From the first hour with facts to the end of the last.
    public var span: Timeframe?
    /// Nil while the clock that retention goes by is trusted.
    public var clockDoubt: ClockDoubt?
    /// What the disk with the file has left; nil where that is not known.
    public var freeDiskBytes: Int?

    /// Describes a store.
    public init(
      bytes: Int,
      logBytes: Int? = nil,
      facts: Int,
      bytesPerFact: Double,
      dailyBytes: Int,
      dailyFacts: Int,
      forecastBytes: Int,
      span: Timeframe?,
      clockDoubt: ClockDoubt? = nil,
      freeDiskBytes: Int? = nil
    ) {
      self.bytes = bytes
      self.logBytes = logBytes
      self.facts = facts
      self.bytesPerFact = bytesPerFact
      self.dailyBytes = dailyBytes
      self.dailyFacts = dailyFacts
      self.forecastBytes = forecastBytes
      self.span = span
      self.clockDoubt = clockDoubt
      self.freeDiskBytes = freeDiskBytes
    }
  }

  /// Nil where no collector writes to the source.
  public var ledger: Ledger?
  /// Nil where the source has no store of its own.
  public var store: Store?

  /// Makes a report.
  public init(ledger: Ledger? = nil, store: Store? = nil) {
    self.ledger = ledger
    self.store = store
  }
}

extension SourceHealth {
  /// Below so many free bytes of the disk, pings may be refused soon.
  public static let leastFreeDiskBytes = 200_000_000
}

extension SourceHealth.Store {
  /// What is known of the room on the disk.
  public enum DiskForecast: Hashable, Sendable {
    /// The free space or the growth is not known.
    case unknown
    /// The file at full retention fits.
    case enough
    /// At this growth the disk is full after so many days.
    case full(days: Int)
  }

  /// When the disk is full at the average growth per day.
  public var diskForecast: DiskForecast {
    guard let free = freeDiskBytes, dailyBytes > 0 else { return .unknown }
    guard forecastBytes - bytes > free else { return .enough }
    return .full(days: free / dailyBytes)
  }
}

extension SourceHealth.ClockDoubt: CustomStringConvertible {
  /// One sentence: what is wrong, and what that means for the data.
  public var description: String {
    let days = (Double(abs(offset)) / Double(Milliseconds.day)).rounded()
    let hours = steadyFor / Milliseconds.hour
    return
      "The clock of this machine is \(Int(days)) d \(offset < 0 ? "behind" : "ahead of") the time"
      + " known from the data; nothing expires until it has run evenly for 24 h (\(hours) h so far)."
  }
}
