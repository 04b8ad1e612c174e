public import AnalyticsSource
public import PlaybackFacts
public import QueryCore

/// What `playhead store info` shows of a store.
public struct StoreSummary: Hashable, Sendable {
  /// Of the file and its log, in bytes.
  public var fileBytes: Int
  /// Of the log alone, which comes and goes, in bytes.
  public var logBytes: Int
  /// Of one page of the file, in bytes.
  public var pageSize: Int
  /// Of all pages, in bytes: what the file takes when the log is brought into it.
  public var pageBytes: Int
  /// Of pages that nothing uses, in bytes.
  public var freeBytes: Int
  /// What the disk with the file has left, in bytes; nil where that can't be read.
  public var freeDiskBytes: Int?
  /// Whether every page has a checksum; a file of an older format gets them when it is opened for writing while
  /// nobody else has it open.
  public var hasChecksums: Bool
  /// Segments that are visible.
  public var segments: Int
  /// Their rows: one for each playback and hour.
  public var groups: Int
  /// Facts in segments.
  public var sealedFacts: Int
  /// Of the segments' columns, in bytes.
  public var segmentBytes: Int
  /// Batches that wait in the journal.
  public var journalBatches: Int
  /// Facts that wait in the journal.
  public var journalFacts: Int
  /// Playback states that are kept.
  public var states: Int
  /// What became of pings, in bytes; what waits in the journal is not counted.
  public var pingHistoryBytes: Int
  /// When the oldest of those pings arrived, to some seconds; nil without any.
  public var pingHistorySince: Timestamp?
  /// From the first hour with facts to the end of the last; nil without facts.
  public var span: Timeframe?
  /// Values of each dimension; empty where they were not to be counted.
  public var valueCounts: [Dimension: Int]
  /// When the newest ping arrived.
  public var newestReceipt: Timestamp?
  /// How long facts are retained, with the edge that is recorded.
  public var retention: Retention
  /// Facts that have expired and are still in the file.
  public var expiredFacts: Int
  /// The doubt about the wall clock now; nil while it is trusted.
  public var clockDoubt: SourceHealth.ClockDoubt?
  /// Receipts while the wall clock was doubtful: from when to when by that clock, and how many facts.
  public var doubtfulReceipts: [DoubtfulReceipts]

  /// Facts that were received while the wall clock was doubtful: their times are those of that clock.
  public struct DoubtfulReceipts: Hashable, Sendable {
    /// From the first receipt to the last.
    public var timeframe: Timeframe
    /// How many facts.
    public var facts: Int
  }
  /// Facts and bytes of segments of the last 30 days that ended, a day on average; 0 without any.
  public var dailyFacts: Int
  /// Bytes of segments of the same days, a day on average.
  public var dailyBytes: Int

  /// All facts.
  public var facts: Int { sealedFacts + journalFacts }

  /// Bytes of columns for each fact in a segment; 0 without any.
  public var bytesPerFact: Double {
    sealedFacts == 0 ? 0 : Double(segmentBytes) / Double(sealedFacts)
  }

  /// What the file will take, in bytes, when days like the last ones fill a retention; 0 where no day has
  /// ended that could tell.
  public func forecastBytes(retention: Retention) -> Int {
    guard dailyBytes > 0 else { return 0 }
    let days = Int(retention.milliseconds / Milliseconds.day)
    return max(0, fileBytes - logBytes - segmentBytes) + dailyBytes * days
  }
}

extension SourceHealth.Store {
  /// What Health shows of a store.
  init(_ summary: StoreSummary) {
    self.init(
      bytes: summary.fileBytes,
      logBytes: summary.logBytes,
      facts: summary.facts,
      bytesPerFact: summary.bytesPerFact,
      dailyBytes: summary.dailyBytes,
      dailyFacts: summary.dailyFacts,
      forecastBytes: summary.forecastBytes(retention: summary.retention),
      span: summary.span,
      clockDoubt: summary.clockDoubt,
      freeDiskBytes: summary.freeDiskBytes
    )
  }
}
