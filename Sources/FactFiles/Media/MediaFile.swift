public import PlaybackFacts
import TextAndBytes

/// The media items that a file describes: CSV with a header, or a JSON object per line.
///
/// ```
/// mediaId,title,tags,duration
/// vi4blUQJFrYWbaG44NChkH27,The long walk,nature;series,192.5
/// ```
///
/// Columns come in any order, and only `mediaId` has to be there. They are separated by commas, or by
/// semicolons or tabs if the header is; then a duration may have a decimal comma. Tags are separated by
/// semicolons, in quotes where columns are too; in NDJSON they are an array. The duration is in seconds, or
/// in CSV a text such as `3:12` or `1:03:12`. Where several rows describe one item, the last one that fills
/// a field decides it. A row that makes no sense is refused and the rest counts.
///
/// A list of videos or live streams as the hosted API answers it (`GET /videos`) is read too, see
/// `HostedList`.
public struct MediaFile: Sendable {
  /// The items, each once, in the order of their first rows.
  public private(set) var items: [MediaItem] = []
  /// The first rows that don't count, a thousand at most.
  public private(set) var refused: [RefusedRow] = []
  /// How many rows don't count.
  public private(set) var refusedCount = 0
  private var rowCount = 0
  /// The pages of a list that has several, which the file holds.
  private var pages: [HostedList.Page] = []
  /// Where in `items` the item of an id is.
  private var places: [String: Int] = [:]

  /// 32 MiB: the descriptions of a quarter of a million media items.
  public static let longestText = 32 << 20
  /// The most rows of a file.
  public static let mostRows = 1_000_000
  private static let listedRows = 1000

  /// Reads the bytes of a whole file, which may be gzipped.
  ///
  /// - Parameters:
  ///   - bytes: The file.
  ///   - limit: How many bytes of text they may stand for.
  /// - Throws: ``FactFileError`` where the rows themselves are uncertain.
  public init(_ bytes: [UInt8], limit: Int = MediaFile.longestText) throws(FactFileError) {
    var text: [UInt8] = []
    var plain = PlainText()
    var rest = bytes[...]
    while let piece = try plain.next(&rest, isLast: true) {
      guard piece.count <= limit - text.count else { throw .textTooLong(limit: limit) }
      text += piece
    }
    let start = text.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    let first = text[start...].first { ![0x20, 0x09, 0x0d, 0x0a].contains($0) }
    if let list = HostedList(json: text[start...]) {
      add(list, line: 1)
    } else if first == UInt8(ascii: "{") {
      try readLines(text[start...])
    } else if first != nil {
      try readRecords(text, from: start)
    }
  }

  /// How many pages a list has, of which the file holds fewer; nil where it is complete.
  public var missingPages: (found: Int, of: Int)? {
    let total = pages.map(\.total).max() ?? 0
    let found = Set(pages.map(\.number)).count
    return found < total ? (found, total) : nil
  }

  private mutating func readLines(_ text: ArraySlice<UInt8>) throws(FactFileError) {
    var rest = text
    var number = 0
    while !rest.isEmpty {
      let line = rest.prefix { $0 != CSVRecord.lineFeed }
      rest = rest[line.endIndex...].dropFirst()
      number += 1
      try countRow()
      guard !line.allSatisfy({ [0x20, 0x09, 0x0d].contains($0) }) else { continue }
      if let list = HostedList(json: line) {
        add(list, line: number)
      } else {
        add(line: number) { () throws(RowFault) in try MediaRow(json: line) }
      }
    }
  }

  /// A small archive may hold more rows than anybody has media items.
  private mutating func countRow() throws(FactFileError) {
    rowCount += 1
    guard rowCount <= Self.mostRows else { throw .tooManyRows(limit: Self.mostRows) }
  }

  private mutating func refuse(_ row: RefusedRow) {
    refusedCount += 1
    if refused.count < Self.listedRows { refused.append(row) }
  }

  private mutating func add(_ list: HostedList, line: Int) {
    if let page = list.page { pages.append(page) }
    for (index, row) in list.rows.enumerated() {
      do throws(RowFault) {
        try add(row.get().item())
      } catch {
        refuse(RefusedRow(line: line, fault: .inList(number: index + 1, "\(error)")))
      }
    }
  }

  private mutating func readRecords(_ text: [UInt8], from start: Int) throws(FactFileError) {
    var columns: [MediaColumn] = []
    // Empty lines before the header name no separator.
    let header = text[start...].drop { [0x0d, 0x0a].contains($0) }
    let found = CSVRecord.separator(ofHeader: header, isLast: true)
    let separator = found?.separator ?? CSVRecord.comma
    var position = found?.header ?? header.startIndex
    var line = 1 + text[start..<position].count { $0 == CSVRecord.lineFeed }
    while position < text.count {
      try countRow()
      var fields: [String] = []
      var isReadable = true
      let outcome = CSVRecord.split(
        text.span,
        from: position,
        separator: separator,
        isLast: true
      ) { _, range, isEscaped in
        let range = FormulaGuard.isOn(text[range]) ? range.dropFirst() : range
        guard let field = String(validating: text[range], as: UTF8.self) else {
          isReadable = false
          return fields.append("\u{FFFD}")
        }
        fields.append(isEscaped ? field.replacing("\"\"", with: "\"") : field)
      }
      guard case .complete(let record) = outcome else { throw .unclosedQuote(line: line) }
      position = record.end
      defer { line += record.lineFeeds }
      guard !columns.isEmpty else {
        columns = try Self.columns(fields)
        continue
      }
      // Spreadsheets write rows of nothing but empty fields below the last one.
      let isWhole = fields.count == 1 || fields.count == columns.count
      if isWhole, fields.allSatisfy(\.isEmpty) { continue }
      let isUTF8 = isReadable
      add(line: line) { () throws(RowFault) in
        guard fields.count == columns.count else {
          throw .fieldCount(found: fields.count, expected: columns.count)
        }
        guard !record.hasTextAfterQuote else { throw .textAfterQuote }
        guard isUTF8 else { throw .notUTF8(column: "a field") }
        return try MediaRow(
          Dictionary(uniqueKeysWithValues: zip(columns, fields)),
          mayHaveDecimalComma: separator != CSVRecord.comma
        )
      }
    }
  }

  private static func columns(_ names: [String]) throws(FactFileError) -> [MediaColumn] {
    guard names.contains(where: { MediaColumn(heading: $0) != nil }) else {
      throw .notAMediaFile
    }
    var columns: [MediaColumn] = []
    for name in names {
      guard let column = MediaColumn(heading: name) else { throw .unknownMediaColumn(name) }
      guard !columns.contains(column) else { throw .repeatedColumn(column.rawValue) }
      columns.append(column)
    }
    guard columns.contains(.mediaID) else { throw .missingColumn(MediaColumn.mediaID.rawValue) }
    return columns
  }

  private mutating func add(line: Int, _ row: () throws(RowFault) -> MediaRow) {
    do throws(RowFault) {
      add(try row().item())
    } catch {
      refuse(RefusedRow(line: line, fault: error))
    }
  }

  private mutating func add(_ item: MediaItem) {
    if let place = places[item.id] {
      items[place] = items[place].filled(by: item)
    } else {
      places[item.id] = items.count
      items.append(item)
    }
  }
}

extension MediaItem {
  /// The item with what a later row says of it.
  fileprivate func filled(by later: MediaItem) -> MediaItem {
    MediaItem(
      id: id,
      title: later.title ?? title,
      tags: later.tags.isEmpty ? tags : later.tags,
      duration: later.duration ?? duration
    )
  }
}
