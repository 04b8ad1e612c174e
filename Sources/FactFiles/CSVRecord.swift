/// The shape of one record of a CSV file (RFC 4180; a line may also end with a line feed only, and fields
/// may be separated by semicolons or tabs).
struct CSVRecord {
  /// The index after the record and its line feed.
  var end: Int
  /// How many line feeds the record holds, its own included.
  var lineFeeds: Int
  /// How many fields it has; at least one, as an empty line has one empty field.
  var fieldCount: Int
  /// Whether something follows a closing quote.
  var hasTextAfterQuote: Bool

  /// What can be said of bytes that begin a record.
  enum Outcome {
    case complete(CSVRecord)
    /// The record goes on after the bytes.
    case incomplete
    /// There is nothing after the bytes, and a quote is still open.
    case unclosedQuote
  }

  /// Splits the record that begins at `start`, and calls `field` for each field, in order.
  ///
  /// The range leaves out the quotes around the field; `isEscaped` says that quotes in it are doubled.
  @inline(__always)
  static func split(
    _ bytes: Span<UInt8>,
    from start: Int,
    separator: UInt8 = UInt8(ascii: ","),
    isLast: Bool,
    field: (_ index: Int, _ range: Range<Int>, _ isEscaped: Bool) -> Void
  ) -> Outcome {
    var record = CSVRecord(end: start, lineFeeds: 0, fieldCount: 0, hasTextAfterQuote: false)
    let count = bytes.count
    while true {
      let first = record.end
      var position = first
      if position < count, bytes[position] == quote {
        position += 1
        var isEscaped = false
        while true {
          guard position < count else { return isLast ? .unclosedQuote : .incomplete }
          if bytes[position] == quote {
            guard position + 1 < count else {
              if isLast { break }
              return .incomplete
            }
            guard bytes[position + 1] == quote else { break }
            isEscaped = true
            position += 1
          } else if bytes[position] == lineFeed {
            record.lineFeeds += 1
          }
          position += 1
        }
        field(record.fieldCount, first + 1..<position, isEscaped)
        position += 1
        while position < count, bytes[position] != separator, bytes[position] != lineFeed {
          if bytes[position] != carriageReturn { record.hasTextAfterQuote = true }
          position += 1
        }
      } else {
        while position < count, bytes[position] != separator, bytes[position] != lineFeed {
          position += 1
        }
        let endsLine = position == count || bytes[position] == lineFeed
        let hasReturn = endsLine && position > first && bytes[position - 1] == carriageReturn
        field(record.fieldCount, first..<(hasReturn ? position - 1 : position), false)
      }
      record.fieldCount += 1
      record.end = position + 1
      if position == count {
        record.end = count
        return isLast ? .complete(record) : .incomplete
      }
      if bytes[position] == lineFeed {
        record.lineFeeds += 1
        return .complete(record)
      }
    }
  }

  /// What may separate fields; spreadsheets write semicolons where numbers have decimal commas.
  private static let separators = [comma, UInt8(ascii: ";"), UInt8(ascii: "\t")]

  /// The separator of a file whose header begins these bytes, and where the header is.
  ///
  /// Spreadsheets may name the separator in a line of its own before the header, `sep=;`. Elsewhere it is the one
  /// that the header has most of: the names in it have none.
  ///
  /// - Returns: Nil where the first line is not complete.
  static func separator(
    ofHeader bytes: ArraySlice<UInt8>,
    isLast: Bool
  ) -> (separator: UInt8, header: Int)? {
    let line = bytes.prefix { $0 != lineFeed }
    guard line.endIndex < bytes.endIndex || isLast else { return nil }
    let words = line.filter { $0 != quote && $0 != carriageReturn }
    if words.count == 5, String(decoding: words.prefix(4), as: UTF8.self).lowercased() == "sep=" {
      return (words[4], min(line.endIndex + 1, bytes.endIndex))
    }
    let counts = separators.map { separator in line.count { $0 == separator } }
    // A comma, where two are equally frequent or none occurs.
    return (separators[counts.firstIndex(of: counts.max() ?? 0) ?? 0], bytes.startIndex)
  }

  private static let quote = UInt8(ascii: "\"")
  static let comma = UInt8(ascii: ",")
  static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")
}
