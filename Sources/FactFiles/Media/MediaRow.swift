import Foundation
import PlaybackFacts

/// What the row of a file says of a media item, before anything of it is checked.
struct MediaRow {
  var mediaId: String?
  var title: String?
  var tags: [String]?
  /// In seconds.
  var duration: Double?

  /// The longest id, title and tag, in bytes.
  static let longestText = 1000
  /// The most tags of one item.
  static let mostTags = 100

  /// The item that the row describes.
  func item() throws(RowFault) -> MediaItem {
    guard let id = mediaId, !id.isEmpty else { throw .missing(column: "mediaId") }
    try check(id, .mediaID)
    let title = title.map(Self.trimmed).flatMap { $0.isEmpty ? nil : $0 }
    if let title { try check(title, .title) }
    let tags = (tags ?? []).map(Self.trimmed).filter { !$0.isEmpty }
    guard tags.count <= Self.mostTags else { throw .tooManyTags(limit: Self.mostTags) }
    for tag in tags {
      try check(tag, .tags)
      guard !tag.contains(where: \.isNewline) else { throw .lineBreakInTag }
    }
    if let duration, !(duration > 0 && duration <= 1e9) { throw .badDuration("\(duration)") }
    return MediaItem(
      id: id,
      title: title,
      tags: tags,
      duration: duration.map { max(1, Int64(($0 * 1000).rounded())) }
    )
  }

  private func check(_ text: String, _ column: MediaColumn) throws(RowFault) {
    guard text.utf8.count <= Self.longestText else {
      throw .tooLong(column: column.rawValue, limit: Self.longestText)
    }
  }

  private static func trimmed(_ text: String) -> String {
    text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

extension MediaRow {
  /// Reads a line of NDJSON.
  init(json line: some Collection<UInt8>) throws(RowFault) {
    var bytes = Array(line)
    // Foundation refuses what JavaScript may write.
    replaceHalfSurrogates(&bytes)
    let line: Line
    do {
      line = try JSONDecoder().decode(Line.self, from: Data(bytes))
    } catch {
      throw .notAnObject(byte: 1)
    }
    self = try line.row.get()
  }

  /// An object of which each value is read by itself.
  private struct Line: Decodable {
    let row: Result<MediaRow, RowFault>

    init(from decoder: any Decoder) {
      do throws(RowFault) {
        let keys = try MediaRow.object(decoder, by: AnyKey.self).allKeys.map(\.stringValue)
        if let unknown = keys.sorted().first(where: { MediaColumn(rawValue: $0) == nil }) {
          throw .unknownKey(unknown)
        }
        let object = try MediaRow.object(decoder, by: MediaColumn.self)
        row = .success(
          MediaRow(
            mediaId: try MediaRow.value(of: object, .mediaID, "text"),
            title: try MediaRow.value(of: object, .title, "text"),
            tags: try MediaRow.value(of: object, .tags, "a list of texts"),
            duration: try MediaRow.value(of: object, .duration, "a number of seconds")
          )
        )
      } catch {
        row = .failure(error)
      }
    }
  }

  /// Any key of an object.
  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }

    init?(intValue: Int) { nil }
  }

  /// What is decoded, as an object.
  static func object<Key: CodingKey>(
    _ decoder: any Decoder,
    by keys: Key.Type
  ) throws(RowFault) -> KeyedDecodingContainer<Key> {
    do { return try decoder.container(keyedBy: keys) } catch { throw .notAnObject(byte: 1) }
  }

  /// The value of a key; nil where there is none, or null.
  static func value<Key: CodingKey, Value: Decodable>(
    of object: KeyedDecodingContainer<Key>,
    _ key: Key,
    _ form: String
  ) throws(RowFault) -> Value? {
    do {
      return try object.decodeIfPresent(Value.self, forKey: key)
    } catch {
      throw .notA(form: form, column: key.stringValue)
    }
  }

  /// Reads the fields of a CSV record, of which tags are separated by semicolons.
  init(_ fields: [MediaColumn: String], mayHaveDecimalComma: Bool = false) throws(RowFault) {
    func text(_ column: MediaColumn) -> String? { fields[column].flatMap { $0.isEmpty ? nil : $0 } }
    mediaId = text(.mediaID)
    title = text(.title)
    tags = text(.tags)?.split(separator: ";").map(String.init)
    guard let seconds = text(.duration) else { return }
    guard
      let number = Self.seconds(
        mayHaveDecimalComma ? seconds.replacing(",", with: ".") : seconds
      )
    else { throw .badDuration(seconds) }
    duration = number
  }

  /// The length that `192.5`, `3:12` or `1:03:12` says, in seconds.
  private static func seconds(_ text: String) -> Double? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 3, let last = parts.last,
      // Swift reads numbers to the base of 16 too.
      !last.utf8.contains(where: { $0 | 0x20 == UInt8(ascii: "x") }), let seconds = Double(last)
    else { return nil }
    guard parts.count > 1 else { return seconds }
    guard last.utf8.first.map({ $0 &- 0x30 < 10 }) == true, seconds < 60 else { return nil }
    var minutes = 0
    for (index, part) in parts.dropLast().enumerated() {
      guard part.utf8.allSatisfy({ $0 &- 0x30 < 10 }), let number = Int(part), number < 1_000_000,
        index == 0 || number < 60
      else { return nil }
      minutes = minutes * 60 + number
    }
    return Double(minutes * 60) + seconds
  }
}

/// A column of a CSV file of media items, and likewise a key of an NDJSON row.
enum MediaColumn: String, CodingKey, CaseIterable {
  case mediaID = "mediaId"
  case title, tags, duration

  /// Reads a name in the header of a CSV file, as people write it.
  init?(heading: String) {
    guard let column = Self.allCases.first(where: { isHeading(heading, of: $0.rawValue) }) else {
      return nil
    }
    self = column
  }

  /// The header of a file with every column.
  static let header = allCases.map(\.rawValue).joined(separator: ",")
}
