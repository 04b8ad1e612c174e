/// What a fact can be told apart by.
public enum Dimension: UInt8, CaseIterable, Hashable, Sendable {
  case mediaID, mediaType, continent, country, deviceType, operatingSystem, browser, referrer
  /// Of the media item, which has any number of them.
  case tag

  /// The name of the dimension as a breakdown: `media-id`.
  public var breakdownName: String {
    switch self {
    case .mediaID: "media-id"
    case .mediaType: "media-type"
    case .continent: "continent"
    case .country: "country"
    case .deviceType: "device-type"
    case .operatingSystem: "operating-system"
    case .browser: "browser"
    case .referrer: "referrer"
    case .tag: "tag"
    }
  }

  /// The name of the dimension as a filter: `mediaId`.
  public var filterName: String {
    switch self {
    case .mediaID: "mediaId"
    case .mediaType: "mediaType"
    case .continent: "continent"
    case .country: "country"
    case .deviceType: "deviceType"
    case .operatingSystem: "operatingSystem"
    case .browser: "browser"
    case .referrer: "referrer"
    case .tag: "tag"
    }
  }

  /// The name for people: `operating system`.
  public var title: String {
    switch self {
    case .mediaID: "media"
    case .mediaType: "media type"
    case .continent: "continent"
    case .country: "country"
    case .deviceType: "device"
    case .operatingSystem: "operating system"
    case .browser: "browser"
    case .referrer: "referrer"
    case .tag: "tag"
    }
  }

  /// The value of whatever can't be told.
  public static let unknown = "unknown"

  /// The spelling in which values are stored, so that a filter may be written in any case.
  public func canonical(_ value: String) -> String {
    switch self {
    case .mediaID, .referrer, .tag: value
    case .country, .continent:
      value.lowercased() == Self.unknown ? Self.unknown : value.uppercased()
    case .mediaType, .deviceType, .operatingSystem, .browser: value.lowercased()
    }
  }
}

/// Whether a media item is a recording or a live stream, as its id says.
public enum MediaType: String, CaseIterable, Hashable, Sendable {
  case video = "video"
  case liveStream = "live-stream"

  /// The type of a media item: ids of live streams begin with `li`.
  public init(mediaID: some StringProtocol) {
    self = mediaID.utf8.starts(with: "li".utf8) ? .liveStream : .video
  }
}
