/// A column of a CSV file of media items, and likewise a key of an NDJSON row.
enum MediaColumn: String, CaseIterable {
  case mediaID = "mediaId"
  case title, tags, duration

  /// The header of a file with every column.
  static let header = allCases.map(\.rawValue).joined(separator: ",")
}
