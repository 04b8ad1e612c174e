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
///
/// ```
/// reader.add(bytes)
/// while let rows = try reader.next() { … }
/// ```
public struct FactReader: ~Copyable {
  private var rowReader: RowReader
  private var text = PlainText()
  /// The part that was added last, as far as it is not unpacked yet.
  private var part: ArraySlice<UInt8> = []
  /// What was unpacked and not read yet: less than a row.
  private var buffer: [UInt8] = []
  private var state = State.open

  private enum State { case open, ended, read }

  /// Makes a reader.
  ///
  /// - Parameters:
  ///   - edge: Facts and pings before it are refused as ``RowFault/olderThan(_:)``.
  ///   - now: Times that are not ``PlaybackFacts/Timeframe/plausible(at:)`` then are refused as mistakes.
  public init(since edge: Timestamp, now: Timestamp) {
    rowReader = RowReader(AcceptedTimes(since: edge, now: now))
  }

  /// Adds the next part of the file, of any length, once ``next()`` has read the last one.
  public mutating func add(_ bytes: [UInt8]) { part += bytes }

  /// Says that there are no more parts.
  public mutating func end() { if state == .open { state = .ended } }

  /// Reads on in what was added.
  ///
  /// - Returns: Some of the rows that became complete: those of a quarter of a MiB of text, however little room that
  ///   took in the file. Nil when more has to be added, and at the end.
  public mutating func next() throws(FactFileError) -> FactFileRows? {
    var rows = FactFileRows()
    while let piece = try text.next(&part, isLast: state != .open) {
      buffer += piece
      try rowReader.read(&buffer, isLast: false, into: &rows)
      if !rows.isEmpty { return rows }
    }
    guard state == .ended else { return nil }
    state = .read
    try rowReader.read(&buffer, isLast: true, into: &rows)
    return rows.isEmpty ? nil : rows
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
