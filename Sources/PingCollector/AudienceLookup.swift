import PlaybackFacts

/// Finds out what an address and a user agent tell of a viewer.
public struct AudienceLookup: Sendable {
  private let country: @Sendable (_ address: String) -> String

  /// Makes a lookup that asks `country` for the ISO 3166 code, or `unknown`, of an address.
  public init(country: @escaping @Sendable (_ address: String) -> String) {
    self.country = country
  }

  /// Makes a lookup that asks a database of countries.
  public init(_ lookup: CountryLookup) {
    self.init { lookup.country(of: $0) }
  }

  /// The country from which a ping came: as the trusted proxy says, else as the address tells.
  func country(of ping: RecordedPing) -> String {
    ping.country.flatMap { Country.of($0)?.code } ?? country(ping.address)
  }
}
