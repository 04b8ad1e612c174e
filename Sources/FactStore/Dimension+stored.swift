import PlaybackFacts
import QueryCore

extension Dimension {
  /// The dimensions that are kept; the others follow from them.
  static let stored: [Dimension] = [
    .mediaID, .country, .deviceType, .operatingSystem, .browser, .referrer,
  ]

  /// The dimensions whose values have codes: those that are kept, and those that follow from them.
  static let coded: [Dimension] = allCases.filter { $0 != .tag }

  /// The dimension that is kept, from whose values this one's follow.
  var source: Dimension {
    switch self {
    case .mediaType, .tag: .mediaID
    case .continent: .country
    case .mediaID, .country, .deviceType, .operatingSystem, .browser, .referrer: self
    }
  }

  /// The dimension by whose codes it is filtered.
  var filtered: Dimension { self == .tag ? .mediaID : self }

  /// The value of this dimension that goes with a value of its source.
  ///
  /// - Precondition: not a tag, of which there may be several; see ``CodeTables/names(of:ofSource:)``.
  func value(ofSource value: String) -> String {
    switch self {
    case .mediaType: MediaType(mediaID: value).rawValue
    case .continent: Country.continent(of: value)
    case .mediaID, .country, .deviceType, .operatingSystem, .browser, .referrer: value
    case .tag: preconditionFailure("a media item has any number of tags")
    }
  }
}

extension Filter {
  /// The dimensions by whose codes it is decided.
  var codedDimensions: Set<Dimension> { Set(dimensions.map(\.filtered)) }
}
