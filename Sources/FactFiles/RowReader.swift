import PingCollector
import PlaybackFacts
import TextAndBytes

/// Reads the rows of plain text, once its format is known.
struct RowReader {
  private enum Format {
    case undecided
    case csv(columns: [FactColumn], separator: UInt8)
    case json
  }

  /// 1 MiB: longer than any row with its longest fields.
  private static let longestRow = 1 << 20

  private let times: AcceptedTimes
  private var row: FactRow
  private var format = Format.undecided
  private var fields = RowFields()
  private var line = 1

  init(_ times: AcceptedTimes) {
    self.times = times
    row = FactRow(times)
  }

  /// Reads the complete rows that `buffer` begins with, and removes them.
  mutating func read(
    _ buffer: inout [UInt8],
    isLast: Bool,
    into rows: inout FactFileRows
  ) throws(FactFileError) {
    var position = 0
    if case .undecided = format {
      guard let start = try readStart(buffer, isLast: isLast) else {
        return try checkLength(buffer.count)
      }
      position = start
    }
    while position < buffer.count {
      let next: Int? =
        switch format {
        case .csv(let columns, let separator):
          try readRecord(
            columns,
            separatedBy: separator,
            &buffer,
            at: position,
            isLast: isLast,
            into: &rows
          )
        case .json, .undecided: readLine(&buffer, at: position, isLast: isLast, into: &rows)
        }
      guard let next else { break }
      position = next
    }
    try checkLength(buffer.count - position)
    buffer.removeFirst(position)
  }

  private func checkLength(_ count: Int) throws(FactFileError) {
    guard count <= Self.longestRow else {
      throw .rowTooLong(line: line, limit: Self.longestRow)
    }
  }

  /// Finds out the format, and reads the header if there is one.
  ///
  /// - Returns: Where the rows begin; nil if more has to be known.
  private mutating func readStart(
    _ buffer: [UInt8],
    isLast: Bool
  ) throws(FactFileError) -> Int? {
    var position = buffer.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    while position < buffer.count, [0x20, 0x09, 0x0d, 0x0a].contains(buffer[position]) {
      if buffer[position] == CSVRecord.lineFeed { line += 1 }
      position += 1
    }
    guard position < buffer.count else {
      // A file of nothing has no rows.
      if !isLast { line = 1 }
      return isLast ? position : nil
    }
    if buffer[position] == UInt8(ascii: "{") {
      format = .json
      return position
    }
    let start = CSVRecord.separator(ofHeader: buffer[position...], isLast: isLast)
    guard let (separator, header) = start else {
      line = 1
      return nil
    }
    if header > position { line += 1 }
    var names: [Range<Int>] = []
    let outcome = CSVRecord.split(
      buffer.span,
      from: header,
      separator: separator,
      isLast: isLast
    ) { _, range, _ in
      names.append(range)
    }
    switch outcome {
    case .incomplete:
      line = 1
      return nil
    case .unclosedQuote: throw .unclosedQuote(line: line)
    case .complete(let record):
      format = .csv(columns: try columns(names, in: buffer), separator: separator)
      line += record.lineFeeds
      return record.end
    }
  }

  private func columns(
    _ names: [Range<Int>],
    in buffer: [UInt8]
  ) throws(FactFileError) -> [FactColumn] {
    let known = names.map { FactColumn(heading: text(buffer.span, $0)) }
    guard known.contains(where: { $0 != nil }) else { throw .notAFactFile }
    var columns: [FactColumn] = []
    for (column, name) in zip(known, names) {
      guard let column else { throw .unknownColumn(text(buffer.span, name)) }
      guard !columns.contains(column) else { throw .repeatedColumn(column.name) }
      columns.append(column)
    }
    for column in [FactColumn.time, .fact] where !columns.contains(column) {
      throw .missingColumn(column.name)
    }
    return columns
  }

  /// Reads a record of CSV; where the next one begins, or nil if this one goes on.
  ///
  /// One of nothing but empty fields says nothing; spreadsheets write them below the last row.
  private mutating func readRecord(
    _ columns: [FactColumn],
    separatedBy separator: UInt8,
    _ buffer: inout [UInt8],
    at start: Int,
    isLast: Bool,
    into rows: inout FactFileRows
  ) throws(FactFileError) -> Int? {
    fields.reset()
    var isEmpty = true
    let outcome = CSVRecord.split(
      buffer.span,
      from: start,
      separator: separator,
      isLast: isLast
    ) {
      isEmpty = isEmpty && $1.isEmpty
      if $0 < columns.count {
        // The first byte says no of nearly all fields.
        let isGuarded =
          !$1.isEmpty && buffer[$1.lowerBound] == UInt8(ascii: "'") && FormulaGuard.isOn(buffer[$1])
        fields.set(
          columns[$0],
          to: isGuarded ? $1.dropFirst() : $1,
          escapes: $2 ? .doubledQuotes : .none
        )
      }
    }
    switch outcome {
    case .incomplete: return nil
    case .unclosedQuote: throw .unclosedQuote(line: line)
    case .complete(let record):
      defer { line += record.lineFeeds }
      if isEmpty, record.fieldCount == 1 || record.fieldCount == columns.count { return record.end }
      do throws(RowFault) {
        guard record.fieldCount == columns.count else {
          throw .fieldCount(found: record.fieldCount, expected: columns.count)
        }
        guard !record.hasTextAfterQuote else { throw .textAfterQuote }
        try addFact(&buffer, in: start..<record.end, into: &rows)
      } catch {
        rows.refused.append(RefusedRow(line: line, fault: error))
      }
      return record.end
    }
  }

  /// Reads a line of NDJSON; where the next one begins, or nil if this one goes on.
  private mutating func readLine(
    _ buffer: inout [UInt8],
    at start: Int,
    isLast: Bool,
    into rows: inout FactFileRows
  ) -> Int? {
    let feed = buffer[start...].firstIndex(of: CSVRecord.lineFeed)
    guard let end = feed ?? (isLast ? buffer.count : nil) else { return nil }
    defer { line += 1 }
    let next = min(end + 1, buffer.count)
    if buffer[start..<end].allSatisfy({ [0x20, 0x09, 0x0d].contains($0) }) { return next }
    do throws(RowFault) {
      fields.reset()
      var json = JSONRow(from: start, to: end)
      switch try json.read(buffer.span, into: &fields) {
      case .fact: try addFact(&buffer, in: start..<end, into: &rows)
      case .ping: rows.pings.append(try ping(buffer, in: start..<end))
      }
    } catch {
      rows.refused.append(RefusedRow(line: line, fault: error))
    }
    return next
  }

  private mutating func addFact(
    _ buffer: inout [UInt8],
    in range: Range<Int>,
    into rows: inout FactFileRows
  ) throws(RowFault) {
    if fields.hasEscapes, let index = fields.unescape(&buffer) {
      throw .notAnObject(byte: index - range.lowerBound + 1)
    }
    rows.facts.append(try row.fact(buffer.span, fields, line: line, row: range))
  }

  private func ping(
    _ buffer: [UInt8],
    in range: Range<Int>
  ) throws(RowFault) -> RecordedPing {
    let ping: RecordedPing
    do throws(PingRefusal) {
      ping = try RecordedPing(decoding: Array(buffer[range]))
    } catch {
      throw .badPing(error)
    }
    try times.check(ping.receivedAt) { "\(ping.receivedAt.milliseconds)" }
    return ping
  }
}
