import PlaybackFacts

extension Dimension {
  /// The column of `facts` that has its value; nil of tags, which are the media item's.
  var column: SQL? {
    switch self {
    case .mediaID: "media"
    case .mediaType: "media_type"
    case .continent: "continent"
    case .country: "country"
    case .deviceType: "device"
    case .operatingSystem: "os"
    case .browser: "browser"
    case .referrer: "referrer"
    case .bots: "bot"
    case .tag: nil
    }
  }

  /// The number under which `hourly` has the sums of each of its values; 0 is for those of all facts.
  ///
  /// Nil of what it has no sums of.
  var number: UInt8? {
    switch self {
    case .mediaID: 1
    case .mediaType: 2
    case .continent: 3
    case .country: 4
    case .deviceType: 5
    case .operatingSystem: 6
    case .browser: 7
    case .referrer: 8
    case .bots, .tag: nil
    }
  }

  /// Those that have a ``number``, ascending by it.
  static let numbered: [(number: UInt8, column: SQL)] = allCases.compactMap { dimension in
    guard let number = dimension.number, let column = dimension.column else { return nil }
    return (number, column)
  }
}
