public import PingCollector
public import PlaybackFacts

/// Reads facts and recorded pings out of the bytes of a file, part by part.
///
/// What the file holds shows in its content, whatever its name:
///
/// | begins with | holds |
/// |---|---|
/// | `1f 8b` | any of the following, gzipped; the members of several files may follow each other |
/// | `ff fe`, `fe ff`, or a zero byte beside the first letter | any of the following in UTF-16 |
/// | `{` | a JSON object per line: a fact, or with a `body` a recorded ping |
/// | anything else | CSV with a header, perhaps after a line `sep=;`; separated by commas, or by semicolons or tabs if the header is |
///
/// A row that makes no sense is refused and the rest counts; only what makes the rows themselves
/// uncertain is thrown.
public struct FactReader: ~Copyable {
  private var rowReader: RowReader
  private var text = PlainText()
  /// What was given and not read yet: less than a row.
  private var buffer: [UInt8] = []

  /// Makes a reader.
  ///
  /// - Parameters:
  ///   - edge: Facts and pings before it are refused as ``RowFault/olderThan(_:)``.
  ///   - now: Times that are not ``PlaybackFacts/Timeframe/plausible(at:)`` then are refused as mistakes.
  public init(since edge: Timestamp, now: Timestamp) {
    rowReader = RowReader(AcceptedTimes(since: edge, now: now))
  }

  /// Reads the next part of the file, of any length.
  ///
  /// - Returns: The rows that became complete.
  public mutating func read(_ bytes: [UInt8]) throws(FactFileError) -> FactFileRows {
    try read(bytes, isLast: false)
  }

  /// Reads what is left when there are no more parts.
  public mutating func finish() throws(FactFileError) -> FactFileRows {
    try read([], isLast: true)
  }

  private mutating func read(
    _ bytes: [UInt8],
    isLast: Bool
  ) throws(FactFileError) -> FactFileRows {
    var rows = FactFileRows()
    var bytes = bytes[...]
    while let piece = try text.next(&bytes, isLast: isLast) {
      buffer += piece
      try rowReader.read(&buffer, isLast: false, into: &rows)
    }
    if isLast { try rowReader.read(&buffer, isLast: true, into: &rows) }
    return rows
  }
}

/// What some of a file's rows say.
public struct FactFileRows: Sendable {
  /// The facts, in the order of the rows.
  public var facts: [Fact] = []
  /// The recorded pings, in the order of the rows.
  public var pings: [RecordedPing] = []
  /// The rows that don't count.
  public var refused: [RefusedRow] = []

  /// Makes an account of no rows.
  public init() {}

  /// Whether there was no row at all.
  public var isEmpty: Bool { facts.isEmpty && pings.isEmpty && refused.isEmpty }
}
