/// A column of a CSV file of facts, and likewise a key of an NDJSON row.
enum FactColumn: Int, CaseIterable {
  case time, fact, value, mediaID, country, deviceType, operatingSystem, browser, referrer
  case viewer, playback, bot

  /// The name as files spell it.
  var name: String {
    switch self {
    case .time: "time"
    case .fact: "fact"
    case .value: "value"
    case .mediaID: "mediaId"
    case .country: "country"
    case .deviceType: "deviceType"
    case .operatingSystem: "operatingSystem"
    case .browser: "browser"
    case .referrer: "referrer"
    case .viewer: "viewer"
    case .playback: "playback"
    case .bot: "bot"
    }
  }

  /// Reads a name in the header of a CSV file, as people write it.
  init?(heading: String) {
    guard let column = Self.allCases.first(where: { isHeading(heading, of: $0.name) }) else {
      return nil
    }
    self = column
  }

  /// Reads a name out of `bytes`, as it is spelt.
  init?(in bytes: Span<UInt8>, at range: Range<Int>) {
    guard let column = Self.allCases.first(where: { isEqual(bytes, range, $0.nameBytes) }) else {
      return nil
    }
    self = column
  }

  private var nameBytes: [UInt8] { Self.allNameBytes[rawValue] }

  private static let allNameBytes = allCases.map { Array($0.name.utf8) }

  /// The header of a file with every column.
  static let header = allCases.map(\.name).joined(separator: ",")

  /// The columns that are the same in every row of a playback.
  static let ofPlayback = allCases.filter { $0.rawValue >= FactColumn.mediaID.rawValue }
}

/// Whether the heading of a column means a name: `Media ID`, `media_id` and ` MEDIAID ` mean `mediaId`.
func isHeading(_ heading: String, of name: String) -> Bool {
  func letters(_ text: String) -> String {
    text.filter { !$0.isWhitespace && $0 != "_" && $0 != "-" }.lowercased()
  }
  return letters(heading) == letters(name)
}
