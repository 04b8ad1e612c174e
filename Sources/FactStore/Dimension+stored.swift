import PlaybackFacts

extension Dimension {
  /// The dimensions that are kept; the others follow from them.
  static let stored: [Dimension] = [
    .mediaID, .country, .deviceType, .operatingSystem, .browser, .referrer,
  ]

  /// The dimension that is kept, from whose values this one's follow.
  var source: Dimension {
    switch self {
    case .mediaType: .mediaID
    case .continent: .country
    case .mediaID, .country, .deviceType, .operatingSystem, .browser, .referrer: self
    }
  }

  /// The value of this dimension that goes with a value of its source.
  func value(ofSource value: String) -> String {
    switch self {
    case .mediaType: MediaType(mediaID: value).rawValue
    case .continent: Country.continent(of: value)
    case .mediaID, .country, .deviceType, .operatingSystem, .browser, .referrer: value
    }
  }
}
