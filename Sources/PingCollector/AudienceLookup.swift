public import PlaybackFacts

/// Finds out who is watching: the country from the address, the device from the user agent and the
/// client hints, and how much of the referrer is kept.
public struct AudienceLookup: Sendable {
  private let referrers: ReferrerDetail
  private let country: @Sendable (_ address: String) -> String

  /// Makes a lookup.
  /// - Parameters:
  ///   - referrers: How much of the address of a page is kept.
  ///   - country: Finds the ISO 3166 code, or `unknown`, of an address.
  public init(
    referrers: ReferrerDetail = .page,
    country: @escaping @Sendable (_ address: String) -> String
  ) {
    self.referrers = referrers
    self.country = country
  }

  /// Makes a lookup that asks a database of countries.
  public init(_ lookup: CountryLookup, referrers: ReferrerDetail = .page) {
    self.init(referrers: referrers) { lookup.country(of: $0) }
  }

  /// A ping with as much of its referrer as is stored.
  func cut(_ ping: RecordedPing) -> RecordedPing {
    var ping = ping
    ping.ping.referrer = referrers.cut(ping.ping.referrer)
    return ping
  }

  /// The playback that a ping begins, under the values that are stored.
  func playback(
    of ping: RecordedPing,
    _ id: PlaybackID,
    viewer: ViewerID,
    mediaID: String,
    referrer: String
  ) -> Playback {
    let device = UserAgent(parsing: ping.userAgent, hints: ping.hints)
    return Playback(
      id: id,
      viewer: viewer,
      mediaID: mediaID,
      // As the trusted proxy says, else as the address tells.
      country: ping.country.flatMap { Country.of($0)?.code } ?? country(ping.address),
      deviceType: device.deviceType,
      operatingSystem: device.operatingSystem,
      browser: device.browser,
      referrer: referrer,
      isBot: device.isBot
    )
  }
}
