/// What a fact can be told apart by.
public enum Dimension: UInt8, CaseIterable, Hashable, Sendable {
  case mediaID, mediaType, continent, country, deviceType, operatingSystem, browser, referrer
  /// Of the media item, which has any number of them.
  case tag
  /// Whether a bot played: ``bot`` or ``person``. It is asked for as *bots*, and is no breakdown.
  case bots

  /// The dimensions by which facts are broken down and filtered.
  public static let allCases: [Dimension] = [
    .mediaID, .mediaType, .continent, .country, .deviceType, .operatingSystem, .browser, .referrer,
    .tag,
  ]

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
    case .bots: "bots"
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
    case .bots: "bots"
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
    case .bots: "bots"
    }
  }

  /// The value of ``bots`` for a program that visits pages by itself, as its user agent or client hints say.
  public static let bot = "bot"

  /// The value of ``bots`` for whoever is no bot.
  public static let person = "person"

  /// The value of what is not known.
  public static let unknown = "unknown"

  /// The spelling in which values are stored, so that a filter may be written in any case.
  public func canonical(_ value: String) -> String {
    switch self {
    case .mediaID, .referrer, .tag, .bots: value
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
