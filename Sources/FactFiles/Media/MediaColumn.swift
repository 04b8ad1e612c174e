/// A column of a CSV file of media items, and likewise a key of an NDJSON row.
enum MediaColumn: String, CaseIterable {
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
