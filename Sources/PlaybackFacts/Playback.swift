/// One load of one media item in one player, with everything its facts can be told apart by.
///
/// All facts of a playback share it, so it is one object that they refer to. It never changes:
/// the first accepted ping of the playback fixes it.
public final class Playback: Sendable, Hashable {
  /// Which playback.
  public let id: PlaybackID
  /// Who watches: unique for the UTC day of the playback's first event.
  public let viewer: ViewerID
  /// The media item's id.
  public let mediaID: String
  /// ISO 3166 alpha-2, upper case, or `unknown`.
  public let country: String
  /// One of `computer phone tablet tv console wearable unknown`.
  public let deviceType: String
  /// Lower case, or `unknown`.
  public let operatingSystem: String
  /// Lower case, or `unknown`.
  public let browser: String
  /// The address of the page, at most 2,048 characters; empty for none.
  public let referrer: String
  /// Whether a program plays that visits pages by itself, as its user agent or client hints say.
  public let isBot: Bool

  /// Makes a playback; what is left out is unknown.
  public init(
    id: PlaybackID,
    viewer: ViewerID,
    mediaID: String,
    country: String = Dimension.unknown,
    deviceType: String = Dimension.unknown,
    operatingSystem: String = Dimension.unknown,
    browser: String = Dimension.unknown,
    referrer: String = "",
    isBot: Bool = false
  ) {
    self.id = id
    self.viewer = viewer
    self.mediaID = mediaID
    self.country = country
    self.deviceType = deviceType
    self.operatingSystem = operatingSystem
    self.browser = browser
    self.referrer = referrer
    self.isBot = isBot
  }

  /// Recording or live stream, as the media id says.
  public var mediaType: MediaType { MediaType(mediaID: mediaID) }

  /// One of `AS AF NA SA AN EU AZ`, as the country says, or `unknown`.
  public var continent: String { Country.continent(of: country) }

  /// The playback's value of a dimension.
  ///
  /// - Precondition: not a tag: those are the media item's, which may have others tomorrow.
  public subscript(dimension: Dimension) -> String {
    switch dimension {
    case .mediaID: mediaID
    case .mediaType: mediaType.rawValue
    case .continent: continent
    case .country: country
    case .deviceType: deviceType
    case .operatingSystem: operatingSystem
    case .browser: browser
    case .referrer: referrer
    case .bots: isBot ? Dimension.bot : Dimension.person
    case .tag: preconditionFailure("a playback has no tags of its own")
    }
  }

  /// Whether both say the same of the same playback.
  public static func == (lhs: Playback, rhs: Playback) -> Bool {
    lhs === rhs
      || (lhs.id == rhs.id && lhs.viewer == rhs.viewer && lhs.mediaID == rhs.mediaID
        && lhs.country == rhs.country && lhs.deviceType == rhs.deviceType
        && lhs.operatingSystem == rhs.operatingSystem && lhs.browser == rhs.browser
        && lhs.referrer == rhs.referrer && lhs.isBot == rhs.isBot)
  }

  /// Feeds the id, which tells nearly all playbacks apart.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(id)
  }
}
