import PlaybackFacts
import QueryCore

extension Dimension {
  /// The dimensions that are kept; the others follow from them.
  static let stored: [Dimension] = [
    .mediaID, .country, .deviceType, .operatingSystem, .browser, .referrer, .bots,
  ]

  /// The dimensions whose values have codes: those that are kept, and those that follow from them.
  static let coded: [Dimension] = allCases.filter { $0 != .tag } + [.bots]

  /// All values of a dimension whose values are few and known, by code; nil of one that has a dictionary.
  var fixedValues: [String]? {
    switch self {
    case .mediaType: Self.mediaTypes
    case .continent: Self.continents
    case .mediaID, .country, .deviceType, .operatingSystem, .browser, .referrer, .tag, .bots: nil
    }
  }

  private static let mediaTypes = MediaType.allCases.map(\.rawValue)
  private static let continents = ["AF", "AN", "AS", "AZ", "EU", "NA", "SA", Dimension.unknown]

  /// The place of the dimension's code among ``PlaybackCodes``.
  ///
  /// - Precondition: no tag.
  var place: Int {
    switch self {
    case .mediaID: 0
    case .country: 1
    case .deviceType: 2
    case .operatingSystem: 3
    case .browser: 4
    case .referrer: 5
    case .bots: 6
    case .mediaType: 7
    case .continent: 8
    case .tag: preconditionFailure("a media item has any number of tags")
    }
  }

  /// The code of what follows from a value of the source of this dimension.
  ///
  /// - Precondition: media type or continent.
  func derivedCode(ofSource value: String) -> UInt32 {
    UInt32(fixedValues?.firstIndex(of: self.value(ofSource: value)) ?? 0)
  }

  /// The dimension that is kept, from whose values this one's follow.
  var source: Dimension {
    switch self {
    case .mediaType, .tag: .mediaID
    case .continent: .country
    case .mediaID, .country, .deviceType, .operatingSystem, .browser, .referrer, .bots: self
    }
  }

  /// The dimension by whose codes it is filtered.
  var filtered: Dimension { self == .tag ? .mediaID : self }

  /// The value of this dimension that goes with a value of its source.
  ///
  /// - Precondition: not a tag, of which there may be several; see ``MediaTags/names(of:ofSource:)``.
  func value(ofSource value: String) -> String {
    switch self {
    case .mediaType: MediaType(mediaID: value).rawValue
    case .continent: Country.continent(of: value)
    case .mediaID, .country, .deviceType, .operatingSystem, .browser, .referrer, .bots: value
    case .tag: preconditionFailure("a media item has any number of tags")
    }
  }
}

extension Filter {
  /// The dimensions by whose codes it is decided.
  var codedDimensions: Set<Dimension> { Set(dimensions.map(\.filtered)) }
}
