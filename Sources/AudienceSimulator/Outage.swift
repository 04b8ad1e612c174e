public import PlaybackFacts

/// Some minutes in which media hardly load in a part of the world.
public struct Outage: Hashable, Sendable {
  /// When it begins and ends.
  public let timeframe: Timeframe
  /// Whose viewers it hits, as ISO 3166 alpha-2.
  public let countries: Set<String>

  /// How many playbacks fail while they load, 0 to 1.
  static let failing = 0.8
  /// How many times as long loading takes.
  static let slowness: Int64 = 5

  /// Makes an outage in Europe, for a quarter of an hour.
  public init(at start: Timestamp) {
    timeframe = Timeframe(from: start, to: start + 15 * Milliseconds.minute)
    countries = Set(
      AudienceCountry.all.map(\.code).filter { Country.continent(of: $0) == "EU" }
    )
  }

  /// Whether somebody who comes at an instant is hit.
  public func hits(_ country: String, at time: Timestamp) -> Bool {
    timeframe.contains(time) && countries.contains(country)
  }
}
