/// Why a file of facts or recorded pings can't be read at all.
public enum FactFileError: Error, Hashable, Sendable {
  /// The file can't be opened.
  case cannotOpen(path: String, reason: String)
  /// Reading stopped before the end.
  case cannotRead(reason: String)
  /// The gzip data ends within a member.
  case truncatedGzip
  /// The gzip data is no gzip data, or its checksum is wrong.
  case damagedGzip(reason: String)
  /// The first line neither is a CSV header with a known column nor begins an object.
  case notAFactFile
  /// The first line neither is a CSV header with a known column of media items nor begins an object.
  case notAMediaFile
  /// The CSV header names a column that media items have not.
  case unknownMediaColumn(String)
  /// The CSV header names a column that there isn't.
  case unknownColumn(String)
  /// The CSV header names a column twice.
  case repeatedColumn(String)
  /// The CSV header lacks a column without which there is no fact.
  case missingColumn(String)
  /// A quote opens on this line and never closes.
  case unclosedQuote(line: Int)
  /// A row is longer than any real one; its line and the limit in bytes.
  case rowTooLong(line: Int, limit: Int)
  /// The text, which has to fit into memory as a whole, is longer than the limit in bytes.
  case textTooLong(limit: Int)
  /// It has more rows than are read.
  case tooManyRows(limit: Int)
}

extension FactFileError: CustomStringConvertible {
  /// One sentence for the user.
  public var description: String {
    switch self {
    case .cannotOpen(let path, let reason):
      "cannot open '\(path)': \(reason)"
    case .cannotRead(let reason):
      "reading stopped: \(reason)"
    case .truncatedGzip:
      "the gzip data ends too early; the file is truncated"
    case .damagedGzip(let reason):
      "the gzip data is damaged: \(reason)"
    case .notAFactFile:
      "the first line is neither a CSV header (\(FactColumn.header)) nor a JSON object"
    case .notAMediaFile:
      "the first line is neither a CSV header (\(MediaColumn.header)) nor a JSON object"
    case .unknownMediaColumn(let name):
      "unknown column \(quoted(name)); the columns are \(MediaColumn.header)"
    case .unknownColumn(let name):
      "unknown column \(quoted(name)); the columns are \(FactColumn.header)"
    case .repeatedColumn(let name):
      "the header names the column '\(name)' twice"
    case .missingColumn(let name):
      "the header lacks the column '\(name)'"
    case .unclosedQuote(let line):
      "the quote on line \(line) is not closed"
    case .rowTooLong(let line, let limit):
      "line \(line) is longer than \(limit) bytes"
    case .textTooLong(let limit):
      "the file has more than \(limit) bytes of text; split it"
    case .tooManyRows(let limit):
      "the file has more than \(limit) rows; split it"
    }
  }
}

/// Text of a file in single quotes, short enough for a message and without control characters.
func quoted(_ text: String) -> String {
  let shown = text.unicodeScalars.prefix(40).map { scalar in
    scalar.properties.generalCategory == .control ? "\u{FFFD}" : Character(scalar)
  }
  return "'\(String(shown))\(text.unicodeScalars.count > 40 ? "…" : "")'"
}
