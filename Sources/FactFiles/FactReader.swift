public import PlaybackFacts
import TextAndBytes

/// Reads facts and recorded pings out of the bytes of a file, part by part.
///
/// What the file holds shows in its content, whatever its name:
///
/// | begins with | holds |
/// |---|---|
/// | `1f 8b` | any of the following, gzipped; the members of several files may follow each other |
/// | `{` | a JSON object per line: a fact, or with a `body` a recorded ping |
/// | anything else | CSV with a header; separated by commas, or by semicolons or tabs if the header is |
///
/// A row that makes no sense is refused and the rest counts; only what makes the rows themselves
/// uncertain is thrown.
public struct FactReader: ~Copyable {
  private var rowReader: RowReader
  private var gzip: GzipInflater?
  private var hasBegun = false
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
    var rows = FactFileRows()
    guard hasBegun else {
      buffer += bytes
      // Three bytes tell gzip and a byte order mark.
      guard buffer.count >= 3 else { return rows }
      try begin(into: &rows)
      return rows
    }
    try add(bytes, into: &rows)
    return rows
  }

  /// Reads what is left when there are no more parts.
  public mutating func finish() throws(FactFileError) -> FactFileRows {
    var rows = FactFileRows()
    if !hasBegun { try begin(into: &rows) }
    if let isComplete = gzip?.isComplete, !isComplete { throw .truncatedGzip }
    try rowReader.read(&buffer, isLast: true, into: &rows)
    return rows
  }

  private mutating func begin(into rows: inout FactFileRows) throws(FactFileError) {
    hasBegun = true
    let start = buffer
    buffer = []
    if start.starts(with: [0x1f, 0x8b]) {
      gzip = try undoingGzip { () throws(MalformedBytes) in try GzipInflater() }
    }
    try add(start, into: &rows)
  }

  private mutating func add(
    _ bytes: [UInt8],
    into rows: inout FactFileRows
  ) throws(FactFileError) {
    guard gzip != nil else {
      buffer += bytes
      return try rowReader.read(&buffer, isLast: false, into: &rows)
    }
    var rest = bytes[...]
    while let plain = try undoingGzip({ () throws(MalformedBytes) in try gzip?.inflate(&rest) }) {
      buffer += plain
      try rowReader.read(&buffer, isLast: false, into: &rows)
    }
  }
}

/// Does `work` with gzip; what is wrong with the bytes is wrong with the file.
func undoingGzip<Value: ~Copyable>(
  _ work: () throws(MalformedBytes) -> Value
) throws(FactFileError) -> Value {
  do { return try work() } catch { throw .damagedGzip(reason: error.description) }
}
